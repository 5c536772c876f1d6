import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainCopier, vectorCopier } from "../../src/formats/pandas-hdf/slab-copy.js";
import { propertyRuns } from "../property-runs.js";

/** A row: bytes before each column's cell, the width of its cells, and whether it is asked for. */
const layouts = fc.array(
  fc.record({
    before: fc.constantFrom(0, 0, 0, 1, 4, 8),
    width: fc.constantFrom(4, 4, 4, 8),
    wanted: fc.constantFrom(true, true, true, false),
  }),
  { minLength: 1, maxLength: 14 },
);

function columnsOf(layout: readonly { before: number; width: number; wanted: boolean }[], length: number) {
  let rowBytes = 0;
  const columns = layout.map(({ before, width, wanted }) => {
    const offset = rowBytes + before;
    rowBytes = offset + width;
    return { offset, width, wanted, cells: new Uint8Array(length * width) };
  });
  return { rowBytes, columns: columns.filter(({ wanted }) => wanted) };
}

describe("slabs taken apart with vectors", () => {
  it("give the columns byte by byte, and nothing beside them", () => {
    fc.assert(
      fc.property(
        layouts,
        fc.array(fc.nat(70), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.boolean(),
        (layout, slabs, seed, inRoom) => {
          const mostRows = Math.max(...slabs);
          const length = slabs.reduce((sum, count) => sum + count, 3);
          const { rowBytes, columns } = columnsOf(layout, length);
          const expected = columns.map(({ cells }) => cells.slice());
          const copier = vectorCopier(rowBytes, mostRows, columns)!;
          let at = 2;
          let state = seed;
          for (const count of slabs) {
            const rows = inRoom ? copier.room : new Uint8Array(count * rowBytes);
            for (let i = 0; i < count * rowBytes; i++) {
              state = (Math.imul(state, 1103515245) + 12345) >>> 0;
              rows[i] = state >>> 24;
            }
            for (const [c, { offset, width }] of columns.entries()) {
              for (let row = 0; row < count; row++) {
                const from = row * rowBytes + offset;
                expected[c]!.set(rows.subarray(from, from + width), (at + row) * width);
              }
            }
            copier.copy(rows, count, at);
            at += count;
          }
          expect(columns.map(({ cells }) => Buffer.from(cells))).toEqual(expected.map((e) => Buffer.from(e)));
        },
      ),
      propertyRuns(61, 300),
    );
  });

  it("are of cells of 4 and 8 bytes; others are left to the plain loops", () => {
    const cells = new Uint8Array(6);
    const columns = [{ offset: 1, width: 2, cells }];
    expect(vectorCopier(3, 4, columns)).toBeUndefined();
    const copier = plainCopier(3, 4, columns);
    expect(copier.room.length).toBe(12);
    copier.copy(Uint8Array.of(0, 1, 2, 0, 3, 4), 2, 1);
    expect(cells).toEqual(Uint8Array.of(0, 0, 1, 2, 3, 4));
  });
});
