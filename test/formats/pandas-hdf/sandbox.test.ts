import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { bunzip2 } from "#src/formats/pandas-hdf/library/bzip2.js";
import { loadH5, pluginFolder, quietly } from "#src/formats/pandas-hdf/library/h5-library.js";
import { Sandbox, withinHeap } from "#src/formats/pandas-hdf/library/sandbox.js";
import { openPandasHdf } from "#src/formats/pandas-hdf/open.js";

const FOLDER = "data-fixtures/fuzz";
const ONLY = "only this one file is read: open the other one, or write the table again as one file";

/** A cell that is not 0. */
async function firstCellOf(name: string): Promise<number> {
  const table = await openPandasHdf(`${FOLDER}/seeds/${name}`);
  return Number([...table.columns.values()][0]!.read(0, 1).values[0]);
}

describe("a file that refers to other files", () => {
  const link = 'leads to another file, "chunks_zlib.h5"';
  const inside = "/data/block0_values keeps its data in other files";
  it.each([
    ["external_link.h5", "data", `/data ${link}; ${ONLY}`, "/data"],
    ["external_link.h5", "research/data", `/research/data ${link}; ${ONLY}`, "/research/data"],
    ["external_column.h5", "data", `/data/block0_values ${link}; ${ONLY}`, "/data/block0_values"],
    ["external_storage.h5", "data", `${inside}; ${ONLY}`, "/data/block0_values"],
    ["virtual_dataset.h5", "data", `${inside}; ${ONLY}`, "/data/block0_values"],
  ])("%s: %s", async (name, key, problem, field) => {
    const path = `${FOLDER}/${name}`;
    const reading = openPandasHdf(path, { key }).then(({ columns }) => {
      for (const column of columns.values()) column.read(0, 1);
    });
    await expect(reading).rejects.toMatchObject({
      name: "DataServiceError",
      code: "unsupported",
      message: `${path}: ${problem}`,
      details: { path, field },
    });
  });

  it("is told from one that lacks the key", async () => {
    const path = `${FOLDER}/external_link.h5`;
    await expect(openPandasHdf(path, { key: "nothing" })).rejects.toMatchObject({
      code: "unknown-key",
      message: `${path}: an HDF5 file that holds no pandas table; write one with pandas' to_hdf`,
    });
  });

  // What the readers refuse by its structure, libhdf5 would read; the sandbox holds all the same.
  it.each([
    ["external_storage.h5", 0], // looked for in the working folder, where it is not
    ["virtual_dataset.h5", firstCellOf("chunks_zlib.h5")],
  ])("%s in libhdf5 itself", async (name, unfenced) => {
    const h5 = await loadH5();
    const sandbox = new Sandbox(h5.FS, pluginFolder());
    const path = `${FOLDER}/${name}`;
    const firstCell = () => {
      const id = h5.open(path, 0, false, -1, -1);
      const at = h5._malloc(4);
      h5.HEAPU8.fill(0, at, at + 4);
      const code = h5.get_dataset_data(id, "/data/block0_values", [1n, 1n], [0n, 0n], [1n, 1n], BigInt(at));
      const cell = new DataView(h5.HEAPU8.buffer, at, 4).getFloat32(0, true);
      h5._free(at);
      h5.close_file(id);
      return { code, cell };
    };
    const open = quietly(h5, firstCell);
    const fenced = quietly(h5, () => sandbox.around(path, firstCell));
    expect(open.cell).toBe(await unfenced);
    expect(fenced.cell).toBe(0);
    expect(sandbox.outside).toContain("chunks_zlib.h5");
  });
});

test("the heap grows by what a read may need, and no further", async () => {
  const h5 = await loadH5();
  const heap = h5.HEAPU8.byteLength;
  const asked = 256 << 20;
  expect(quietly(h5, () => withinHeap(heap, 0, () => h5._malloc(asked)))).toBe(0);
  expect(h5.HEAPU8.byteLength).toBe(heap);
  const at = withinHeap(heap, 0, () => withinHeap(heap, asked, () => h5._malloc(asked)));
  expect(at).toBeGreaterThan(0);
  h5._free(at);
});

describe("bzip2", () => {
  // The stream of a whole chunk of 16 x 2 cells, in front of what the file has behind it.
  const file = readFileSync(`${FOLDER}/seeds/chunks_bzip2.h5`);
  const stream = file.subarray(file.indexOf("BZh")).subarray(0, 600);
  const lengths = Array.from({ length: 512 }, (_, length) => length);

  it("decompresses to the one length that a stream has", () => {
    expect(lengths.filter((length) => bunzip2(stream, length) !== undefined)).toHaveLength(1);
  });

  it("a stream without its end is refused, one with a changed bit never gives other bytes", () => {
    const length = lengths.find((some) => bunzip2(stream, some) !== undefined)!;
    const whole = bunzip2(stream, length)!;
    let end = 1;
    while (bunzip2(stream.subarray(0, end), length) === undefined) end++;
    expect(end).toBeGreaterThan(20);
    for (let at = 0; at < end - 1; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Uint8Array.from(stream.subarray(0, end));
        changed[at]! ^= 1 << bit;
        // A higher level, or codes that no group of symbols has, change nothing.
        expect(bunzip2(changed, length) ?? whole, `byte ${at}, bit ${bit}`).toEqual(whole);
        if (at < 14 && at !== 3) expect(bunzip2(changed, length)).toBeUndefined();
      }
    }
  });

  it("chunks that are narrower than a row, shuffled and with checksums, hold what the uncompressed ones do", async () => {
    const [packed, plain] = await Promise.all(
      ["chunks_bzip2", "chunks_stored"].map((name) => openPandasHdf(`${FOLDER}/seeds/${name}.h5`)),
    );
    const { rowCount } = plain!.keys;
    for (const [name, column] of plain!.columns) {
      const { values } = packed!.columns.get(name)!.read(0, rowCount);
      expect(values).toEqual(column.read(0, rowCount).values);
      expect(packed!.columns.get(name)!.gather(Uint32Array.of(3, 30, 157)).values).toEqual(
        Float32Array.of(...[3, 30, 157].map((row) => Number(values[row]))),
      );
    }
  });

  it("the plug-in that never ends is not there", async () => {
    await loadH5();
    const filters = readdirSync(pluginFolder());
    expect(filters).toContain("libH5Zblosc.so");
    expect(filters).not.toContain("libH5Zbz2.so");
  });
});
