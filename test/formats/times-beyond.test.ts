import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type DataType,
  DateDay,
  DateMillisecond,
  Field,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampSecond,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import pl from "nodejs-polars";
import { describe, expect, test } from "vitest";
import { pathOf } from "#src/errors.js";
import { withDuckDB } from "#src/formats/duckdb/duckdb.js";
import { type DataServiceError, openPanel, panelFromArrow, panelFromColumns } from "#src/index.js";
import { fromArquero } from "#src/interop/arquero.js";
import { fromDanfo } from "#src/interop/danfo.js";
import { fromPolars } from "#src/interop/polars.js";
import { isoNs, NAT_NS, type TimeInput } from "#src/time.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();

const SPAN = "(1677-09-21 00:12:43.145224193 to 2262-04-11 23:47:16.854775807)";
const FILE_ADVICE = "leave out that row or that column, or write NaT in its place";
const refusal = (label: string, row: number, field: string, time: string, advice = FILE_ADVICE) =>
  `${label}: row ${row} of "${field}" is ${time}, beyond what 64-bit nanoseconds hold ${SPAN}; ${advice}`;

/** What is thrown, as far as a program sees it. */
function thrown(use: () => unknown): Pick<DataServiceError, "code" | "message" | "details"> | undefined {
  try {
    use();
  } catch (error) {
    return error as DataServiceError;
  }
  return undefined;
}

describe("keys from memory", () => {
  test.each<[TimeInput, string]>([
    ["9999-12-31", "9999-12-31"],
    ["1600-01-01", "1600-01-01"],
    ["0050-01-01", "0050-01-01"],
    [new Date("2300-01-01"), "2300-01-01"],
    [2n ** 63n, "2262-04-11 23:47:16.854775808"],
    [2n ** 80n, `${2n ** 80n} ns from 1970 on`],
  ])("%s", (time, shown) => {
    const input = { datetime: ["2020-01-01", time], instrument: ["a", "a"], columns: { x: [1, 2] } };
    const advice = "leave that row out";
    expect(thrown(() => panelFromColumns(input))).toMatchObject({
      code: "bad-request",
      message: refusal("panelFromColumns", 1, "datetime", shown, advice),
      details: { field: "datetime", position: 1 },
    });
    const frame = { columns: ["datetime", "instrument"], dtypes: ["string", "string"] };
    const danfo = { ...frame, column: (name: string) => ({ values: input[name as "datetime"] }) };
    expect(() => fromDanfo(danfo)).toThrow(refusal("this DataFrame", 1, "datetime", shown, advice));
  });

  test("bounds may be as wide", () => {
    const panel = panelFromColumns({ datetime: ["2020-01-01"], instrument: ["a"], columns: { x: [1] } });
    expect(panel.window({ start: "0001-01-01", end: "9999-12-31" }).rowCount).toBe(1);
    expect(panel.window({ start: -(2n ** 70n), end: 2n ** 80n }).rowCount).toBe(1);
  });
});

/** An Arrow table of four rows with a column of these times, one of them missing with something else in its place. */
function arrowTable(name: string, type: DataType, cells: readonly (number | bigint)[], missing: number) {
  const stored = type instanceof DateDay ? Int32Array.from(cells, Number) : BigInt64Array.from(cells, BigInt);
  const nullBitmap = Uint8Array.of(0b1111 & ~(1 << missing));
  const times = makeData({
    type: type as DateDay,
    length: 4,
    data: stored as Int32Array,
    nullCount: 1,
    nullBitmap,
  });
  const days = makeData({ type: new DateDay(), length: 4, data: Int32Array.of(1, 2, 3, 4) });
  const names = vectorFromArray(["a", "a", "a", "a"], new Utf8()).data[0]!;
  const fields = [
    new Field("datetime", new DateDay()),
    new Field("instrument", new Utf8()),
    new Field(name, type, true),
  ];
  const schema = new Schema(fields);
  const batch = makeData({
    type: new Struct(fields),
    length: 4,
    nullCount: 0,
    children: [days, names, times],
  });
  return new Table(schema, [new RecordBatch(schema, batch)]);
}

