import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { openPanel } from "#src/open/open-panel.js";
import type { Panel } from "#src/panel/panel.js";
import { evaluateTexts } from "./memory-table.js";
import { filledTable, tableOfPanel } from "./panel-table.js";

const fixtures = new URL("../../data-fixtures/", import.meta.url);
const path = (name: string): string => new URL(name, fixtures).pathname;

interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}
const read = (name: string): NamedExpression[] =>
  JSON.parse(readFileSync(path(name), "utf8")) as NamedExpression[];

/** Cells that differ from qlib's: NaN on one side only, or further than 1e-4 relative and 1e-6 absolute. */
function differing(got: Float32Array, want: Float32Array): { cells: number[]; largest: number } {
  const cells: number[] = [];
  let largest = 0;
  for (let row = 0; row < want.length; row++) {
    const w = want[row]!;
    const g = got[row]!;
    if (Number.isNaN(w) && Number.isNaN(g)) continue;
    const absolute = w === g ? 0 : Math.abs(w - g);
    const relative = w === 0 ? absolute : absolute / Math.abs(w);
    if (!(relative <= 1e-4 || absolute <= 1e-6)) cells.push(row);
    else largest = Math.max(largest, Math.min(relative, absolute));
  }
  return { cells, largest };
}

/** One line an operator: the largest of min(relative, absolute) difference among the expressions that use it. */
function summary(expressions: readonly NamedExpression[], largest: readonly number[]): string {
  const byOperator = new Map<string, number>();
  for (const [i, { expression }] of expressions.entries()) {
    const words = expression.match(/[A-Za-z]+(?=\()/g) ?? ["arithmetic"];
    for (const word of words) byOperator.set(word, Math.max(byOperator.get(word) ?? 0, largest[i]!));
  }
  const lines = [...byOperator].sort((a, b) => b[1] - a[1]);
  return lines
    .map(([name, most]) => `${name.padEnd(12)} ${most === 0 ? "0" : most.toExponential(1)}`)
    .join("\n");
}

describe("qlib's own values", () => {
  let prices: Panel;
  beforeAll(async () => {
    prices = await openPanel(path("snapshot/daily_pv.h5"));
  });

  for (const [list, file, count] of [
    ["expressions.json", "expressions.h5", 57],
    ["alpha158.json", "snapshot/alpha158.h5", 157],
  ] as const) {
    it(`${count} of ${count} of ${list}, rows filled along the calendar`, async () => {
      const expressions = read(list);
      const wanted = await openPanel(path(file));
      const { columns } = evaluateTexts(
        filledTable(wanted, prices),
        Object.fromEntries(expressions.map(({ name, expression }) => [name, expression])),
      );
      const found = expressions.map(({ name }) =>
        differing(columns[name]!, wanted.column(name).values as Float32Array),
      );
      const failed = expressions.flatMap(({ name, expression }, i) =>
        found[i]!.cells.map((row) => `${name} ${expression} row ${row}`),
      );
      expect(failed).toEqual([]);
      expect(expressions).toHaveLength(count);
      console.log(
        `largest difference from qlib, ${list}\n${summary(
          expressions,
          found.map((one) => one.largest),
        )}`,
      );
    });
  }

  it("the same values on the panel's own rows, its gaps left as they are", async () => {
    const expressions = read("alpha158.json");
    const wanted = await openPanel(path("snapshot/alpha158.h5"));
    const own = prices.window({ universe: wanted.index.instruments });
    const { columns } = evaluateTexts(
      tableOfPanel(own),
      Object.fromEntries(expressions.map(({ name, expression }) => [name, expression])),
    );
    const rows = Int32Array.from({ length: own.rowCount }, (_, row) => {
      const { datetime, instrument } = own.keyAt(row);
      return wanted.rowOf(datetime, instrument);
    });
    expect(own.rowCount).toBeGreaterThan(3000);
    expect(own.rowCount).toBeLessThan(wanted.rowCount);
    for (const { name } of expressions) {
      const cells = wanted.column(name).values as Float32Array;
      const here = Float32Array.from(rows, (row) => cells[row]!);
      expect({ name, cells: differing(columns[name]!, here).cells }).toEqual({ name, cells: [] });
    }
  });
});
