import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { ColumnSource, FileTable, NumericArray, SortedKeys } from "#src/columns/table.js";
import { READ_CHANNEL, type ReadEvent } from "#src/files/byte-file.js";
import { loadH5 } from "#src/formats/pandas-hdf/library/h5-library.js";
import { openPandasHdf } from "#src/formats/pandas-hdf/open.js";
import { createH5File } from "#src/formats/pandas-hdf/write/h5-writer.js";
import { planBlocks } from "#src/formats/pandas-hdf/write/plan.js";
import { writeStructure } from "#src/formats/pandas-hdf/write/write.js";
import { scratchFolder } from "../../scratch-folder.js";

const FOLDER = "data-fixtures/hdf5";
const FRAME = `${FOLDER}/fixed_f32.pd15.h5`; // 6 float32 columns, contiguous
const ROW_BYTES = 24;

beforeAll(() => loadH5());

/** The bytes that `use` reads. */
function bytesRead(use: () => unknown): number {
  let bytes = 0;
  const listener = (message: unknown) => {
    bytes += (message as ReadEvent).bytes;
  };
  subscribe(READ_CHANNEL, listener);
  try {
    use();
  } finally {
    unsubscribe(READ_CHANNEL, listener);
  }
  return bytes;
}

function column(table: FileTable, name: string): ColumnSource {
  return table.columns.get(name)!;
}

describe("rows that are not there", () => {
  it.each(["fixed_f32", "fixed_zlib", "table_mixed"])(
    "are refused, and nothing else is read: %s",
    async (name) => {
      const path = `${FOLDER}/${name}.pd15.h5`;
      const { columns, keys } = await openPandasHdf(path);
      const [any] = columns.values();
      const rows = keys.rowCount;
      for (const [first, last] of [
        [-1, 3],
        [0, rows + 1],
        [3, 2],
      ] as const) {
        expect(() => any!.read(first, last)).toThrow(
          expect.objectContaining({
            code: "bad-request",
            message: `${path}: the rows from ${first} up to ${last} are asked for, of ${rows}; ask for rows that are there`,
          }),
        );
      }
      expect(() => any!.gather(Uint32Array.of(0, rows))).toThrow(`of ${rows}; ask for rows that are there`);
      expect(bytesRead(() => any!.read(2, 2))).toBe(0);
    },
  );
});

describe("what a read costs", () => {
  it("a window reads its own rows, and a second column of the same rows nothing", async () => {
    const table = await openPandasHdf(FRAME);
    expect(bytesRead(() => column(table, "$close").read(1000, 1100))).toBe(100 * ROW_BYTES);
    expect(bytesRead(() => column(table, "$volume").read(1000, 1100))).toBe(0);
    expect(bytesRead(() => column(table, "$volume").read(1010, 1020))).toBe(0);
    expect(bytesRead(() => column(table, "$volume").read(900, 1020))).toBe(120 * ROW_BYTES);
  });

  it("all columns of a block come in one pass", async () => {
    const table = await openPandasHdf(FRAME);
    const columns = [...table.columns.values()];
    const rows = table.keys.rowCount;
    expect(bytesRead(() => columns[0]!.block!.read(columns, 0, rows))).toBe(rows * ROW_BYTES);
  });

  it("gathered rows are read in runs, and a second column of the same rows reads nothing", async () => {
    const table = await openPandasHdf(FRAME);
    const rows = Uint32Array.of(0, 1, 5, 2000, 2001);
    expect(bytesRead(() => column(table, "$close").gather(rows))).toBe((6 + 2) * ROW_BYTES);
    expect(bytesRead(() => column(table, "$volume").gather(rows))).toBe(0);
  });

  it("opening reads labels and structure but no values, and each label once", async () => {
    let table: FileTable | undefined;
    let bytes = 0;
    const listener = (message: unknown) => {
      bytes += (message as ReadEvent).bytes;
    };
    subscribe(READ_CHANNEL, listener);
    table = await openPandasHdf(FRAME, { columns: ["close"] });
    unsubscribe(READ_CHANNEL, listener);
    expect([...table.columns.keys()]).toEqual(["$close"]);
    expect(bytes).toBeLessThan(16_384);
    expect(bytesRead(() => table.keys.readDatetimeCodes(500, 700))).toBe(200 * 2);
    expect(bytesRead(() => table.keys.readInstrumentCodes(500, 700))).toBe(200);
  });
});

