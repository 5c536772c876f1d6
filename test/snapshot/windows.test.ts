import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { HistoryRequest } from "#src/snapshot/history-plan.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import type { Snapshot } from "#src/snapshot/snapshot.js";
import { formatNs } from "#src/time.js";

interface Case {
  readonly request: HistoryRequest & { readonly universe?: string | string[]; readonly columns: string[] };
  readonly expected: {
    readonly rows: number;
    readonly sums: number[];
    readonly nans: number[];
    readonly cells: [row: number, date: string, instrument: string, ...(number | "NaN")[]][];
  };
}

const cases = JSON.parse(readFileSync("data-fixtures/snapshot-expected/windows.json", "utf8")) as Case[];
/** float32 cells, and products of two of them. */
const RELATIVE = 1e-6;

function close(found: number, wanted: number): boolean {
  if (Number.isNaN(wanted)) return Number.isNaN(found);
  return Math.abs(found - wanted) <= RELATIVE * Math.max(1e-12, Math.abs(wanted));
}

describe("windows over several files equal pandas", () => {
  let snapshot: Snapshot;
  beforeAll(async () => {
    snapshot = await openSnapshot("data-fixtures/snapshot");
  });

  it.each(cases.map((one) => [JSON.stringify(one.request), one] as const))("%s", async (_, one) => {
    const { columns, universe, ...request } = one.request;
    const fields = columns.map((column) => column.split("@")[0]!);
    const window = await snapshot.getHistoryWindow(universe, { ...request, fields });
    expect(window.columnNames).toEqual(fields);
    expect(window.rowCount).toBe(one.expected.rows);
    expect(fields.map((name) => window.column(name).countMissing())).toEqual(one.expected.nans);
    for (const [c, name] of fields.entries()) {
      let [sum, magnitude] = [0, 0];
      for (const value of window.column(name).values as Float32Array) {
        if (Number.isNaN(value)) continue;
        sum += value;
        magnitude += Math.abs(value);
      }
      expect(Math.abs(sum - one.expected.sums[c]!)).toBeLessThanOrEqual(RELATIVE * magnitude);
    }
    for (const [row, date, instrument, ...cells] of one.expected.cells) {
      const { index } = window;
      const key = [formatNs(index.datetimes[index.sessionOf(row)]!), index.instruments[index.codes[row]!]];
      expect(key).toEqual([date, instrument]);
      const found = fields.map((name) => window.column(name).at(row) as number);
      expect(found.map((value, c) => close(value, Number(cells[c])))).toEqual(fields.map(() => true));
    }
  });
});
