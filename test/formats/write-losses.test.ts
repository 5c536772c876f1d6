import { describe, expect, it } from "vitest";
import { writeLosses } from "#src/formats/write-losses.js";
import { Column, openPanel, panelFromColumns } from "#src/index.js";

describe("what a format does not keep of the cells and names", () => {
  const panel = panelFromColumns({
    datetime: ["2020-01-02", "2020-01-03"],
    instrument: ["000001.SZ", "000001.SZ"],
    columns: {
      text: ["NA", "x"],
      words: ["y", null],
      whole: Column.of("int64", BigInt64Array.of(1n, 0n), Uint8Array.of(1, 0)),
      all: Int32Array.of(1, 2),
      price: [1.5, 2],
    },
  });

  it("is told: text of CSV, missing whole numbers of HDF5, digits and codes of qlib", () => {
    expect(writeLosses("a.csv", panel.table())).toEqual([
      'texts such as "" and "NA" in the columns "text" will be read as missing from .csv',
    ]);
    expect(writeLosses("a.h5", panel.table())).toEqual([
      'the columns "whole" have missing cells, for which they become float64 in .h5',
    ]);
    expect(writeLosses("a", panel.select(["whole", "all", "price"]).table())).toEqual([
      'a qlib folder holds float32: about 7 digits are kept of the columns "whole", "all", "price", and what is beyond 3.4e38 is infinite',
      "instruments are spelled as qlib spells them: 000001.SZ is SZ000001",
    ]);
    expect(writeLosses("a", panel.select([]).table())).toContain(
      "a qlib folder has no rows without a column; only the calendar and the instruments are kept",
    );
    expect(writeLosses("a.arrow", panel.table())).toEqual([]);
  });

  it("is told: groups, where only some columns have one", async () => {
    const some = await openPanel("data-fixtures/snapshot/combined_factors_df.parquet");
    const table = { ...some.table(), groups: new Map([["mom_10d", "feature"]]) };
    expect(writeLosses("a.arrow", table)).toEqual([
      'column groups ("feature") are not kept, since other columns have none: "vol_20d"',
    ]);
  });
});
