import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteFile } from "#src/files/byte-file.js";
import { type BufferRange, FileRange } from "#src/files/file-range.js";
import { ArrowColumn, type ArrowField } from "#src/formats/arrow/column.js";

/** A column over chunks of these cells, and which of them were read. */
function columnOf(chunks: readonly Int32Array[], field: Omit<ArrowField, "name" | "storage"> = {}) {
  let read = 0;
  const range = (cells: Int32Array): BufferRange => ({
    byteLength: cells.byteLength,
    read: (first, last) => {
      read += (last - first) / 4;
      return new Uint8Array(cells.buffer, cells.byteOffset + first, last - first);
    },
  });
  const entries = field.dictionary && { first: 0, count: field.dictionary.entries.length };
  const column = new ArrowColumn(
    { name: "x", storage: { kind: "fixed", type: "int32" }, ...field },
    chunks.map((cells) => ({
      length: cells.length,
      offset: 0,
      validityOffset: 0,
      values: range(cells),
      entries,
    })),
    "test.arrow",
  );
  return { column, cellsRead: () => read };
}

describe("gather", () => {
  it("gives the cells of any ascending rows, near each other or far apart", () => {
    const gaps = fc.array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 4000, max: 9000 })), {
      minLength: 1,
      maxLength: 30,
    });
    const lengths = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(gaps, lengths, (some, more) => {
        const rows = Uint32Array.from(some);
        for (let i = 1; i < rows.length; i++) rows[i]! += rows[i - 1]!;
        let from = 0;
        const chunks = [...more, rows[rows.length - 1]! + 1].map((length) => {
          from += length;
          return Int32Array.from({ length }, (_, i) => 7 * (from - length + i));
        });
        const { column } = columnOf(chunks);
        expect([...(column.gather(rows).values as Int32Array)]).toEqual(Array.from(rows, (row) => 7 * row));
      }),
      { seed: 400 },
    );
  });

  it("reads rows near each other at once, and nothing between those far apart", () => {
    const cells = new Int32Array(1_000_000);
    const near = columnOf([cells]);
    near.column.gather(Uint32Array.from({ length: 1000 }, (_, i) => 5000 + 10 * i));
    expect(near.cellsRead()).toBe(9991);
    const far = columnOf([cells]);
    far.column.gather(Uint32Array.of(10, 11, 500_000, 500_100));
    expect(far.cellsRead()).toBe(2 + 101);
  });
});

describe("gather from a file", () => {
  it("gives the cells of many rows over several pieces and chunks, of each width and with missing ones", () => {
    const folder = mkdtempSync(join(tmpdir(), "aistock-arrow-"));
    try {
      const count = 200_000;
      const [narrow, wide] = [new Float32Array(count), new Float64Array(count)];
      for (let i = 0; i < count; i++) narrow[i] = wide[i] = i + 0.5;
      const present = new Uint8Array(count / 8).fill(0b0111_1111); // every eighth is missing
      const path = join(folder, "cells");
      writeFileSync(path, Buffer.concat([narrow, wide, present].map((part) => Buffer.from(part.buffer))));
      const file = ByteFile.of(path);
      const column = (type: "float32" | "float64", lengths: readonly number[], nulls: boolean) => {
        const [base, width] = type === "float32" ? [0, 4] : [4 * count, 8];
        let first = 0;
        const chunks = lengths.map((length) => {
          const offset = first;
          first += length;
          const validity = nulls ? new FileRange(file, 12 * count, count / 8) : undefined;
          const values = new FileRange(file, base, width * count);
          return { length, offset, validityOffset: offset, validity, values };
        });
        return new ArrowColumn({ name: "x", storage: { kind: "fixed", type } }, chunks, "cells");
      };
      for (const [type, step] of [
        ["float32", 3],
        ["float64", 3],
        ["float64", 90],
      ] as const) {
        for (const lengths of [[count], [70_000, 30_001, 99_999]]) {
          for (const nulls of [false, true]) {
            const rows = Uint32Array.from({ length: Math.floor(count / step) }, (_, i) => step * i + (i % 3));
            const expected = Float64Array.from(rows, (row) =>
              nulls && row % 8 === 7 ? Number.NaN : row + 0.5,
            );
            const both = [1, 2].map(() => column(type, lengths, nulls).gather(rows).values as Float64Array);
            for (const values of both) {
              expect(values).toHaveLength(expected.length);
              expect(values.findIndex((value, i) => !Object.is(value, expected[i]))).toBe(-1);
            }
          }
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("readCodes", () => {
  const dictionary = { codeType: "int32", entries: ["a", "b", "c"] } as const;
  const message =
    'test.arrow: column "x" is damaged: code 3 is not in its dictionary of 3; write the file again';

  it("refuses a code outside the dictionary", () => {
    const { column } = columnOf([Int32Array.of(0, 1), Int32Array.of(2, 3, 1)], { dictionary });
    expect([...column.readCodes(0, 3)]).toEqual([0, 1, 2]);
    expect(() => column.readCodes(0, 4)).toThrow(message);
    expect(() => column.readCodes(3, 4)).toThrow(message);
    expect(() => column.read(3, 4)).toThrow(message);
  });

  it("gives any range of several chunks", () => {
    const parts = fc.array(fc.array(fc.nat(2), { maxLength: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(parts, fc.nat(), fc.nat(), (chunks, a, b) => {
        const all = chunks.flat();
        const { column } = columnOf(
          chunks.map((chunk) => Int32Array.from(chunk)),
          { dictionary },
        );
        const [first, last] = [a % (all.length + 1), b % (all.length + 1)].sort((x, y) => x - y) as [
          number,
          number,
        ];
        expect([...column.readCodes(first, last)]).toEqual(all.slice(first, last));
      }),
      { seed: 401 },
    );
  });
});
