import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsInMemory } from "#src/formats/pandas-hdf/load/column-memory.js";
import { plainCopier, vectorCopier } from "#src/formats/pandas-hdf/load/slab-copy.js";
import { propertyRuns } from "../../property-runs.js";

/** A row: bytes before each column's cell, the width of its cells, and whether it is asked for. */
const layouts = fc.array(
  fc.record({
    before: fc.constantFrom(0, 0, 0, 1, 4, 8),
    width: fc.constantFrom(4, 4, 4, 8),
    wanted: fc.constantFrom(true, true, true, false),
  }),
  { minLength: 1, maxLength: 14 },
);

function placesOf(layout: readonly { before: number; width: number; wanted: boolean }[]) {
  let rowBytes = 0;
  const places = layout.map(({ before, width, wanted }) => {
    const offset = rowBytes + before;
    rowBytes = offset + width;
    return { offset, width, wanted };
  });
  return { rowBytes, places: places.filter(({ wanted }) => wanted) };
}

const bytesIn = (cells: readonly Uint8Array[]) => cells.map((each) => Buffer.from(Uint8Array.from(each)));

describe("slabs taken apart with vectors", () => {
  it("give the columns byte by byte, and nothing beside them, in one memory or several, whoever's room it is", () => {
    fc.assert(
      fc.property(
        layouts,
        fc.array(fc.nat(70), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.boolean(),
        fc.constantFrom(0, 1),
        fc.constantFrom(undefined, 3000),
        (layout, slabs, seed, inRoom, thread, roomForColumns) => {
          const mostRows = Math.max(...slabs);
          const length = slabs.reduce((sum, count) => sum + count, 3);
          const { rowBytes, places } = placesOf(layout);
          if (places.length === 0) return;
          const roomBytes = mostRows * rowBytes;
          const most = roomForColumns && 2 * roomBytes + 200 + roomForColumns;
          const { memories, cells } = columnsInMemory(places, length, roomBytes, most)!;
          if (most === undefined) expect(memories).toHaveLength(1);
          const expected = cells.map((each) => Uint8Array.from(each));
          const copier = vectorCopier(rowBytes, mostRows, memories, thread)!;
          let at = 2;
          let state = seed;
          for (const count of slabs) {
            const rows = inRoom ? copier.room : new Uint8Array(count * rowBytes);
            for (let i = 0; i < count * rowBytes; i++) {
              state = (Math.imul(state, 1103515245) + 12345) >>> 0;
              rows[i] = state >>> 24;
            }
            for (const [c, { offset, width }] of places.entries()) {
              for (let row = 0; row < count; row++) {
                const from = row * rowBytes + offset;
                expected[c]!.set(rows.subarray(from, from + width), (at + row) * width);
              }
            }
            copier.copy(rows, count, at);
            at += count;
          }
          expect(bytesIn(cells)).toEqual(bytesIn(expected));
        },
      ),
      propertyRuns(61, 300),
    );
  });

  it("leave the other thread's room as it is", () => {
    const places = [{ offset: 0, width: 4 }];
    const { memories, cells } = columnsInMemory(places, 8, 32)!;
    const [mine, other] = [0, 1].map((thread) => vectorCopier(4, 8, memories, thread));
    other!.room.fill(7);
    mine!.copy(new Uint8Array(32).fill(1), 8, 0);
    expect(other!.room).toEqual(new Uint8Array(32).fill(7));
    expect(Uint8Array.from(cells[0]!)).toEqual(new Uint8Array(32).fill(1));
  });

  it("may lie beyond 2 GB, up to the last byte that has an address", () => {
    const rowCount = Math.floor((2 ** 32 - 4096) / 32); // four columns of 1 GB, which are touched at few places
    const places = Array.from({ length: 4 }, (_, i) => ({ offset: 8 * i, width: 8 }));
    const { memories, cells } = columnsInMemory(places, rowCount, 32 * 8)!;
    expect(memories).toHaveLength(1);
    const copier = vectorCopier(32, 8, memories, 1)!;
    const rows = new Uint8Array(32 * 8).map((_, i) => i);
    for (const at of [0, rowCount >> 1, rowCount - 8]) {
      copier.copy(rows, 8, at);
      for (const [i, each] of cells.entries()) {
        const expected = Array.from({ length: 64 }, (_, k) => 32 * (k >> 3) + 8 * i + (k & 7));
        expect(Array.from(each.subarray(8 * at, 8 * at + 64))).toEqual(expected);
      }
    }
  });

  it("lie in as many memories as they need", () => {
    const places = Array.from({ length: 5 }, (_, i) => ({ offset: 4 * i, width: 4 }));
    const counts = (most: number) =>
      columnsInMemory(places, 1000, 20, most)?.memories.map(({ runs }) => runs.map(({ count }) => count));
    expect(counts(2 ** 32)).toEqual([[5]]);
    expect(counts(9000)).toEqual([[2], [2], [1]]);
    expect(counts(4000)).toBeUndefined();
  });

  it("are of cells of 4 and 8 bytes; others are left to the plain loops", () => {
    const cells = new Uint8Array(6);
    const columns = [{ offset: 1, width: 2, cells }];
    expect(columnsInMemory(columns, 3, 12)).toBeUndefined();
    const copier = plainCopier(3, 4, columns);
    expect(copier.room.length).toBe(12);
    copier.copy(Uint8Array.of(0, 1, 2, 0, 3, 4), 2, 1);
    expect(cells).toEqual(Uint8Array.of(0, 0, 1, 2, 3, 4));
  });
});
