import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ColumnData, ColumnSource, ColumnType, SortedKeys, WritableTable } from "#src/columns/table.js";
import { openPandasHdf } from "#src/formats/pandas-hdf/open.js";
import { writePandasHdf } from "#src/formats/pandas-hdf/write/write.js";
import { openPanel } from "#src/open/open-panel.js";
import { scratchFolder } from "../../scratch-folder.js";

const FOLDER = "data-fixtures/hdf5";
const scratch = scratchFolder();

/** A column in memory. */
function inMemory(type: ColumnType, { values, mask }: ColumnData): ColumnSource {
  return {
    type,
    length: values.length,
    read: (first, last) => ({
      values: values.slice(first, last),
      ...(mask && { mask: mask.slice(first, last) }),
    }),
    gather: (rows) => ({ values: Float64Array.from(rows, (row) => Number(values[row])) }),
  };
}

/** Two sessions of three instruments, of which one does not trade in the first. */
const KEYS: SortedKeys = {
  rowCount: 5,
  sessionCount: 2,
  datetimes: BigInt64Array.of(1_577_955_660_000_000_001n, 1_577_955_720_000_000_000n),
  instruments: ["000001.SZ", "430009.BJ", "600000.SH"],
  startOf: (session) => [0, 2, 5][session]!,
  codesOf: (first, last) => Int32Array.of(0, 2, 0, 1, 2).slice(first, last),
};

const COLUMNS = new Map<string, ColumnSource>([
  [
    "$close",
    inMemory("float32", { values: Float32Array.of(1.5, Number.NaN, 3.25, -0, Number.POSITIVE_INFINITY) }),
  ],
  ["st", inMemory("bool", { values: Uint8Array.of(1, 0, 0, 1, 1) })],
  ["收盘价", inMemory("float64", { values: Float64Array.of(0.1, 0.2, 0.3, Number.NaN, 5e-324) })],
  ["days", inMemory("int64", { values: BigInt64Array.of(9_007_199_254_740_993n, -2n, 3n, 4n, 5n) })],
  ["$open", inMemory("float32", { values: Float32Array.of(1, 2, 3, 4, 5) })],
  ["u16", inMemory("uint16", { values: Uint16Array.of(65535, 2, 3, 4, 5) })],
  ["i8", inMemory("int8", { values: Int8Array.of(-128, 2, 3, 4, 127) })],
  ["listed", inMemory("datetime", { values: BigInt64Array.of(0n, 1n, -(2n ** 63n), 3n, 4n) })],
  ["holes", inMemory("int32", { values: Int32Array.of(7, 0, 9, 0, 11), mask: Uint8Array.of(1, 0, 1, 0, 1) })],
]);

