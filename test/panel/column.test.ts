import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Column, openPanel, panelFromColumns } from "../../src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();

const DAYS = ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-06"];

describe("Column.of", () => {
  it.each([
    ["float32", Float32Array],
    ["float64", Float64Array],
  ] as const)("%s cells under a mask are NaN to everything that reads them", async (type, Cells) => {
    const given = Cells.of(1, 2, 3, 4);
    const x = Column.of(type, given, Uint8Array.of(1, 0, 1, 1));
    const panel = panelFromColumns({ datetime: DAYS, instrument: DAYS.map(() => "A"), columns: { x } });
    const cells = [1, Number.NaN, 3, 4];
    expect(given).toEqual(Cells.of(1, 2, 3, 4));
    expect([x.at(1), x.mask, x.countMissing()]).toEqual([Number.NaN, undefined, 1]);
    expect([...x.values]).toEqual(cells);
    expect([...panel.unstack("x").values]).toEqual(cells);
    expect([...panel.evaluate({ y: "$x + 0" }).column("y").values]).toEqual(cells);
    expect([...panel.window({ start: DAYS[1] }).column("x").values]).toEqual(cells.slice(1));
    expect([...(await panel.sql("SELECT x FROM panel ORDER BY datetime")).column("x").values]).toEqual(cells);
    for (const extension of [".h5", ".parquet", ".arrow", ".csv"]) {
      const path = join(folder, `${type}${extension}`);
      await panel.write(path);
      expect([extension, ...(await openPanel(path)).column("x").values]).toEqual([extension, ...cells]);
    }
  });

  it("texts under a mask are null, and other types keep it", () => {
    const texts = Column.of("string", ["a", "b"], Uint8Array.of(1, 0));
    expect([texts.values, texts.mask, texts.countMissing()]).toEqual([["a", null], undefined, 1]);
    const mask = Uint8Array.of(1, 0);
    expect(Column.of("int8", Int8Array.of(1, 2), mask).mask).toBe(mask);
  });

  it("shares the cells where none is missing", () => {
    const cells = Float32Array.of(1, 2);
    expect(Column.of("float32", cells).values).toBe(cells);
  });

  it("refuses cells of another type and masks of another length", () => {
    expect(() => Column.of("float32", Float64Array.of(1))).toThrow(
      "Column.of: float32 cells lie in Float32Array, not Float64Array",
    );
    expect(() => Column.of("string", Uint8Array.of(1))).toThrow(
      "Column.of: string cells lie in Array, not Uint8Array",
    );
    expect(() => Column.of("float" as "float32", Float32Array.of(1))).toThrow(
      'no type of cells is called "float"; there are float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool, datetime, string',
    );
    expect(() => Column.of("int8", Int8Array.of(1, 2), Uint8Array.of(1))).toThrow(
      "Column.of: a mask of 1 bytes for 2 cells; give one byte a cell",
    );
  });
});
