import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { ByteFile } from "#src/files/byte-file.js";
import { readInThreads } from "#src/formats/pandas-hdf/load/threaded-read.js";
import { coldStartSpace } from "#src/simd/cold-start.js";
import { scratchFolder } from "../../scratch-folder.js";

// A processor without vectors, or a package without its compiled loops: memory can be had, loops cannot.
vi.mock("#src/simd/load.js", async (original) => ({
  ...(await original<typeof import("#src/simd/load.js")>()),
  instantiate: () => {
    throw new Error("no such loops");
  },
}));

const folder = scratchFolder();

it("a block is loaded with plain loops where there are no others", () => {
  const path = join(folder, "rows.bin");
  const rows = Float32Array.from({ length: 3 * 500 }, (_, i) => i);
  writeFileSync(path, rows);
  const file = ByteFile.of(path);
  const fields = ["a", "b", "c"].map((name, i) => ({ name, type: "float32" as const, offset: 4 * i }));
  const columns = readInThreads(
    { file, position: 0, rowBytes: 12 },
    (use) =>
      file.session((read) =>
        use((first, last) => {
          const into = new Uint8Array(12 * (last - first));
          read(into, 12 * first);
          return into;
        }),
      ),
    fields,
    [10, 500],
    undefined,
    undefined,
    { slabBytes: 1200, start: () => undefined },
  );
  expect(columns.map((cells) => [cells.length, cells[0], cells[489]])).toEqual([
    [490, 30, 1497],
    [490, 31, 1498],
    [490, 32, 1499],
  ]);
});

it("and there is no room where codes would be compared", () => {
  expect(coldStartSpace(0)).toBeUndefined();
});
