import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPanel, panelFromColumns, validateFactors } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const SESSIONS = 30;
const keys = Array.from({ length: SESSIONS * 3 }, (_, k) => [Math.floor(k / 3), k % 3] as const);
const market = panelFromColumns({
  datetime: keys.map(([s]) => BigInt(s) * 86_400_000_000_000n),
  instrument: keys.map(([, i]) => `00000${i}.SZ`),
  columns: { close: Float64Array.from(keys, ([s, i]) => 10 + i + Math.sin(s * 3 + i)) },
});

describe("the smallest window that shows a difference", () => {
  const folder = scratchFolder();

  it("is the instrument's rows that the value needs, with both outputs and a script", async () => {
    const expressions = { momentum: "$close / Ref($close, 4) - 1" };
    const right = market.evaluate(expressions).column("momentum").floats().slice();
    right[market.rowOf("1970-01-21", "000001.SZ")]! += 0.5;
    const recorded = join(folder, "momentum.parquet");
    await market.select([]).withColumns({ momentum: right }).write(recorded);
    const [report] = await validateFactors(market, {
      expressions,
      recorded: folder,
      replay: join(folder, "replay"),
    });
    const { comparison, findings } = report!;
    expect(findings.map(({ code }) => code)).toEqual(["recorded-differs"]);
    expect(comparison!.explanation).toMatchObject({
      code: "one-cell-of-input",
      values: { datetime: "1970-01-21", instrument: "000001.SZ" },
    });
    const written = comparison!.replay!;
    const input = await openPanel(join(written, "input.csv"));
    expect([input.rowCount, input.index.usedInstruments()]).toEqual([5, ["000001.SZ"]]);
    expect((await openPanel(join(written, "ours.csv"))).rowCount).toBe(5);
    const beside = await openPanel(join(written, "recorded.csv"));
    expect(beside.column("momentum").at(4)).toBeCloseTo(right[market.rowOf("1970-01-21", "000001.SZ")]!, 6);
    expect(readFileSync(join(written, "replay.py"), "utf8")).toContain("pd.read_csv");
    expect(existsSync(join(folder, "replay", "momentum", "input.csv"))).toBe(true);
  });

  it("tells a look-ahead of an expression by its text and by its cuts", async () => {
    const [past, ahead] = await validateFactors(market, {
      expressions: { past: "Mean($close, 3) / $close", ahead: "Ref($close, -2) / $close - 1" },
    });
    expect(past!.findings).toEqual([]);
    expect(past!.proof).toMatchObject({ verdict: "proven for the cuts tried", lookback: { rows: 3 } });
    expect(ahead!.status).toBe("error");
    expect(ahead!.findings[0]!.code).toBe("look-ahead");
    expect(ahead!.findings[0]!.sentence).toMatch(/cuts show it/);
    expect(ahead!.relations!.others.map(({ factor }) => factor)).toEqual(["past"]);
  });
});
