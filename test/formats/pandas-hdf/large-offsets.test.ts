import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ByteFile } from "#src/files/byte-file.js";
import { FileRange } from "#src/files/file-range.js";
import { ArrowColumn } from "#src/formats/arrow/column.js";
import { scratchFolder } from "../../scratch-folder.js";

/** Positions around which 32-bit arithmetic would go wrong. */
const EDGES = [2 ** 31, 2 ** 32, 2 ** 32 + 2 ** 31];
const CELLS = 1024;

const folder = scratchFolder();
let path: string;

/** A sparse file of over 6 GiB, with 1,024 floats (0, 1, 2 …) in the middle of which each edge lies. */
beforeAll(() => {
  path = join(folder, "sparse.bin");
  const fd = openSync(path, "w");
  const cells = new Uint8Array(Float32Array.from({ length: CELLS }, (_, i) => i).buffer);
  for (const edge of EDGES) writeSync(fd, cells, 0, cells.length, edge - 2 * CELLS);
  closeSync(fd);
});

describe("files of more than 2 and 4 GiB", () => {
  for (const edge of EDGES) {
    it(`are read around byte ${edge}`, () => {
      const file = ByteFile.of(path);
      expect(file.size).toBe(EDGES[2]! + 2 * CELLS);
      const bytes = file.read(edge - 8, edge + 8);
      expect([...new Float32Array(bytes.buffer)]).toEqual([510, 511, 512, 513]);
    });

    it(`hold columns around byte ${edge}`, () => {
      const values = new FileRange(ByteFile.of(path), edge - 2 * CELLS, 4 * CELLS);
      const field = { name: "$close", storage: { kind: "fixed", type: "float32" } } as const;
      const column = new ArrowColumn(field, [{ length: CELLS, offset: 0, validityOffset: 0, values }], path);
      expect([...(column.read(510, 514).values as Float32Array)]).toEqual([510, 511, 512, 513]);
      expect([...(column.gather(Uint32Array.of(0, 511, 512, 1023)).values as Float32Array)]).toEqual([
        0, 511, 512, 1023,
      ]);
    });
  }

  it("say where they end", () => {
    const file = ByteFile.of(path);
    expect(() => file.read(file.size - 4, file.size + 4)).toThrow(
      `${path}: bytes ${file.size - 4} to ${file.size + 4} are needed but the file has ${file.size}; it is truncated or damaged, write it again`,
    );
  });
});