describe("ranges and rows agree with the whole column", () => {
  it.each([
    "fixed_f32.pd15",
    "fixed_mixed_blocks.pd23",
    "fixed_zlib.pd15",
    "table_mixed.pd15",
    "table_zlib.pd23",
  ])("%s", async (name) => {
    const table = await openPandasHdf(`${FOLDER}/${name}.h5`);
    const rowCount = table.keys.rowCount;
    for (const source of table.columns.values()) {
      const whole = source.read(0, rowCount).values as NumericArray;
      const row = fc.integer({ min: 0, max: rowCount - 1 });
      fc.assert(
        fc.property(row, row, fc.uniqueArray(row, { maxLength: 40 }), (a, b, some) => {
          const [first, last] = [Math.min(a, b), Math.max(a, b)];
          expect(source.read(first, last).values).toEqual(whole.slice(first, last));
          const rows = Uint32Array.from(some).sort();
          const picked = source.gather(rows).values as NumericArray;
          expect([...picked]).toEqual(Array.from(rows, (r) => whole[r]));
        }),
        { seed: 5, numRuns: 12 },
      );
    }
  });

  it("no rows", async () => {
    for (const name of ["fixed_f32.pd15", "table_f32.pd15", "fixed_empty.pd15"]) {
      const table = await openPandasHdf(`${FOLDER}/${name}.h5`);
      const source = column(table, "$close");
      expect(source.read(0, 0).values.length).toBe(0);
      expect(source.gather(new Uint32Array(0)).values.length).toBe(0);
    }
  });
});

describe("files beyond 2 GiB", () => {
  const scratch = scratchFolder();

  it("are read at their far end; the file here is sparse", async () => {
    const path = join(scratch, "large.h5");
    const rowCount = 120_000_000;
    const source = (type: "float32"): ColumnSource => ({
      type,
      length: rowCount,
      read: () => ({ values: new Float32Array(0) }),
      gather: () => ({ values: new Float32Array(0) }),
    });
    const columns = new Map(["a", "b", "c", "d", "e", "f"].map((name) => [name, source("float32")] as const));
    const keys: SortedKeys = {
      rowCount,
      sessionCount: 2,
      datetimes: BigInt64Array.of(0n, 86_400_000_000_000n),
      instruments: ["000001.SZ"],
      startOf: (session) => session * (rowCount / 2),
      codesOf: (first, last) => new Int32Array(last - first),
    };
    const table = { keys, columns };
    const blocks = planBlocks(path, table);
    const places = createH5File(await loadH5(), path, (writer) => writeStructure(writer, table, blocks));
    const { position } = places.get("/data/block0_values")!;
    const row = rowCount - 3;
    const fd = openSync(path, "r+");
    writeSync(
      fd,
      new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer),
      0,
      24,
      position + row * ROW_BYTES,
    );
    closeSync(fd);
    expect(statSync(path).size).toBeGreaterThan(2 ** 31);
    const opened = await openPandasHdf(path);
    const b = column(opened, "b");
    expect(bytesRead(() => b.read(rowCount - 4, rowCount))).toBe(4 * ROW_BYTES);
    expect([...b.read(rowCount - 4, rowCount).values]).toEqual([0, 2, 0, 0]);
    expect([...column(opened, "f").gather(Uint32Array.of(0, row)).values]).toEqual([0, 6]);
  }, 30_000);
});
