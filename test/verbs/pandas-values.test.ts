import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Aggregation, type Column, formatTime, type Panel, panelFromColumns } from "#src/index.js";

type Cells = (number | null)[];
type Keys = [string, string][];
type Bars = { readonly keys: Keys } & Record<string, Cells | Keys>;

interface Expected {
  readonly rows: Keys;
  readonly close: Cells;
  readonly high: Cells;
  readonly volume: Cells;
  readonly industry: number[];
  readonly resample: Record<"week" | "month" | "quarter" | "year", Bars>;
  readonly describe: Record<string, Cells>;
  readonly pearson: Cells[];
  readonly spearman: Cells[];
  readonly valueCounts: [number, number][];
  readonly group: { readonly keys: [string, number][]; readonly close: Cells; readonly volume: Cells };
  readonly top: Keys;
}

// What data-fixtures/make/make_verbs.py was told by pandas 1.5.
const expected = JSON.parse(readFileSync("data-fixtures/verbs/expected.json", "utf8")) as Expected &
  Record<string, Cells>;
const floats = (cells: Cells) => Float64Array.from(cells, (cell) => cell ?? Number.NaN);
const panel = panelFromColumns({
  datetime: expected.rows.map(([date]) => date),
  instrument: expected.rows.map(([, code]) => code),
  columns: {
    close: floats(expected.close),
    high: floats(expected.high),
    volume: floats(expected.volume),
    industry: Int32Array.from(expected.industry),
  },
});

const keysOf = ({ index }: Panel): Keys =>
  Array.from(index.codes, (code, row) => [
    formatTime(index.datetimes[index.sessionOf(row)]!),
    index.instruments[code]!,
  ]);

function expectCells(column: Column | Float64Array | readonly number[], cells: Cells): void {
  const own = Array.from("floats" in column ? column.floats() : column);
  expect(own).toHaveLength(cells.length);
  for (const [row, cell] of cells.entries()) {
    if (cell === null) expect([row, own[row]]).toEqual([row, Number.NaN]);
    else
      expect(Math.abs(own[row]! - cell), `row ${row}: ${own[row]} for ${cell}`).toBeLessThanOrEqual(
        1e-12 * Math.max(1, Math.abs(cell)),
      );
  }
}

describe("values of pandas:", () => {
  const ways: Aggregation[] = ["first", "last", "min", "max", "sum", "mean", "median", "std", "count"];
  it.each(["week", "month", "quarter", "year"] as const)("resample by %s", (period) => {
    const bars = expected.resample[period];
    for (const how of ways) {
      const resampled = panel.resample(period, { close: how });
      expect(keysOf(resampled)).toEqual(bars.keys);
      expectCells(resampled.column("close"), bars[`close:${how}`] as Cells);
    }
    expectCells(panel.resample(period, { $volume: "sum" }).column("$volume"), bars["volume:sum"] as Cells);
  });

  it("forwardFill, with and without a limit", () => {
    expectCells(panel.forwardFill().column("close"), expected.ffill!);
    expectCells(panel.forwardFill({ columns: ["$close"], limit: 1 }).column("close"), expected.ffill1!);
  });

  it("shift, diff and pctChange", () => {
    expectCells(panel.shift(2).column("close"), expected.shift2!);
    const ahead = panel.shift(-1, ["close"]);
    expectCells(ahead.column("close"), expected["shift-1"]!);
    expect(ahead.notes.join()).toContain("looks ahead");
    expect(panel.shift(2).notes).toEqual([]);
    expectCells(panel.diff().column("close"), expected.diff!);
    expectCells(panel.diff(-2).column("close"), expected["diff-2"]!);
    expectCells(panel.pctChange(3, ["close"]).column("close"), expected.pct3!);
    expect(panel.shift(1).column("industry").type).toBe("int32");
  });

  it("describe and correlations", () => {
    const { columns } = panel.describe({ columns: ["close", "high", "volume"] });
    for (const { name, count, mean, std, min, quantiles, max } of columns) {
      expectCells([count, mean, std, min, ...quantiles, max], expected.describe[name]!);
    }
    for (const method of ["pearson", "spearman"] as const) {
      const own = panel.correlations({ columns: ["close", "high", "volume"], method });
      expectCells(own.values, expected[method].flat());
      expect(own.of("close", "$high")).toBe(own.values[1]);
    }
  });

  it("valueCounts, quantileBins, groupBy and top", () => {
    expect(
      panel
        .valueCounts("industry")
        .map(({ value, count }) => [value, count])
        .sort(),
    ).toEqual(expected.valueCounts);
    expectCells(panel.quantileBins("close", 5), expected.qcut!);
    const groups = panel.groupBy("session", "industry").aggregate({ close: "median", volume: "sum" });
    const sessions = groups.keys.get("session")!;
    const industries = groups.keys.get("industry")!;
    expect(
      Array.from({ length: groups.rowCount }, (_, row) => [
        formatTime(sessions.at(row) as bigint),
        industries.at(row),
      ]),
    ).toEqual(expected.group.keys);
    expectCells(groups.columns.get("close")!, expected.group.close);
    expectCells(groups.columns.get("volume")!, expected.group.volume);
    expect(keysOf(panel.top(2, "close"))).toEqual(expected.top);
  });
});