describe("what is written is read back exactly", () => {
  const files = readdirSync(FOLDER).filter((name) => /^(fixed_.*|table_mixed)\.pd15\.h5$/.test(name));

  it.each(files)("%s", async (name) => {
    const panel = await openPanel(join(FOLDER, name));
    const columns = new Map(
      panel.columnNames.map((column) => {
        const { type, values } = panel.column(column);
        return [column, inMemory(type, { values })] as const;
      }),
    );
    const path = join(scratch, name);
    await writePandasHdf(path, { keys: panel.index, columns });
    const back = await openPanel(path);
    expect(back.columnNames).toEqual(panel.columnNames);
    expect(back.index.instruments).toEqual(panel.index.instruments);
    expect(back.index.datetimes).toEqual(panel.index.datetimes);
    expect(back.index.codesOf(0, back.rowCount)).toEqual(panel.index.codesOf(0, panel.rowCount));
    for (const column of panel.columnNames) {
      expect(back.column(column).type).toBe(panel.column(column).type);
      expect(back.column(column).values).toEqual(panel.column(column).values);
    }
  });

  it("every type; whole numbers with missing cells as float64 with NaN, as pandas has them", async () => {
    const path = join(scratch, "types.h5");
    await writePandasHdf(path, { keys: KEYS, columns: COLUMNS });
    const { columns, keys } = await openPandasHdf(path);
    expect(keys.datetimes).toEqual(KEYS.datetimes);
    expect(Array.from(keys.readDatetimeCodes(0, 5))).toEqual([0, 0, 1, 1, 1]);
    expect([...columns.keys()]).toEqual([...COLUMNS.keys()]);
    for (const [name, source] of COLUMNS) {
      if (name === "holes") continue;
      expect(columns.get(name)!.type).toBe(source.type);
      expect(columns.get(name)!.read(0, 5).values).toEqual(source.read(0, 5).values);
    }
    expect(columns.get("holes")!.read(0, 5).values).toEqual(
      Float64Array.of(7, Number.NaN, 9, Number.NaN, 11),
    );
  });

  it("two-part column names", async () => {
    const path = join(scratch, "groups.h5");
    const columns = new Map([...COLUMNS].slice(0, 3));
    const groups = new Map([...columns.keys()].map((name) => [name, name === "st" ? "flag" : "feature"]));
    await writePandasHdf(path, { keys: KEYS, columns, groups });
    const back = await openPandasHdf(path);
    expect([...back.columns.keys()]).toEqual([...columns.keys()]);
    expect(back.groups).toEqual(groups);
  });

  it("missing cells beside whole numbers that float64 rounds are refused; other ones and bools become floats", async () => {
    const write = (type: ColumnType, values: ColumnData["values"]) => {
      const source = inMemory(type, { values, mask: Uint8Array.of(1, 0, 1, 1, 1) });
      return writePandasHdf(join(scratch, "wide.h5"), { keys: KEYS, columns: new Map([["n", source]]) });
    };
    const refused =
      /wide\.h5: column "n" has missing cells and whole numbers beyond 2\^53, which pandas' fixed HDF5 format can only keep as rounded float64; write \.parquet or \.arrow instead, or fill the missing cells$/;
    const most = 2n ** 53n;
    for (const wide of [most + 1n, -most - 1n, 2n ** 62n, -(2n ** 63n)]) {
      await expect(write("int64", BigInt64Array.of(1n, 2n, 3n, wide, 5n))).rejects.toThrow(refused);
    }
    await expect(write("uint64", BigUint64Array.of(1n, 2n, 2n ** 64n - 1n, 4n, 5n))).rejects.toThrow(refused);
    await write("int64", BigInt64Array.of(most, 2n ** 62n, -most, 4n, 5n)); // the wide one is a missing cell
    const back = await openPandasHdf(join(scratch, "wide.h5"));
    expect(back.columns.get("n")!.read(0, 5).values).toEqual(
      Float64Array.of(2 ** 53, Number.NaN, -(2 ** 53), 4, 5),
    );
    await write("bool", Uint8Array.of(1, 0, 0, 1, 1));
    const bools = await openPandasHdf(join(scratch, "wide.h5"));
    expect(bools.columns.get("n")!.read(0, 5).values).toEqual(Float64Array.of(1, Number.NaN, 0, 1, 1));
  });

  it("text is refused, for pandas could only pickle it", async () => {
    const columns = new Map([["name", inMemory("string", { values: ["a", "b", null, "d", "e"] })]]);
    await expect(writePandasHdf("out.h5", { keys: KEYS, columns })).rejects.toThrow(
      `out.h5: column "name" holds text, which pandas' fixed HDF5 format can only pickle; write .parquet or .arrow instead, or leave the column out`,
    );
  });

  it("a folder that is not there", async () => {
    const path = join(scratch, "none", "out.h5");
    await expect(writePandasHdf(path, { keys: KEYS, columns: COLUMNS })).rejects.toThrow(
      `${path}: the file could not be written: No such file or directory`,
    );
  });
});

/** The first Python that has pandas and PyTables. */
const python = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import pandas, tables"]).status === 0,
);

