import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Column, openPanel, panelFromColumns } from "#src/index.js";
import { propertyRuns } from "../property-runs.js";
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

describe("rows that a column does not have", () => {
  const DAILY = "data-fixtures/snapshot/daily_pv.h5";
  const fromFile = async () => (await openPanel(DAILY, { cache: false })).column("close");

  it.each([
    [-1, 3],
    [-2, -1],
    [5, 4],
    [0.5, 3],
    [0, 2.5],
    [Number.NaN, 3],
  ])("slice and read of [%d, %d) are refused, in a file and in memory", async (first, last) => {
    for (const column of [await fromFile(), Column.of("float64", new Float64Array(9))]) {
      const said = `there are no rows [${first}, ${last}) in a column of ${column.length} rows; give whole numbers with 0 <= first <= last <= ${column.length}`;
      expect(() => column.slice(first, last)).toThrow(`slice: ${said}`);
      expect(() => column.read(first, last)).toThrow(`read: ${said}`);
    }
  });

  it("so are those beyond the end, also of a slice", async () => {
    const column = await fromFile();
    const n = column.length;
    expect(() => column.slice(n - 2, n + 5)).toThrow(`no rows [${n - 2}, ${n + 5}) in a column of ${n} rows`);
    expect(() => column.slice(2, 6).slice(0, 5)).toThrow("no rows [0, 5) in a column of 4 rows");
    expect([column.slice(n, n).length, column.slice(n - 2, n).values]).toEqual([
      0,
      (column.values as Float32Array).slice(n - 2),
    ]);
  });

  it("at gives null before the first and after the last, and refuses what is not a row", async () => {
    for (const column of [await fromFile(), Column.of("float64", new Float64Array(9))]) {
      expect([column.at(-1), column.at(1e9)]).toEqual([null, null]);
      expect(() => column.at(0.5)).toThrow("at: row 0.5 is not a whole number");
      expect(() => column.at("1" as unknown as number)).toThrow("at: row 1 is not a whole number");
    }
  });
});

describe("floats", () => {
  it("shares the cells of a float column, NaN where one is missing", () => {
    for (const cells of [Float32Array.of(1, Number.NaN), Float64Array.of(1, Number.NaN)]) {
      expect(Column.of(cells instanceof Float32Array ? "float32" : "float64", cells).floats()).toBe(cells);
    }
  });

  it("of integers and booleans are what Number gives of each cell, NaN where it is missing", () => {
    const columns: fc.Arbitrary<readonly ["int64" | "uint64" | "int16" | "bool", Column["values"]]> =
      fc.oneof(
        fc.bigInt64Array().map((cells) => ["int64", cells] as const),
        fc.bigUint64Array().map((cells) => ["uint64", cells] as const),
        fc.int16Array().map((cells) => ["int16", cells] as const),
        fc.uint8Array({ max: 1 }).map((cells) => ["bool", cells] as const),
      );
    fc.assert(
      fc.property(columns, fc.boolean(), ([type, values], masked) => {
        const mask = masked ? new Uint8Array(values.length).map((_, row) => row % 2) : undefined;
        const expected = Array.from(values as ArrayLike<bigint>, (cell, row) =>
          mask?.[row] === 0 ? Number.NaN : Number(cell),
        );
        const floats = Column.of(type, values, mask).floats();
        expect(floats).toBeInstanceOf(Float64Array);
        expect([...floats]).toEqual(expected);
      }),
      propertyRuns(31, 200),
    );
  });

  it("of strings and datetimes are refused", () => {
    const times = Column.of("datetime", BigInt64Array.of(0n));
    expect(() => times.floats()).toThrow("floats: a column of datetime cells does not hold numbers");
    expect(() => Column.of("string", ["a"]).floats()).toThrow("floats: a column of string cells");
  });
});

describe("a column says what it is", () => {
  const floats = Column.of("float32", Float32Array.of(1.5, 2, Number.NaN, 4, 5, 6, 7, 8.25));

  it("to people: type, length, missing cells, both ends", () => {
    expect(inspect(floats)).toBe("Column float32, 8 cells, 1 missing: [1.5, 2, NaN, …, 6, 7, 8.25]");
    expect(String(Column.of("string", ["a", null]))).toBe("Column string, 2 cells, 1 missing: [a, <NA>]");
    expect(String(Column.of("datetime", BigInt64Array.of(0n)))).toBe(
      "Column datetime, 1 cell, 0 missing: [1970-01-01]",
    );
    expect(String(Column.of("bool", Uint8Array.of(1, 0)))).toBe(
      "Column bool, 2 cells, 0 missing: [true, false]",
    );
  });

  it("and leaves cells in a file where they are", () => {
    const read = () => {
      throw new Error("read");
    };
    const column = Column.from({ type: "int32", length: 1234, read, gather: read });
    expect(String(column)).toBe("Column int32, 1,234 cells, not read");
  });

  it("to the compiler: `is` tells the class of its values", () => {
    const column: Column = floats;
    expect(column.is("float64")).toBe(false);
    if (!column.is("float32")) throw new Error("it is");
    const values: Float32Array = column.values;
    expect(values).toBe(floats.values);
  });
});