describe("a column of an Arrow table", () => {
  const SENTINEL = Date.UTC(9999, 11, 31);
  const types: [string, DataType, number][] = [
    ["date32", new DateDay(), 86_400_000],
    ["date64", new DateMillisecond(), 1],
    ["timestamp[s]", new TimestampSecond(), 1000],
    ["timestamp[ms]", new TimestampMillisecond(), 1],
    ["timestamp[us]", new TimestampMicrosecond(), 0.001],
  ];

  test.each(types)(
    "%s: is refused when its cells are asked for, and those beside them are not",
    async (name, type, ms) => {
      const table = arrowTable("delisted", type, [0, SENTINEL / ms, SENTINEL / ms, 86_400_000 / ms], 1);
      const paths = { file: join(folder, `${name}.arrow`), stream: join(folder, `${name}.arrows`) };
      for (const [format, path] of Object.entries(paths))
        writeFileSync(path, tableToIPC(table, format as "file"));
      const panels = [panelFromArrow(table), await openPanel(paths.file), await openPanel(paths.stream)];
      for (const panel of panels) {
        const label = panel.info.source ?? "this Arrow table";
        expect(thrown(() => panel.column("delisted").values)).toMatchObject({
          code: "unsupported",
          message: refusal(label, 2, "delisted", "9999-12-31"),
          details: { ...pathOf(label), field: "delisted", position: 2 },
        });
        const inside = panel.column("delisted").gather(Uint32Array.of(0, 1, 3));
        expect(Array.from(inside.values as BigInt64Array)).toEqual([0n, NAT_NS, 86_400_000_000_000n]);
        expect(panel.window({ end: "1970-01-03" }).column("delisted").countMissing()).toBe(1);
      }
    },
  );

  test("or at once where it is the key", () => {
    const table = arrowTable("x", new DateDay(), [1, 2, 3, 4], 0).select(["x", "instrument"]);
    const keyed = new Table({
      datetime: vectorFromArray([new Date(SENTINEL)], new DateDay()),
      instrument: table.getChild("instrument")!.slice(0, 1),
    });
    expect(() => panelFromArrow(keyed)).toThrow(refusal("this Arrow table", 0, "datetime", "9999-12-31"));
  });
});

describe("pandas HDF5", () => {
  const path = "data-fixtures/edge/sentinel.fixed.h5";

  test("a column of seconds is refused when its cells are asked for, and those beside them are not", async () => {
    const panel = await openPanel(path);
    expect([...panel.column("x").values]).toEqual([0, 1, 2, 3, 4, 5]);
    const message = refusal(path, 1, "delisted", "9999-12-31");
    expect(thrown(() => panel.column("delisted").values)).toMatchObject({ code: "unsupported", message });
    const { values, mask } = panel.column("delisted").gather(Uint32Array.of(0, 2, 3, 5));
    expect(Array.from(values as BigInt64Array, (ns) => ns === NAT_NS || isoNs(ns).slice(0, 10))).toEqual([
      "2020-06-01",
      true,
      "2020-06-02",
      "1970-01-01",
    ]);
    expect(mask).toEqual(Uint8Array.of(1, 0, 1, 1));
    expect(() => panel.column("delisted").gather(Uint32Array.of(3, 4))).toThrow(
      refusal(path, 4, "delisted", "1600-01-01"),
    );
  });

  test("a level of seconds is refused at once", async () => {
    const file = readFileSync("data-fixtures/hdf5/fixed_datetime_s.pd23.h5");
    const first = Buffer.alloc(8);
    first.writeBigInt64LE(BigInt(Date.UTC(2019, 0, 3) / 1000)); // 1546473600, the second session
    const at = file.indexOf(first);
    file.writeBigInt64LE(BigInt(Date.UTC(9999, 11, 31) / 1000), at);
    const patched = join(folder, "level.h5");
    writeFileSync(patched, file);
    await expect(openPanel(patched)).rejects.toThrow(
      `${patched}: row 1 of "/data/axis1_level0" is 9999-12-31, beyond what 64-bit nanoseconds hold ${SPAN}; leave out the rows that have it, and df.index = df.index.remove_unused_levels() before writing the table again`,
    );
  });
});