describe("pandas reads what is written", () => {
  if (python === undefined)
    console.warn("no python3 with pandas and tables: its reading of our files is not tested");

  it.skipIf(python === undefined)(
    "index, dtypes and every cell",
    async () => {
      const path = join(scratch, "for-pandas.h5");
      await writePandasHdf(path, { keys: KEYS, columns: COLUMNS });
      const script = `
import sys, json, pandas as pd
df = pd.read_hdf(sys.argv[1], key="data")
print(json.dumps({
  "names": list(df.index.names),
  "datetimes": [str(v.value) for v in df.index.get_level_values(0)],
  "instruments": list(df.index.get_level_values(1)),
  "dtypes": {c: str(t) for c, t in df.dtypes.items()},
  "cells": {c: [str(v) for v in df[c]] for c in df.columns},
  "sorted": bool(df.index.is_monotonic_increasing),
}))`;
      const run = spawnSync(python!, ["-W", "ignore", "-c", script, path], { encoding: "utf8" });
      expect(run.stderr).toBe("");
      const [early, late] = ["1577955660000000001", "1577955720000000000"];
      expect(JSON.parse(run.stdout)).toEqual({
        names: ["datetime", "instrument"],
        datetimes: [early, early, late, late, late],
        instruments: ["000001.SZ", "600000.SH", "000001.SZ", "430009.BJ", "600000.SH"],
        sorted: true,
        dtypes: {
          $close: "float32",
          st: "bool",
          收盘价: "float64",
          days: "int64",
          $open: "float32",
          u16: "uint16",
          i8: "int8",
          listed: "datetime64[ns]",
          holes: "float64",
        },
        cells: {
          $close: ["1.5", "nan", "3.25", "-0.0", "inf"],
          st: ["True", "False", "False", "True", "True"],
          收盘价: ["0.1", "0.2", "0.3", "nan", "5e-324"],
          days: ["9007199254740993", "-2", "3", "4", "5"],
          $open: ["1.0", "2.0", "3.0", "4.0", "5.0"],
          u16: ["65535", "2", "3", "4", "5"],
          i8: ["-128", "2", "3", "4", "127"],
          listed: [
            "1970-01-01 00:00:00",
            "1970-01-01 00:00:00.000000001",
            "NaT",
            "1970-01-01 00:00:00.000000003",
            "1970-01-01 00:00:00.000000004",
          ],
          holes: ["7.0", "nan", "9.0", "nan", "11.0"],
        },
      });
    },
    60_000,
  );

  it.skipIf(python === undefined)(
    "an empty table, and two-part column names",
    async () => {
      const empty = join(scratch, "empty.h5");
      const keys: SortedKeys = {
        ...KEYS,
        rowCount: 0,
        sessionCount: 0,
        datetimes: new BigInt64Array(0),
        instruments: [],
      };
      const columns = new Map([["$close", inMemory("float32", { values: new Float32Array(0) })]]);
      const table: WritableTable = { keys, columns };
      await writePandasHdf(empty, table);
      expect((await openPandasHdf(empty)).columns.get("$close")!.type).toBe("float32");
      const grouped = join(scratch, "grouped.h5");
      const groups = new Map([...COLUMNS.keys()].map((name) => [name, "feature"]));
      await writePandasHdf(grouped, { keys: KEYS, columns: COLUMNS, groups });
      const script = `
import sys, json, pandas as pd
a, b = pd.read_hdf(sys.argv[1]), pd.read_hdf(sys.argv[2])
print(json.dumps([list(a.shape), str(a.dtypes["$close"]), list(a.index.names), [list(c) for c in b.columns]]))`;
      const run = spawnSync(python!, ["-W", "ignore", "-c", script, empty, grouped], { encoding: "utf8" });
      expect(run.stderr).toBe("");
      expect(JSON.parse(run.stdout)).toEqual([
        [0, 1],
        "float32",
        ["datetime", "instrument"],
        [...COLUMNS.keys()].map((name) => ["feature", name]),
      ]);
    },
    60_000,
  );
});
