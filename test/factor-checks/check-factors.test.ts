import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkFactors, type FactorCheck, openPanel, type Panel, panelFromColumns } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";
import { code, day, factorOf, market, truncate, write } from "./factor-library.js";

const folder = scratchFolder();
let files = 0;

/** The check of a panel that is written to a file of its own. */
async function check(panel: Panel, options = {}): Promise<FactorCheck> {
  const path = await write(panel, folder, `own-${files++}.parquet`);
  const checks = await checkFactors(market, path, options);
  expect(checks.length).toBe(1);
  return checks[0]!;
}

const LABEL = "Ref($close, -2)/Ref($close, -1) - 1";

describe("checkFactors", () => {
  it("has nothing to say of a good factor but its figures", async () => {
    const { path, ic, icir, rankIc, rankIcir, ...rest } = await check(
      factorOf((row) => (row % 10 === 0 ? Number.NaN : (row * 7919) % 101)),
    );
    expect(path).toMatch(/own-\d+\.parquet$/);
    expect(rest).toEqual({
      factor: "factor",
      status: "ok",
      problems: [],
      type: "float64",
      rows: 480,
      first: "2020-01-01",
      last: "2020-02-09",
      matchedShare: 1,
      coverage: 0.9,
      missingShare: 0.1,
      infinite: 0,
      constant: false,
      icSessions: 38, // the last two have no label
    });
    for (const value of [ic, rankIc]) expect(Math.abs(value!)).toBeLessThan(0.2);
    for (const value of [icir, rankIcir]) expect(value).toBeTypeOf("number");
  });

  it("suspects what correlates too well with the label", async () => {
    const label = market.evaluate({ label: LABEL }, { labels: ["label"] }).column("label");
    const ahead = await check(factorOf((row) => label.at(row) as number));
    expect(ahead).toMatchObject({
      status: "warning",
      problems: ["its IC is 1.000 and its rank IC 1.000, suspiciously high: does it look ahead?"],
    });
    expect(ahead.ic).toBeCloseTo(1, 12);
    expect(ahead.icir).toBeUndefined();
  });

  it("takes another label, or none", async () => {
    const volume = market.column("$volume");
    const factor = factorOf((row) => -(volume.at(row) as number));
    expect(await check(factor, { label: "$volume" })).toMatchObject({ ic: -1, status: "warning" });
    const none = await check(factor, { label: null });
    expect(none.status).toBe("ok");
    expect(none.ic).toBeUndefined();
    await expect(check(factor, { label: "$volum" })).rejects.toMatchObject({ code: "bad-expression" });
  });

  it("has no IC where the market has no close", async () => {
    const path = await write(factorOf(), folder, "no-close.csv");
    const [found] = await checkFactors(market.select(["$volume"]), path);
    expect(found!.status).toBe("ok");
    expect(found!.ic).toBeUndefined();
  });

  it.each<[string, Panel, string]>([
    ["no value", factorOf(() => Number.NaN), "all its values are missing"],
    [
      "no finite value",
      factorOf((row) => (row % 2 === 0 ? Number.NaN : Number.NEGATIVE_INFINITY)),
      "none of its values is finite",
    ],
    [
      "the close's time",
      factorOf(undefined, { time: " 15:00" }),
      "no row matches a row of the market: its sessions lie 15 h after those of the market",
    ],
    [
      "bare codes",
      factorOf(undefined, { code: (i) => code(i).slice(0, 6) }),
      'no row matches a row of the market: it spells "000001.SZ" of the market as "000001"',
    ],
    [
      "texts",
      panelFromColumns({ datetime: [day(0)], instrument: [code(0)], columns: { factor: ["high"] } }),
      "its cells are of the type string; a factor holds numbers",
    ],
    [
      "no column",
      panelFromColumns({ datetime: [day(0)], instrument: [code(0)], columns: {} }),
      "it has keys but no columns",
    ],
    [
      "no row",
      panelFromColumns({ datetime: [], instrument: [], columns: { factor: new Float64Array(0) } }),
      "it has no rows",
    ],
  ])("calls it an error: %s", async (_, panel, problem) => {
    expect(await check(panel)).toMatchObject({ status: "error", problems: [problem] });
  });

  const half = factorOf((_, __, instrument) => (instrument < 5 ? 0.5 * instrument + 1 : Number.NaN));
  const more = panelFromColumns({
    datetime: Array.from({ length: 24 }, (_, i) => day(i < 12 ? 0 : 1)),
    instrument: Array.from({ length: 24 }, (_, i) => (i % 12 < 10 ? code(i % 12) : `90000${i % 12}.BJ`)),
    columns: { factor: Float64Array.from({ length: 24 }, (_, i) => i) },
  });

  it.each<[string, Panel, string[]]>([
    ["one value", factorOf(() => 3), ["all its values are 3"]],
    [
      "one value a session",
      factorOf((_, session) => session),
      ["in every session all instruments have the same value, so it ranks nothing"],
    ],
    [
      "infinite values",
      factorOf((row) => (row < 2 ? Number.POSITIVE_INFINITY : (row * 7919) % 101)),
      ["2 of its values are infinite"],
    ],
    ["half a market", half, ["only 41.7% of the rows of the market within its span have a value"]],
    ["rows of others", more, ["4 of its rows (16.7%) match no row of the market: no such instrument 4"]],
    [
      "the close again, in more digits",
      factorOf((row) => market.column("close").at(row) as number),
      ['its values equal those of "$close" in the market'],
    ],
  ])("warns of %s", async (_, panel, problems) => {
    const found = await check(panel, { label: null });
    expect(found).toMatchObject({ status: "warning", problems });
    expect(found.constant).toBe(problems[0]!.startsWith("all"));
  });

  it("meets instruments under either spelling", async () => {
    const cell = (row: number): number => (row * 7919) % 101;
    const { path: _, ...own } = await check(factorOf(cell));
    const { path: __, ...other } = await check(factorOf(cell, { code: (i) => `SZ${code(i).slice(0, 6)}` }));
    expect(other).toEqual(own);
  });

  it("does not take a column for the same that differs in the last row alone", async () => {
    const volume = market.column("$volume");
    const almost = factorOf((row) => (volume.at(row) as number) + (row === 479 ? 1 : 0));
    expect((await check(almost, { label: null })).problems).toEqual([]);
  });

  it("looks at a range, with labels from beyond its end", async () => {
    const found = await check(
      factorOf((row) => (row * 7919) % 101),
      { start: day(5), end: day(30) },
    );
    expect(found).toMatchObject({ rows: 26 * 12, first: day(5), last: day(30), coverage: 1, icSessions: 26 });
    expect(await check(factorOf(), { start: "2021-01-01" })).toMatchObject({
      status: "error",
      rows: 0,
      problems: ["it has no rows in the range asked for"],
    });
  });

  it("finds the same whatever the order and type of the rows' cells", async () => {
    const cells = Int32Array.from({ length: 480 }, (_, row) => (row * 7919) % 101);
    const order = Array.from(cells.keys()).sort((a, b) => ((a * 31) % 480) - ((b * 31) % 480));
    const columns = (at: readonly number[]) => ({
      datetime: at.map((row) => day(Math.floor(row / 12))),
      instrument: at.map((row) => code(row % 12)),
    });
    const rows = [...cells.keys()];
    const csv = join(folder, "shuffled.csv");
    const { datetime, instrument } = columns(order);
    const lines = order.map((row, i) => `${datetime[i]},${instrument[i]},${cells[row]}`);
    writeFileSync(csv, `datetime,instrument,factor\n${lines.join("\n")}\n`);
    const [shuffled] = await checkFactors(market, csv);
    const {
      path: _,
      type: __,
      ...sorted
    } = await check(panelFromColumns({ ...columns(rows), columns: { factor: cells } }));
    const big = BigInt64Array.from(cells, BigInt);
    const wide = await check(panelFromColumns({ ...columns(rows), columns: { factor: big } }));
    expect(shuffled).toMatchObject(sorted);
    expect(wide).toMatchObject({ ...sorted, type: "int64" });
    expect(sorted.status).toBe("ok");
  });

  it("gives an entry for each column of each file of a folder, and of RD-Agent's folders in it", async () => {
    const library = join(folder, "library");
    const good = await write(factorOf(), library, "a", "result.h5");
    await write(factorOf(), library, "b", "result.parquet");
    await write(factorOf(), library, "b", "other.parquet"); // is left where it is
    await write(factorOf().withColumns({ again: factorOf().column("factor") }), library, "two.arrow");
    truncate(good, join(library, "broken.h5"));
    writeFileSync(join(library, "README.md"), "not a table");
    writeFileSync(join(library, "market_schema.csv"), "name,meaning\nclose,收盘价\n");
    const told: number[][] = [];
    const checks = await checkFactors(market, [library, good, join(folder, "none.h5")], {
      onProgress: ({ files, totalFiles }) => told.push([files, totalFiles]),
    });
    const found = checks.map(({ path, factor, status }) => [path.replace(`${folder}/`, ""), factor, status]);
    expect(found).toEqual([
      ["library/a/result.h5", "factor", "ok"],
      ["library/b/result.parquet", "factor", "ok"],
      ["library/broken.h5", undefined, "error"],
      ["library/two.arrow", "factor", "ok"],
      ["library/two.arrow", "again", "ok"],
      ["none.h5", undefined, "error"],
    ]);
    expect(checks[2]!.problems[0]).toMatch(/truncated/);
    expect(checks[5]!.problems[0]).toMatch(/no such file/);
    expect(told).toEqual([1, 2, 3, 4, 5].map((n) => [n, 5]));
  });

  it("says of a folder without tables that it is one", async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    expect(await checkFactors(market, empty)).toEqual([
      {
        path: empty,
        status: "error",
        problems: [
          "a folder without factor files (tables, or folders with a result.h5 or result.parquet); give one that has some, or the files",
        ],
      },
    ]);
  });

  it("reads another key of HDF5 files, which others have none of", async () => {
    const hdf = "data-fixtures/hdf5/bad_other_key.pd15.h5";
    const csv = await write(factorOf(), folder, "keyless.csv");
    const [first] = await checkFactors(market, hdf);
    expect(first).toMatchObject({ status: "error" });
    const key = /the file holds "([^"]+)"/.exec(first!.problems[0]!)![1]!;
    const checks = await checkFactors(market, [hdf, csv], { key });
    expect(checks[0]!.problems.join()).not.toContain("key");
    expect(checks.at(-1)!.status).toBe("ok");
  });

  it("finds in the factors of the snapshot what joins and pandas find there", async () => {
    const dir = "data-fixtures/snapshot";
    const daily = await openPanel(`${dir}/daily_pv.h5`);
    const [mom, vol] = await checkFactors(daily, [`${dir}/result_mom.h5`, `${dir}/result_vol.h5`]);
    const joined = daily.join(await openPanel(`${dir}/result_mom.h5`), { how: "right" });
    expect(mom).toMatchObject({ factor: "mom_10d", status: "ok", matchedShare: 1, rows: joined.rowCount });
    expect(vol).toMatchObject({ factor: "vol_20d", status: "ok", matchedShare: 1 });
    const values = joined.column("mom_10d");
    expect(mom!.missingShare).toBe(values.countMissing() / values.length);
  });

  it("refuses what cannot be meant", async () => {
    await expect(checkFactors(market, [3] as unknown as string[])).rejects.toMatchObject({
      code: "bad-request",
      message: "checkFactors: 3 is not the path of a file",
    });
    await expect(checkFactors(Promise.resolve(market) as unknown as Panel, "a.h5")).rejects.toMatchObject({
      message: "checkFactors: panel 1 is a promise; await it",
    });
    expect(await checkFactors(market, [])).toEqual([]);
    expect(readFileSync("src/factor-checks/check-factors.ts", "utf8")).toContain(LABEL);
  });
});
