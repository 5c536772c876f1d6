import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ByteFile } from "#src/files/byte-file.js";
import { FileRange } from "#src/files/file-range.js";
import { ArrowColumn } from "#src/formats/arrow/column.js";
import { DecompressedBuffers } from "#src/formats/arrow/decompressed-buffers.js";
import { CompressedRange } from "#src/formats/arrow/ipc-buffer.js";
import { scratchFolder } from "../../scratch-folder.js";

const folder = scratchFolder();

const [BATCHES, ROWS, COLUMNS] = [10, 100, 3];
const BUFFER_BYTES = 4 * ROWS;

/** Columns of record batches whose buffers are "compressed" to their first row, and how many were decompressed. */
function compressedColumns(keptBytes: number) {
  const path = join(folder, `kept-${keptBytes}`);
  const stored = new DataView(new ArrayBuffer(12 * BATCHES));
  for (let batch = 0; batch < BATCHES; batch++) {
    stored.setBigInt64(12 * batch, BigInt(BUFFER_BYTES), true);
    stored.setInt32(12 * batch + 8, batch * ROWS, true);
  }
  writeFileSync(path, stored);
  const file = ByteFile.of(path);
  const kept = new DecompressedBuffers(keptBytes);
  let decompressed = 0;
  const codec = (bytes: Uint8Array): Uint8Array => {
    decompressed++;
    const first = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
    return new Uint8Array(Int32Array.from({ length: ROWS }, (_, i) => first + i).buffer);
  };
  const columns = Array.from({ length: COLUMNS }, () => {
    const chunks = Array.from({ length: BATCHES }, (_, batch) => ({
      length: ROWS,
      offset: 0,
      validityOffset: 0,
      values: new CompressedRange(new FileRange(file, 12 * batch, 12), codec, "test", kept, batch),
    }));
    return new ArrowColumn({ name: "x", storage: { kind: "fixed", type: "int32" } }, chunks, "test");
  });
  return { columns, kept, decompressed: () => decompressed };
}

test("a pass over all columns, some rows at a time, decompresses each buffer once and holds two batches", () => {
  const { columns, kept, decompressed } = compressedColumns(0);
  const step = 30; // every few steps end in the next batch
  for (let first = 0; first < BATCHES * ROWS; first += step) {
    const last = Math.min(first + step, BATCHES * ROWS);
    for (const column of columns) {
      const expected = Int32Array.from({ length: last - first }, (_, i) => first + i);
      expect(column.read(first, last).values).toEqual(expected);
      expect(kept.bytes).toBeLessThanOrEqual(2 * COLUMNS * BUFFER_BYTES);
    }
  }
  expect(decompressed()).toBe(BATCHES * COLUMNS);
});

test("small batches stay, up to a limit; those read last do", () => {
  const { columns, kept, decompressed } = compressedColumns(4 * BUFFER_BYTES);
  const [column] = columns;
  for (const batch of [0, 1, 2, 3, 0, 4]) column!.read(batch * ROWS, batch * ROWS + 1);
  expect([decompressed(), kept.bytes]).toEqual([5, 4 * BUFFER_BYTES]);
  column!.read(0, 1);
  expect(decompressed()).toBe(5);
  column!.read(ROWS, ROWS + 1);
  expect(decompressed()).toBe(6);
});

test("of a column that was read whole nothing is kept beside its cells", () => {
  const { columns, kept } = compressedColumns(Number.POSITIVE_INFINITY);
  columns[1]!.read(0, 1);
  columns[0]!.read(0, BATCHES * ROWS);
  expect(kept.bytes).toBe(BUFFER_BYTES);
});
