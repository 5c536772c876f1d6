import { describe, expect, it } from "vitest";
import type { ColumnSource } from "#src/columns/table.js";
import { SessionPatches } from "#src/expression/session-patches.js";
import { planOn, tableOf } from "./memory-table.js";

const [SESSIONS, INSTRUMENTS, EXPRESSIONS] = [600, 400, 164]; // three patches of sessions, the last one short
const ROWS = SESSIONS * INSTRUMENTS;

/** Expressions `$close + i` over a full market, and how often a patch of them was computed. */
function patchesOf(): { columns: ColumnSource[]; computed: () => number } {
  let computed = 0;
  const table = tableOf(
    {
      offsets: Uint32Array.from({ length: SESSIONS + 1 }, (_, s) => s * INSTRUMENTS),
      codes: Int32Array.from({ length: ROWS }, (_, row) => row % INSTRUMENTS),
      sessionCount: SESSIONS,
      instrumentCount: INSTRUMENTS,
    },
    { $close: Float64Array.from({ length: ROWS }, (_, row) => row) },
  );
  const counted = {
    ...table,
    column: (field: string, first: number, last: number) => {
      if (last > first) computed++;
      return table.column(field, first, last);
    },
  };
  const expressions = Object.fromEntries(
    Array.from({ length: EXPRESSIONS }, (_, i) => [`f${i}`, `$close + ${i}`]),
  );
  const patches = new SessionPatches(counted, planOn(counted, expressions), {}, { from: 0, to: SESSIONS });
  return { columns: patches.columns().map(([, source]) => source), computed: () => computed };
}

describe("SessionPatches", () => {
  it("computes each patch once where rows of all columns are asked for in turn, across the ends of patches", () => {
    const once = patchesOf();
    for (const row of [0, 300 * INSTRUMENTS, ROWS - 1]) once.columns[0]!.read(row, row + 1);
    const { columns, computed } = patchesOf();
    for (let first = 0; first < ROWS; first += 1 << 16) {
      const last = Math.min(first + (1 << 16), ROWS);
      for (const [i, column] of columns.entries()) {
        const cells = column.read(first, last).values as Float32Array;
        expect(cells).toHaveLength(last - first);
        for (const row of [0, (last - first) >> 1, last - first - 1])
          expect(cells[row]).toBe(first + row + i);
      }
    }
    expect(computed()).toBe(once.computed());
  });

  it("and of rows that lie in all of them", () => {
    const once = patchesOf();
    for (const row of [0, 300 * INSTRUMENTS, ROWS - 1]) once.columns[0]!.read(row, row + 1);
    const { columns, computed } = patchesOf();
    const rows = Uint32Array.from({ length: 24 }, (_, i) => i * 10_000);
    for (const [i, column] of columns.entries()) {
      expect(column.gather(rows).values).toEqual(Float32Array.from(rows, (row) => row + i));
    }
    expect(computed()).toBe(once.computed());
    const [first] = columns[7]!.read(ROWS - 2, ROWS).values as Float32Array;
    expect(first).toBe(ROWS - 2 + 7);
  });
});
