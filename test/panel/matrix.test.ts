import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Column, DataServiceError, type Panel, panelFromColumns } from "#src/index.js";
import { otherSpelling } from "#src/names/instrument-code.js";
import { propertyRuns } from "../property-runs.js";
import { codeOf, panelOf, plainRows } from "./random-panel.js";

const MANY = 70_000;

/** A panel of as many instruments as sessions, each with one row. */
function diagonal(): Panel {
  return panelFromColumns({
    datetime: BigInt64Array.from({ length: MANY }, (_, row) => BigInt(row)),
    instrument: Array.from({ length: MANY }, (_, row) => `S${100_000 + row}`),
    columns: { close: new Float32Array(MANY) },
  });
}

describe("unstack", () => {
  it("with instruments is reindex(columns=instruments): these columns in this order, whatever the panel has", () => {
    const asked = fc.uniqueArray(fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(plainRows, asked, fc.boolean(), (rows, places, qlib) => {
        const codes = places.map((i) => (qlib ? otherSpelling(codeOf(i))! : codeOf(i)));
        for (const name of ["close", "volume"] as const) {
          const matrix = panelOf(rows).unstack(name, { instruments: codes });
          const expected = [...matrix.datetimes].flatMap((ns) =>
            places.map(
              (i) => rows.find((r) => r.ns === ns && r.instrument === codeOf(i))?.[name] ?? Number.NaN,
            ),
          );
          expect([...matrix.values]).toEqual(expected);
          expect(matrix.instruments).toEqual(codes);
          expect(matrix.datetimes).toEqual(panelOf(rows).index.datetimes);
        }
      }),
      propertyRuns(61, 150),
    );
  });

  it("of integers and booleans is NaN where one is missing", () => {
    const panel = panelFromColumns({
      datetime: ["2020-01-01", "2020-01-01", "2020-01-02"],
      instrument: ["a", "b", "a"],
      columns: {
        n: Column.of("int64", BigInt64Array.of(1n, 2n, 3n), Uint8Array.of(1, 0, 1)),
        flag: [true, null, false],
      },
    });
    expect([...panel.unstack("n").values]).toEqual([1, Number.NaN, 3, Number.NaN]);
    expect([...panel.unstack("flag").values]).toEqual([1, Number.NaN, 0, Number.NaN]);
  });

  it("refuses an instrument given twice, and an unknown option", () => {
    const panel = panelOf([{ ns: 0n, instrument: codeOf(0), close: 1, volume: 1 }]);
    expect(() => panel.unstack("close", { instruments: ["000001.SZ", "x", "SZ000001"] })).toThrow(
      'unstack: instruments lists "SZ000001" twice, at 0 (as "000001.SZ") and at 2; a column of the matrix is one instrument',
    );
    expect(() => panel.unstack("close", { instruments: null as unknown as string[] })).toThrow(
      "instruments: null is not a list of instruments",
    );
    expect(() => panel.unstack("close", { universe: [] } as object)).toThrow(
      'unstack: unknown option "universe"; it takes "instruments"',
    );
  });

  it("beyond what an array can take says how many bytes it would be", () => {
    const panel = diagonal();
    const refusal = (): unknown => {
      try {
        return panel.unstack("close");
      } catch (error) {
        return error;
      }
    };
    const error = refusal() as DataServiceError;
    expect(error).toBeInstanceOf(DataServiceError);
    expect([error.code, error.details.count]).toEqual(["over-budget", 19_600_000_000]);
    expect(error.message).toBe(
      "unstack: 70000 sessions × 70000 instruments × 4 bytes are 19600000000 bytes, more than one array can take; ask for fewer of them",
    );
    expect(panel.unstack("close", { instruments: ["S100000"] }).values).toHaveLength(MANY);
  });
});

describe("printing", () => {
  it("shows a matrix by its size and the cells at its edges", () => {
    const days = Array.from({ length: 9 }, (_, i) => `2020-01-0${i + 1}`);
    const rows = days.flatMap((datetime) => ["b", "a"].map((instrument) => ({ datetime, instrument })));
    const panel = panelFromColumns({
      datetime: rows.map(({ datetime }) => datetime),
      instrument: rows.map(({ instrument }) => instrument),
      columns: { x: Float32Array.from(rows.keys(), (row) => (row === 0 ? Number.NaN : row + 0.5)) },
    });
    expect(inspect(panel.unstack("x")).split("\n")).toEqual([
      "Matrix float32: 9 sessions × 2 instruments",
      "               a     b",
      "2020-01-01   1.5   NaN",
      "2020-01-02   3.5   2.5",
      "2020-01-03   5.5   4.5",
      "…              …     …",
      "2020-01-07  13.5  12.5",
      "2020-01-08  15.5  14.5",
      "2020-01-09  17.5  16.5",
    ]);
    expect(String(panel.head(0).unstack("x"))).toBe("Matrix float32: 0 sessions × 0 instruments");
    expect(inspect(panel.index)).toBe(
      "PanelIndex: 18 rows, 9 sessions, 2 instruments, 2020-01-01 .. 2020-01-09",
    );
  });
});
