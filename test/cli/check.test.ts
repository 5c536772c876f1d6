import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { code, factorOf, market, truncate, write } from "../factor-checks/factor-library.js";
import { scratchFolder } from "../scratch-folder.js";
import { cli } from "./run-cli.js";

const folder = scratchFolder();
const library = join(folder, "library");
const good = join(library, "good", "result.h5");
let against: string;

beforeAll(async () => {
  against = await write(market, folder, "market.h5");
  const ahead = market.evaluate({ y: "Ref($close, -2)/Ref($close, -1) - 1" }, { labels: ["y"] }).column("y");
  await write(factorOf((row) => (row * 7919) % 101).rename({ factor: "good" }), good);
  await write(
    factorOf((row) => ahead.at(row) as number).rename({ factor: "ahead" }),
    library,
    "ahead",
    "result.h5",
  );
  await write(
    factorOf(() => Number.NaN),
    library,
    "missing.parquet",
  );
  await write(factorOf(undefined, { time: " 15:00" }), library, "close.arrow");
  truncate(good, join(library, "truncated.h5"));
});

describe("aistock-data check", () => {
  it("prints a line a factor and what is wrong, and exits with 1 where one cannot be used", () => {
    const { status, stdout, stderr } = cli("check", library, "--against", against);
    expect(stderr).toBe("");
    expect(status).toBe(1);
    const [header, ...rest] = stdout.replaceAll(folder, "DIR").trimEnd().split("\n");
    expect(header).toBe(
      "status   factor                rows  matched  coverage  missing  inf      IC  rank IC",
    );
    expect(rest.slice(0, 6).map((line) => line.split(/ +/).slice(0, 7).join(" "))).toEqual([
      "warning ahead 480 100.0% 95.0% 5.0% 0",
      "error factor 480 0.0% 0.0% 0.0% 0",
      "ok good 480 100.0% 100.0% 0.0% 0",
      "error factor 480 100.0% 0.0% 100.0% 0",
      "error library/truncated.h5",
      "",
    ]);
    expect(rest.slice(6, 9)).toEqual([
      "DIR/library/ahead/result.h5: its IC is 1.000 and its rank IC 1.000, suspiciously high: does it look ahead?",
      "DIR/library/close.arrow: no row matches a row of DIR/market.h5: its sessions lie 15 h after those of DIR/market.h5",
      "DIR/library/missing.parquet: all its values are missing",
    ]);
    expect(rest[9]).toMatch(/^DIR\/library\/truncated\.h5: .*truncated/);
    expect(rest.length).toBe(10);
  });

  it("exits with 0 where there are only warnings, and with 2 without a market", () => {
    const ahead = join(library, "ahead", "result.h5");
    expect(cli("check", good, ahead, "--against", against).status).toBe(0);
    expect(cli("check", good, ahead, "--against", against, "--no-label").stdout).not.toContain("look ahead");
    expect(cli("check", good)).toMatchObject({
      status: 2,
      stderr: "aistock-data: required option '--against <path>' not specified\n",
    });
    expect(cli("check", good, "--against", join(folder, "none.h5")).status).toBe(1);
  });

  it("prints the figures as JSON and CSV", () => {
    const asked = ["check", good, "--against", against, "--format"];
    const [check] = JSON.parse(cli(...asked, "json").stdout) as [Record<string, unknown>];
    expect(check).toMatchObject({ path: good, factor: "good", status: "ok", problems: [], matchedShare: 1 });
    const [header, line] = cli(...asked, "csv").stdout.split("\n");
    expect(header).toBe(
      "path,factor,status,type,first,last,rows,matchedShare,coverage,missingShare,infinite,constant,ic,icir,rankIc,rankIcir,icSessions,problems",
    );
    expect(line).toBe(
      `${good},good,ok,float64,2020-01-01,2020-02-09,480,1,1,0,0,false,${check.ic},${check.icir},${check.rankIc},${check.rankIcir},38,`,
    );
  });

  it("takes another label, a range, and a snapshot folder as the market", () => {
    const dir = "data-fixtures/snapshot";
    const asked = ["check", `${dir}/result_mom.h5`, "--against", dir, "--format", "json"];
    const read = (...more: string[]) => JSON.parse(cli(...asked, ...more).stdout)[0];
    const [own, other] = [read(), read("--label", "Ref($close,-1)/$close")];
    expect(own.status).toBe("ok");
    expect(other.ic).not.toBe(own.ic);
    expect(read("-s", "2020-01-02", "-e", "2020-01-31")).toMatchObject({
      first: "2020-01-02",
      last: "2020-01-31",
    });
  });

  it("says a problem of many factors once, and why there is no IC", async () => {
    const volume = await write(market.select(["$volume"]), folder, "volume.parquet");
    const bare = factorOf(undefined, { code: (i) => code(i).slice(0, 6) });
    const two = await write(bare.withColumns({ again: bare.column("factor") }), folder, "two.parquet");
    mkdirSync(join(folder, "empty"));
    const { stdout, stderr } = cli("check", two, join(folder, "empty"), "--against", volume);
    expect(stderr).toBe(`aistock-data: no IC: ${volume} has no close; name a --label\n`);
    expect(stdout.split("\n").filter((line) => line.startsWith(two))).toEqual([
      `${two}: no row matches a row of ${volume}: it spells "000001.SZ" of ${volume} as "000001"`,
    ]);
  });
});
