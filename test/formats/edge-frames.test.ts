import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openPanel, panelFromArrow } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const EDGE = "data-fixtures/edge";
const folder = scratchFolder();

test.each(["parquet", "plain.parquet", "feather"])(
  "a frame without rows has no instruments: %s",
  async (ending) => {
    const panel = await openPanel(`${EDGE}/empty.${ending}`);
    expect([panel.rowCount, panel.index.instruments, panel.columnNames]).toEqual([0, [], ["$close", "x"]]);
    expect(panel.columnNames.map((name) => panel.column(name).type)).toEqual(["float32", "float64"]);
  },
);

test.each(["fixed.h5", "parquet", "feather"])(
  "whole numbers as instruments are named by their digits: %s",
  async (ending) => {
    const panel = await openPanel(`${EDGE}/intinst.${ending}`);
    expect(panel.index.instruments).toEqual(["1", "2", "600000"]);
    expect(Array.from({ length: 3 }, (_, row) => panel.keyAt(row).instrument)).toEqual(["1", "2", "600000"]);
    expect(panel.rowCount).toBe(12);
  },
);

describe("column names of three parts are refused", () => {
  test.each(["parquet", "feather"])("%s", async (ending) => {
    const path = `${EDGE}/tup3.${ending}`;
    await expect(openPanel(path)).rejects.toThrow(
      `${path}: the column names have 3 levels; at most 2, (group, name), can be read`,
    );
  });

  test("fixed.h5", async () => {
    const path = `${EDGE}/tup3.fixed.h5`;
    await expect(openPanel(path)).rejects.toThrow(
      `${path}: the column names of "data" have 3 levels; at most 2, (group, name), can be read`,
    );
  });
});

describe("what a panel cannot hold is refused by its name, other columns are read", () => {
  const HDF5 = `which cannot be read; ask for other columns, or write the table with format="table" or as Parquet`;
  const OTHER = "which a panel cannot hold; leave it out with columns, or write it as numbers, times or text";
  test.each([
    ["f16.fixed.h5", `column "f16" holds values of the type float16, ${HDF5}`],
    ["timedelta.fixed.h5", `column "td" holds values of the type timedelta64, ${HDF5}`],
    ["timedelta.parquet", `column "td" holds values of the type timedelta64[ns], ${OTHER}`],
    ["timedelta.feather", `column "td" holds values of the type timedelta64[ns], ${OTHER}`],
    ["period.parquet", `column "per" holds values of the type period[D], ${OTHER}`],
    ["period.feather", `column "per" holds values of the type period[D], ${OTHER}`],
  ])("%s", async (name, problem) => {
    const path = `${EDGE}/${name}`;
    const panel = await openPanel(path);
    const refused = /column "(\w+)"/.exec(problem)![1]!;
    expect(() => panel.column(refused).values).toThrow(`${path}: ${problem}`);
    expect(panel.column("x").countMissing()).toBe(0);
    expect((await openPanel(path, { load: true })).column("x").countMissing()).toBe(0);
  });

  test.each(["parquet", "feather"])("float16 is read as float32: %s", async (extension) => {
    const column = (await openPanel(`${EDGE}/f16.${extension}`)).column("f16");
    expect(column.type).toBe("float32");
    expect(column.values.slice(0, 3)).toEqual(Float32Array.of(1.5, Number.NaN, 65504));
  });
});

test("a key of another type is named with it", async () => {
  const path = join(folder, "float-instrument.parquet");
  const { withDuckDB } = await import("#src/formats/duckdb/duckdb.js");
  await withDuckDB((connection) =>
    connection.run(
      `COPY (SELECT TIMESTAMP '2020-01-02' AS datetime, 1.5::DOUBLE AS instrument) TO '${path}'`,
    ),
  );
  await expect(openPanel(path)).rejects.toThrow(
    `${path}: no key instrument (text or whole numbers); its columns are "datetime", "instrument"; "datetime" has the type TIMESTAMP; "instrument" has the type DOUBLE; say which columns they are, with openPanel(path, { keys: { datetime: "datetime", instrument: "…" } })`,
  );
});

describe("the time zone of the index", () => {
  test.each([".parquet", ".arrow", ".feather"])("is kept, ours to ours: %s", async (extension) => {
    const panel = await openPanel("data-fixtures/formats/time_zone.feather");
    expect(panel.index.timezone).toBe("Asia/Shanghai");
    const path = join(folder, `zone${extension}`);
    await panel.write(path);
    const back = await openPanel(path);
    expect(back.index.timezone).toBe("Asia/Shanghai");
    expect(back.index.datetimes).toEqual(panel.index.datetimes);
    const part = join(folder, `part${extension}`);
    await back.window({ bars: 1 }).write(part);
    expect((await openPanel(part)).index.timezone).toBe("Asia/Shanghai");
  });

  test("is kept in an Arrow table, whose datetimes have it", async () => {
    const panel = await openPanel("data-fixtures/formats/time_zone.feather");
    const table = panel.toArrow();
    expect(String(table.schema.fields[0]!.type)).toBe("Timestamp<NANOSECOND, Asia/Shanghai>");
    expect(panelFromArrow(table).index.timezone).toBe("Asia/Shanghai");
    expect(panelFromArrow(table).index.datetimes).toEqual(panel.index.datetimes);
  });

  test("is lost in a CSV file, and the wall clock kept", async () => {
    const panel = await openPanel("data-fixtures/formats/time_zone.feather");
    const path = join(folder, "lost.csv");
    await panel.select(["close"]).write(path);
    const back = await openPanel(path);
    expect(back.index.timezone).toBeUndefined();
    expect(back.index.datetimes).toEqual(panel.index.datetimes);
  });
});
