import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Column, type DataServiceError, openPanel, panelFromColumns } from "#src/index.js";
import { propertyRuns } from "../property-runs.js";
import { panelOf, plainRows } from "./random-panel.js";

describe("toDense", () => {
  it("is to_numpy: row after row the columns asked for, NaN for missing cells", () => {
    const names = fc.option(fc.shuffledSubarray(["close", "volume", "flag", "n", "wide"]), {
      nil: undefined,
    });
    const types = fc.constantFrom(undefined, "float32", "float64");
    fc.assert(
      fc.property(plainRows, names, types, (rows, columns, type) => {
        const count = rows.length;
        const mask = new Uint8Array(count).map((_, row) => (row % 3 === 0 ? 0 : 1));
        const panel = panelOf(rows).withColumns({
          flag: Array.from({ length: count }, (_, row) => (row % 5 === 0 ? null : row % 2 === 0)),
          n: Column.of(
            "int8",
            new Int8Array(count).map((_, row) => row),
            mask,
          ),
          wide: BigInt64Array.from({ length: count }, (_, row) => BigInt(row) << 30n),
        });
        const asked = columns ?? panel.columnNames;
        const dense = panel.toDense({ columns, type });
        const only32 = asked.every((name) => panel.column(name).type === "float32");
        const is32 = type === "float32" || (type === undefined && only32);
        const cells = rows.flatMap((_, row) =>
          asked.map((name) => {
            const cell = panel.column(name).at(row);
            const value = cell === null ? Number.NaN : Number(cell);
            return is32 ? Math.fround(value) : value;
          }),
        );
        expect(dense.values).toBeInstanceOf(is32 ? Float32Array : Float64Array);
        expect([...dense.values]).toEqual(cells);
        expect([dense.rowCount, dense.columnNames]).toEqual([count, asked]);
      }),
      propertyRuns(103, 200),
    );
  });

  it("of more rows than are laid out at once", () => {
    const rows = 40_000;
    const columns = Object.fromEntries(
      ["a", "b", "c"].map((name, i) => [name, Float32Array.from({ length: rows }, (_, row) => 3 * row + i)]),
    );
    const datetime = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row));
    const panel = panelFromColumns({ datetime, instrument: new Array(rows).fill("x"), columns });
    expect(panel.toDense().values).toEqual(Float32Array.from({ length: 3 * rows }, (_, i) => i));
  });

  it("of a file does not hold its columns", async () => {
    const panel = await openPanel("data-fixtures/snapshot/daily_pv.h5", { cache: false });
    const dense = panel.toDense({ columns: ["close", "open"] });
    expect(panel.column("close").loaded).toBe(false);
    const close = panel.column("close").values as Float32Array;
    expect(dense.values.filter((_, i) => i % 2 === 0)).toEqual(close);
  });

  it("refuses text and times, an unknown type, and more than an array takes", () => {
    const rows = 70_000;
    const panel = panelFromColumns({
      datetime: BigInt64Array.from({ length: rows }, (_, row) => BigInt(row)),
      instrument: new Array(rows).fill("x"),
      columns: { text: new Array(rows).fill("t"), x: new Float32Array(rows) },
    });
    expect(() => panel.toDense()).toThrow(
      'toDense: column "text" is string; a matrix holds numbers: leave it out with columns',
    );
    expect(() => panel.toDense({ columns: ["x"], type: "int8" as "float32" })).toThrow(
      'toDense: type "int8" is not known; it is "float32", "float64"',
    );
    const x = panel.column("x");
    const many = panel.withColumns(Object.fromEntries(Array.from({ length: rows }, (_, i) => [`c${i}`, x])));
    let refused: unknown;
    try {
      many.select(many.columnNames.slice(2)).toDense();
    } catch (error) {
      refused = error;
    }
    expect((refused as DataServiceError).code).toBe("over-budget");
    expect((refused as Error).message).toBe(
      "toDense: 70000 rows × 70000 columns × 4 bytes are 19600000000 bytes, more than one array can take; ask for fewer of them",
    );
  });
});
