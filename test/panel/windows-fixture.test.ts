import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { getHistoryWindow, openPanel, type Panel, type WindowRequest } from "#src/index.js";

interface Expected {
  readonly rows: number;
  readonly columns: string[];
  readonly sums: Record<string, number>;
  readonly nans: Record<string, number>;
  readonly first?: [string, string];
  readonly last?: [string, string];
  readonly cells?: (string | number)[][];
}

interface Case {
  readonly request: WindowRequest;
  readonly expected: Expected;
}

const cases = JSON.parse(readFileSync("data-fixtures/windows.json", "utf8")) as Case[];

function keyOf(panel: Panel, row: number): [string, string] {
  const { datetime, instrument } = panel.keyAt(row);
  return [datetime.toISOString().slice(0, 10), instrument];
}

/** What the expectation file says of a window, read off a Panel. */
function answer(window: Panel, withCells: boolean): Expected {
  const n = window.rowCount;
  const sums: Record<string, number> = {};
  const nans: Record<string, number> = {};
  for (const name of window.columnNames) {
    const values = window.column(name).values as Float32Array;
    sums[name] = values.reduce((sum, v) => (Number.isNaN(v) ? sum : sum + v), 0);
    nans[name] = window.column(name).countMissing();
  }
  const cells = Array.from({ length: withCells ? n : 0 }, (_, row) => [
    ...keyOf(window, row),
    ...window.columnNames.map((name) => {
      const cell = window.column(name).at(row) as number;
      return Number.isNaN(cell) ? "NaN" : cell;
    }),
  ]);
  return {
    rows: n,
    columns: window.columnNames,
    sums,
    nans,
    ...(n > 0 && { first: keyOf(window, 0), last: keyOf(window, n - 1) }),
    ...(withCells && { cells }),
  };
}

describe("windows.json: what pandas answered on daily_pv.h5", () => {
  let panel: Panel;
  beforeAll(async () => {
    panel = await openPanel("data-fixtures/snapshot/daily_pv.h5");
  });

  it("has all 60 requests", () => expect(cases.length).toBe(60));

  it.each(cases.map((c, i) => [i, JSON.stringify(c.request), c] as const))(
    "%i %s",
    (_, __, { request, expected }) => {
      const { universe, ...rest } = request;
      for (const window of [panel.window(request), getHistoryWindow(panel, universe, rest)]) {
        const { sums, ...found } = answer(window, expected.cells !== undefined);
        const { sums: expectedSums, ...exact } = expected;
        expect(found).toEqual(exact);
        for (const [name, sum] of Object.entries(expectedSums)) {
          expect(Math.abs(sums[name]! - sum)).toBeLessThanOrEqual(1e-9 * Math.abs(sum));
        }
      }
    },
  );
});
