import { describe, expect, it } from "vitest";
import { openPanel, type Panel } from "#src/index.js";

const MESS = "data-fixtures/mess";

function firstKey(panel: Panel): [string, string] {
  const { datetime, instrument } = panel.toJSON()[0] as { datetime: string; instrument: string };
  return [datetime, instrument];
}

describe("which columns are the keys", () => {
  it.each([
    ["advice-that-makes-1970/idx_int_datetime.parquet", 6, "2020-01-02", "SH600000", undefined],
    ["advice-that-makes-1970/int_dates.h5", 6, "2020-01-02", "SH600000", undefined],
    [
      "key-names/cols_tushare_int.parquet",
      6,
      "2020-01-02",
      "SH600000",
      { datetime: "trade_date", instrument: "ts_code" },
    ],
    ["key-names/cols_text_datetime.parquet", 6, "2020-01-02", "SH600000", undefined],
    ["three-level-index/three_levels_rolling_series.h5", 6, "2020-01-02", "SH600000", undefined],
    ["three-level-index/three_levels.parquet", 6, "2020-01-02", "SH600000", undefined],
  ])("%s", async (file, rows, datetime, instrument, keys) => {
    const panel = await openPanel(`${MESS}/${file}`);
    expect(panel.rowCount).toBe(rows);
    expect(firstKey(panel)).toEqual([datetime, instrument]);
    expect(panel.info.keys).toEqual(keys);
    expect(panel.columnNames).not.toContain("instrument");
  });

  it("the pandas index comes before columns of the keys' names", async () => {
    const panel = await openPanel(`${MESS}/index-or-column-called-datetime/idx_and_column_datetime.parquet`);
    expect(panel.keyAt(0)).toMatchObject({ instrument: "SH600000" });
    expect(firstKey(panel.select(["$close"]))).toEqual(["2020-01-02", "SH600000"]);
    expect(panel.info.keys).toEqual({ datetime: "date", instrument: "symbol" });
  });
});

describe("a column does not refuse a file", () => {
  it("decimals are float64 where it holds them", async () => {
    const panel = await openPanel(`${MESS}/decimals/decimal18_3.parquet`);
    expect(Array.from(panel.column("amt").values as Float64Array)).toEqual([
      1.1,
      -2.25,
      Number.NaN,
      3,
      4,
      5.125,
    ]);
  });

  it("categories in a table of HDF5, as a column and as a level", async () => {
    const panel = await openPanel(`${MESS}/categories-in-hdf5-tables/cat_column_t.h5`);
    expect(panel.column("industry").values).toEqual(["bank", "tech", null, "bank", "tech", "bank"]);
    const level = await openPanel(`${MESS}/categories-in-hdf5-tables/categorical_level_table.h5`);
    expect(level.index.instruments).toEqual(["SH600000", "SZ000001"]);
    expect(level.rowCount).toBe(6);
  });

  it("objects that are times, and decimals", async () => {
    const panel = await openPanel(`${MESS}/object-columns-of-times/object_timestamps.h5`);
    expect(panel.toJSON().map(({ lst }) => lst)).toEqual([
      "2020-01-02",
      null,
      "2020-01-03",
      "2020-01-06",
      null,
      "2020-01-02",
    ]);
    const decimals = await openPanel(`${MESS}/object-columns-of-times/object_decimal.h5`);
    expect(Array.from(decimals.column("amt").values as Float64Array).slice(0, 3)).toEqual([
      1.1,
      2.25,
      Number.NaN,
    ]);
  });
});
