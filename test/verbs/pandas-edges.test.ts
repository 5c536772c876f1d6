import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Aggregation, type Column, formatTime, type Panel, panelFromColumns } from "#src/index.js";

type Cells = (number | string | null)[];
type Keys = [string, string][];
interface Grouped {
  readonly keys: (string | number)[][];
  /** By `column:aggregation`. */
  readonly columns: Record<string, Cells>;
}

interface Case {
  /** In no order. */
  readonly rows: Record<"a" | "b" | "i" | "t" | "s", Cells> & { readonly keys: Keys };
  readonly sorted: Keys;
  readonly said: {
    readonly columns: Record<string, Record<string, Cells> & { top?: Keys; bottom?: Keys }>;
    readonly correlations: Record<"pearson" | "spearman", Cells>;
    readonly operators: Record<string, Cells>;
    readonly resample?: Record<"day" | "week" | "month" | "quarter" | "year", Grouped>;
    readonly qlib?: { readonly a: Cells; readonly b: Cells };
    readonly groupBy?: Record<string, Grouped>;
  };
}

// What data-fixtures/make/make_verb_edges.py was told by pandas 1.5.
const cases = JSON.parse(readFileSync("data-fixtures/verbs/edges.json", "utf8")) as Case[];
const number = (cell: number | string | null): number => {
  if (typeof cell === "string") return cell === "inf" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return cell ?? Number.NaN;
};
/** As `formatTime` has it: a day alone where it is midnight. */
const plain = (keys: readonly (readonly (string | number)[])[]) =>
  keys.map((key) => key.map((part) => String(part).replace(" 00:00:00", "")));

function panelOf({ rows }: Case): Panel {
  return panelFromColumns({
    datetime: rows.keys.map(([time]) => time),
    instrument: rows.keys.map(([, code]) => code),
    columns: {
      a: Float32Array.from(rows.a, number),
      b: Float64Array.from(rows.b, number),
      i: BigInt64Array.from(rows.i, (cell) => BigInt(cell!)),
      t: rows.t.map((cell) => cell === 1),
      s: rows.s as (string | null)[],
    },
  });
}

const keysOf = ({ index }: Panel): string[][] =>
  Array.from(index.codes, (code, row) => [
    formatTime(index.datetimes[index.sessionOf(row)]!),
    index.instruments[code]!,
  ]);

/** Cells as pandas gave them: text and missing cells exactly, numbers within a share of theirs. */
function expectCells(own: Column | Float64Array, wanted: Cells, what: string, within = 1e-12): void {
  const cells = Array.from({ length: own.length }, (_, row) => own.at(row) ?? null);
  expect(cells.length, what).toBe(wanted.length);
  for (const [row, cell] of wanted.entries()) {
    const found = cells[row]!;
    if (typeof cell === "string" && typeof found === "string")
      expect([what, row, found]).toEqual([what, row, cell]);
    else if (cell === null)
      expect([what, row, found === null || Number.isNaN(found)]).toEqual([what, row, true]);
    else {
      const [x, y] = [Number(found), number(cell)];
      const isNear = x === y || Math.abs(x - y) <= within * Math.max(1, Math.abs(y));
      expect(isNear, `${what}, row ${row}: ${x} for ${y}`).toBe(true);
    }
  }
}

/** pandas sums float32 in float32, we in float64. */
const within = (name: string) => (name === "a" ? 1e-5 : 1e-12);

describe.each(cases.map((one, seed) => [seed, one] as const))("pandas' values of panel %i:", (_, one) => {
  const panel = panelOf(one);
  const { said } = one;

  it("its rows, sorted", () => expect(keysOf(panel)).toEqual(plain(one.sorted)));

  it("verbs of a column", () => {
    for (const [name, told] of Object.entries(said.columns)) {
      for (const [what, wanted] of Object.entries(told)) {
        const [verb = "", given = ""] = what.split(" ");
        const text = `${what} of ${name}`;
        const n = Number(given);
        if (verb === "forwardFill") {
          const filled = panel.forwardFill(given === "None" ? {} : { limit: n });
          expectCells(filled.column(name), wanted as Cells, text, 0);
        } else if (verb === "shift" || verb === "diff" || verb === "pctChange") {
          expectCells(panel[verb](n, [name]).column(name), wanted as Cells, text, 0);
        } else if (verb === "quantileBins") {
          expectCells(panel.quantileBins(name, n), wanted as Cells, text, 0);
        } else if (verb === "describe") {
          const [figures] = panel.describe({ columns: [name], quantiles: [0.1, 0.5, 0.9] }).columns;
          const { count, mean, std, min, quantiles, max } = figures!;
          const own = Float64Array.of(count, mean, std, min, ...quantiles, max);
          expectCells(own, wanted as Cells, text, within(name));
        } else {
          const top = panel.top(2, name, { order: verb === "top" ? "descending" : "ascending" });
          expect(keysOf(top), text).toEqual(plain(wanted as Keys));
        }
      }
    }
  });

  it("correlations", () => {
    for (const method of ["pearson", "spearman"] as const) {
      const own = panel.correlations({ columns: ["a", "b", "i"], method }).values;
      expectCells(own, said.correlations[method], method, 1e-9);
    }
  });

  it("resample and groupBy", () => {
    for (const [period, bars] of Object.entries(said.resample ?? {})) {
      for (const [of, wanted] of Object.entries(bars.columns)) {
        const [name = "", how] = of.split(":") as [string, Aggregation];
        const resampled = panel.resample(period as "week", { [name]: how });
        expect(keysOf(resampled), period).toEqual(plain(bars.keys));
        expectCells(resampled.column(name), wanted, `${period} ${of}`, within(name));
      }
    }
    for (const [names, grouped] of Object.entries(said.groupBy ?? {})) {
      const by = names.split("|");
      for (const [of, wanted] of Object.entries(grouped.columns)) {
        const [name = "", how] = of.split(":") as [string, Aggregation];
        const groups = panel.groupBy(...by).aggregate({ [name]: how });
        expectCells(groups.columns.get(name)!, wanted, `${names} ${of}`, within(name));
        const keys = Array.from({ length: groups.rowCount }, (_, row) =>
          by.map((key) => {
            const part = groups.keys.get(key)!.at(row)!;
            if (typeof part === "string") return part;
            return key === "session" ? formatTime(part as bigint) : Number(part);
          }),
        );
        expect(plain(keys), names).toEqual(plain(grouped.keys));
        if (by.includes(name)) expect(() => groups.toRows()).toThrow("is a key of the groups");
        else expect(groups.toRows()).toHaveLength(groups.rowCount);
      }
    }
  });

  it("resample as qlib's TResample: last, and the sum of what there is", () => {
    if (!said.qlib) return;
    const weeks = panel.resample("week", { a: "last", b: "sum" });
    expectCells(weeks.column("a"), said.qlib.a, "last", 0);
    // Of no cells qlib's sum (min_count=1) is NaN, pandas' and ours 0.
    const counts = panel.resample("week", { b: "count" }).column("b").values;
    const sums = weeks
      .column("b")
      .floats()
      .map((sum, row) => (counts[row] === 0 ? Number.NaN : sum));
    expectCells(sums as Float64Array, said.qlib.b, "sum");
  });

  it("operators", () => {
    const numbers = panel.select(["a", "b", "i"]);
    for (const [text, wanted] of Object.entries(said.operators)) {
      // Factors are float32, from sums in float64.
      expectCells(numbers.evaluate({ x: text }).column("x"), wanted, text, 3e-6);
    }
  });
});