describe("what DuckDB reads", () => {
  const rows = (time: string, type: string) =>
    `SELECT DATE '2020-01-01' + CAST(i AS INTEGER) AS datetime, 'a' AS instrument, i AS x, CAST(CASE i WHEN 2 THEN '${time}' WHEN 0 THEN '2020-06-01' END AS ${type}) AS delisted FROM range(4) AS r(i) ORDER BY i`;

  test.each(["DATE", "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMPTZ"])(
    "Parquet, %s: is refused when asked for",
    async (type) => {
      const path = join(folder, `${type}.parquet`);
      await withDuckDB((connection) => connection.run(`COPY (${rows("9999-12-31", type)}) TO '${path}'`));
      const panel = await openPanel(path);
      expect([...panel.column("x").values]).toEqual([0n, 1n, 2n, 3n]);
      expect(thrown(() => panel.column("delisted").values)).toMatchObject({
        code: "unsupported",
        message: refusal(path, 2, "delisted", "9999-12-31"),
      });
      expect((await openPanel(path, { columns: ["x"], end: "9999-12-31" })).rowCount).toBe(4);
    },
  );

  test.each(["DATE", "TIMESTAMP", "TIMESTAMPTZ"])(
    "Parquet, %s: its cells, and those that are missing",
    async (type) => {
      const path = join(folder, `inside-${type}.parquet`);
      await withDuckDB((connection) => connection.run(`COPY (${rows("1700-01-01", type)}) TO '${path}'`));
      const column = (await openPanel(path)).column("delisted");
      expect([0, 1, 2, 3].map((row) => column.at(row))).toEqual([
        1590969600000000000n,
        null,
        -8520336000000000000n,
        null,
      ]);
    },
  );

  test("Parquet: a key is refused at once, and bounds may be as wide", async () => {
    const path = join(folder, "key.parquet");
    const write = (cell: string) =>
      withDuckDB((connection) =>
        connection.run(`COPY (SELECT ${cell} AS datetime, 'a' AS instrument, 1 AS x) TO '${path}'`),
      );
    await write("TIMESTAMP '9999-12-31'");
    await expect(openPanel(path)).rejects.toThrow(refusal(path, 0, "datetime", "9999-12-31"));
    for (const type of ["TIMESTAMP_NS", "TIMESTAMP", "DATE"]) {
      await write(`CAST('2020-01-01' AS ${type})`);
      for (const [start, end] of [
        ["0001-01-01", "9999-12-31"],
        [-(2n ** 80n), 2n ** 80n],
        [new Date("1600-01-01"), new Date("2300-01-01")],
      ]) {
        expect((await openPanel(path, { start, end })).rowCount).toBe(1);
      }
      expect((await openPanel(path, { start: "2300-01-01" })).rowCount).toBe(0);
    }
  });

  test("CSV: is refused when asked for", async () => {
    const path = join(folder, "sentinel.csv");
    writeFileSync(
      path,
      "datetime,instrument,x,delisted\n2020-01-02,a,1,2020-06-01\n2020-01-03,a,2,9999-12-31\n",
    );
    const panel = await openPanel(path);
    expect([...panel.column("x").values]).toEqual([1n, 2n]);
    expect(() => panel.column("delisted").values).toThrow(refusal(path, 1, "delisted", "9999-12-31"));
  });

  test.each([
    ["timestamp '2300-01-01'", "2300-01-01"],
    ["date '9999-12-31'", "9999-12-31"],
    ["timestamp_s '2300-01-01'", "2300-01-01"],
    ["timestamp_ms '1600-01-01'", "1600-01-01"],
    ["'infinity'::date", "185542587100800000000000 ns from 1970 on"],
    ["'-infinity'::timestamp", "-9223372036854775807000 ns from 1970 on"],
  ])("SQL: %s", async (cell, shown) => {
    const panel = panelFromColumns({ datetime: ["2020-01-01"], instrument: ["a"], columns: { x: [1] } });
    const query = `select * from (values (null), (${cell})) as t(w)`;
    await expect(panel.sql(query)).rejects.toMatchObject({
      code: "sql",
      message: refusal("the result", 1, "w", shown, "cast it in the query, as in CAST(w AS VARCHAR)"),
    });
  });
});

describe("frames of other libraries", () => {
  test.each(["ms", "us", "date"] as const)("polars: %s", (unit) => {
    const dates = [new Date("2020-01-01"), null, new Date("9999-12-31")];
    const when = pl
      .Series("when", dates, pl.Datetime("ms"))
      .cast(unit === "date" ? pl.Date : pl.Datetime(unit));
    const keys = [
      pl.Series("datetime", [1, 2, 3], pl.Int64).cast(pl.Datetime("ms")),
      pl.Series("instrument", ["a", "a", "a"]),
    ];
    const advice = "leave out that row or that column, or make it null";
    expect(() => fromPolars(pl.DataFrame([...keys, when]), pl)).toThrow(
      refusal("fromPolars", 2, "when", "9999-12-31", advice),
    );
    const first = fromPolars(pl.DataFrame([...keys, when]).head(2), pl).column("when");
    expect([first.at(0), first.at(1)]).toEqual([1577836800000000000n, null]);
  });

  test("arquero: Dates, and whole numbers that 64 bits do not hold", () => {
    const table = (cells: unknown[]) => {
      const columns: Record<string, unknown[]> = {
        datetime: ["2020-01-01", "2020-01-02"],
        instrument: ["a", "a"],
        x: cells,
      };
      const array = (name: string) => columns[name]!;
      return {
        columnNames: () => Object.keys(columns),
        array,
        column: array,
        isFiltered: () => false,
        isOrdered: () => false,
      };
    };
    const what = "this Arquero table";
    expect(() => fromArquero(table([null, new Date("9999-12-31")]))).toThrow(
      refusal(what, 1, "x", "9999-12-31", "leave that row out"),
    );
    expect(() => fromArquero(table([1n, 2n ** 63n]))).toThrow(
      `${what}: row 1 of "x" is ${2n ** 63n}, which 64 bits with a sign do not hold; give the column as a BigUint64Array or as numbers`,
    );
    expect([...fromArquero(table([-1n, 2n ** 63n - 1n])).column("x").values]).toEqual([-1n, 2n ** 63n - 1n]);
  });
});
