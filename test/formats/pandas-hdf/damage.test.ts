import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { NumericArray } from "#src/columns/table.js";
import { DataServiceError } from "#src/errors.js";
import { ByteFile } from "#src/files/byte-file.js";
import { withH5File } from "#src/formats/pandas-hdf/library/h5-file.js";
import { abandon, loadedH5, loadH5, quietly } from "#src/formats/pandas-hdf/library/h5-library.js";
import { openPandasHdf } from "#src/formats/pandas-hdf/open.js";
import { scratchFolder } from "../../scratch-folder.js";

const FOLDER = "data-fixtures/hdf5";
const scratch = scratchFolder();

/** The byte that fills all heap handed out, so that memory which was never read into shows as this float64. */
const SALT = 0xa7;
const UNREAD = new Float64Array(new Uint8Array(8).fill(SALT).buffer)[0]!;

/** From now on the heap that reads are given is salted. */
async function saltHeap(): Promise<void> {
  const h5 = await loadH5();
  const malloc = h5._malloc;
  h5._malloc = (size) => {
    const at = malloc(size);
    h5.HEAPU8.fill(SALT, at, at + size);
    return at;
  };
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Outcome = "refused" | "same" | "other";

async function outcome(path: string, clean: readonly NumericArray[]): Promise<Outcome> {
  try {
    const table = await openPandasHdf(path);
    const { rowCount } = table.keys;
    table.keys.readDatetimeCodes(0, rowCount);
    table.keys.readInstrumentCodes(0, rowCount);
    const columns = [...table.columns.values()];
    const read = columns[0]!.block!.read(columns, 0, rowCount).map(({ values }) => values as NumericArray);
    for (const values of read) expect(values.includes(UNREAD as never)).toBe(false);
    const isSame =
      read.length === clean.length &&
      read.every((values, i) => Buffer.compare(bytes(values), bytes(clean[i]!)) === 0);
    return isSame ? "same" : "other";
  } catch (error) {
    if (!(error instanceof DataServiceError)) throw error;
    return "refused";
  }
}

function bytes(values: NumericArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

async function columnsOf(path: string): Promise<NumericArray[]> {
  const table = await openPandasHdf(path);
  return [...table.columns.values()].map(
    (source) => source.read(0, table.keys.rowCount).values as NumericArray,
  );
}

describe("damaged compressed files give an error or the truth, never memory that was not read", () => {
  beforeAll(saltHeap);

  it("libhdf5 leaves the heap as it was when a read fails, and only its return code tells", async () => {
    const h5 = await loadH5();
    const id = h5.open(`${FOLDER}/bad_lzo.pd15.h5`, 0, false, -1, -1);
    const at = h5._malloc(64);
    const read = () =>
      h5.get_dataset_data(id, "/data/block0_values", [1n, 6n], [0n, 0n], [1n, 1n], BigInt(at));
    expect(
      quietly(h5, (complaint) => [read(), complaint()?.message.includes("'lzo' is not registered")]),
    ).toEqual([-1, true]);
    expect(h5.HEAPU8.slice(at, at + 64)).toEqual(new Uint8Array(64).fill(SALT));
    h5._free(at);
    h5.close_file(id);
  });

  // zlib and bzip2 check their output; blosc does not, so that it may also give other numbers.
  it.each([
    ["fixed_zlib.pd15", ["refused", "same"]],
    ["fixed_bzip2.pd15", ["refused", "same"]],
    ["fixed_blosc.pd15", ["refused", "same", "other"]],
    ["fixed_blosc_zstd.pd15", ["refused", "same", "other"]],
    ["table_zlib.pd15", ["refused", "same"]],
  ])(
    "%s",
    async (name, allowed) => {
      const original = readFileSync(`${FOLDER}/${name}.h5`);
      const clean = await columnsOf(`${FOLDER}/${name}.h5`);
      const values = chunkBytes(original);
      const random = seeded(17);
      const seen = new Map<string, number>();
      for (let k = 0; k < 16; k++) {
        const mutant = Buffer.from(original);
        const at = values.first + Math.floor(random() * (values.last - values.first));
        mutant.fill(mutant[at]! ^ 0xff, at, at + 1 + Math.floor(random() * 6));
        const path = join(scratch, `${name}.${k}.h5`);
        writeFileSync(path, mutant);
        const result = await outcome(path, clean);
        expect(allowed).toContain(result);
        seen.set(result, (seen.get(result) ?? 0) + 1);
        rmSync(path);
      }
      expect(seen.get("refused")).toBeGreaterThan(2);
    },
    60_000,
  );

  /** Where compressed data lies: the longest run of the file without 16 zeros one after another. */
  function chunkBytes(file: Buffer): { first: number; last: number } {
    const zeros = Buffer.alloc(16);
    let longest = { first: 0, last: 0 };
    for (let first = 0; first < file.length; ) {
      const found = file.indexOf(zeros, first);
      const last = found < 0 ? file.length : found;
      if (last - first > longest.last - longest.first) longest = { first, last };
      first = last + 1;
    }
    return longest;
  }
});

describe("an instance of libhdf5 that came down", () => {
  it("is replaced, its files closed; tables opened before go on reading", async () => {
    const path = `${FOLDER}/fixed_zlib.pd15.h5`;
    const table = await openPandasHdf(path);
    const clean = table.columns.get("$close")!.read(0, 100).values;
    const h5 = loadedH5();
    withH5File(ByteFile.of(path), (h5file) => {
      h5file.isBroken = true;
    });
    expect(openDescriptors(path)).toBe(0);
    expect(() => loadedH5()).toThrow("libhdf5 was brought down by a damaged file");
    expect(await loadH5()).not.toBe(h5);
    expect(table.columns.get("$close")!.gather(Uint32Array.of(0, 99)).values[1]).toBe(clean[99]);
    abandon(h5);
    expect(loadedH5()).not.toBe(h5);
  });

  it("no file stays open after errors", async () => {
    const path = `${FOLDER}/bad_lzo.pd15.h5`;
    await openPandasHdf(path).catch(() => undefined);
    expect(openDescriptors(path)).toBe(0);
  });
});

/** How many descriptors of this process show the file; Linux only, elsewhere none are seen. */
function openDescriptors(path: string): number {
  try {
    const links = readdirSync("/proc/self/fd").map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return "";
      }
    });
    return links.filter((link) => link.endsWith(path)).length;
  } catch {
    return 0;
  }
}
