import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Column, openPanel, Panel, panelFromColumns } from "#src/index.js";
import { aheadNote } from "#src/panel/notes.js";
import { panelOf, plainRows } from "../panel/random-panel.js";
import { propertyRuns } from "../property-runs.js";

/** Cells of every kind that can be missing, beside the columns of a random panel. */
function withAllKinds(panel: Panel, seed: number): Panel {
  const each = <T>(cell: (row: number) => T) => Array.from({ length: panel.rowCount }, (_, row) => cell(row));
  const mask = Uint8Array.from(each((row) => ((row + seed) % 7 === 0 ? 0 : 1)));
  return panel.withColumns({
    flag: each((row) => ((row + seed) % 5 === 0 ? null : row % 2 === 0)),
    name: each((row) => ((row + seed) % 4 === 0 ? null : `row ${row}`)),
    small: Column.of("int8", Int8Array.from(each((row) => row)), mask),
    whole: BigInt64Array.from(each((row) => BigInt(row) << 40n)),
  });
}

const isMissing = (cell: unknown) => cell === null || Number.isNaN(cell);
const seeds = fc.nat(20);

describe("filter", () => {
  it("keeps the rows that the mask marks, in order", () => {
    fc.assert(
      fc.property(plainRows, seeds, fc.infiniteStream(fc.boolean()), (rows, seed, marks) => {
        const panel = withAllKinds(panelOf(rows), seed);
        const mask = Array.from({ length: panel.rowCount }, () => marks.next().value as boolean);
        const expected = panel.toRows().filter((_, row) => mask[row]);
        for (const given of [mask, Uint8Array.from(mask, Number), (row: number) => mask[row]!]) {
          const kept = panel.filter(given);
          expect(kept.toRows()).toEqual(expected);
          expect(kept.index.instruments).toEqual(kept.index.usedInstruments());
          for (const [row, { datetime, instrument }] of expected.entries())
            expect(kept.rowOf(datetime, instrument)).toBe(row);
        }
      }),
      propertyRuns(83, 150),
    );
  });

  it("shares memory where the rows are one run, in the middle of sessions too, and keeps what is noted", () => {
    const given = panelFromColumns({
      datetime: ["2020-01-01", "2020-01-01", "2020-01-02", "2020-01-02"],
      instrument: ["a", "b", "a", "b"],
      columns: { x: Float32Array.of(1, 2, 3, 4) },
    });
    const panel = new Panel(given.index, new Map([["x", given.column("x")]]), { notes: [aheadNote("x")] });
    const kept = panel.filter([false, true, true, false]);
    const [all, some] = [panel, kept].map((one) => one.column("x").values as Float32Array);
    expect([some!.buffer === all!.buffer, ...some!]).toEqual([true, 2, 3]);
    expect(panel.notes).toHaveLength(1);
    expect(kept.notes).toEqual(panel.notes);
    expect(panel.filter((row) => row !== 1).notes).toEqual(panel.notes);
    expect(panel.fillMissing(0).notes).toEqual(panel.notes);
    expect(panel.filter(() => true)).toBe(panel);
    expect(panel.filter(() => false).rowCount).toBe(0);
  });

  it("refuses a mask of another length, and what is not a mask", () => {
    const panel = panelOf([{ ns: 0n, instrument: "a", close: 1, volume: 1 }]);
    expect(() => panel.filter([true, false])).toThrow(
      "filter: a mask of 2 entries for the 1 rows of this panel; give one a row",
    );
    expect(() => panel.filter("close > 3" as never)).toThrow(
      "filter: give a Uint8Array or booleans with one entry a row, or a function of the row number",
    );
  });
});

describe("dropMissing", () => {
  it("is dropna: any or all of some columns, or of all", () => {
    const names = fc.option(fc.subarray(["close", "volume", "flag", "name", "small", "whole"]), {
      nil: undefined,
    });
    fc.assert(
      fc.property(plainRows, seeds, names, fc.constantFrom("any", "all"), (rows, seed, some, how) => {
        const panel = withAllKinds(panelOf(rows), seed);
        const looked = (some ?? panel.columnNames).map((name) => panel.column(name));
        const expected = panel.toRows().filter((_, row) => {
          const missing = looked.map((column) => isMissing(column.at(row)));
          return !(how === "any" ? missing.includes(true) : missing.every(Boolean));
        });
        expect(panel.dropMissing(some, { how }).toRows()).toEqual(expected);
        if (how === "any") expect(panel.dropMissing(some).toRows()).toEqual(expected);
      }),
      propertyRuns(89, 200),
    );
  });

  it("of a file reads no other columns than those", async () => {
    const panel = await openPanel("data-fixtures/snapshot/daily_pv.h5", { cache: false });
    expect(panel.dropMissing(["close"]).rowCount).toBe(panel.rowCount - 39);
    expect([panel.column("close").loaded, panel.column("open").loaded]).toEqual([true, false]);
  });

  it("refuses an unknown column and an unknown how", () => {
    const panel = panelOf([]);
    expect(() => panel.dropMissing(["clsoe"])).toThrow('unknown field "clsoe" in this panel');
    expect(() => panel.dropMissing(undefined, { how: "some" as "any" })).toThrow(
      'dropMissing: how "some" is not known; it is "any", "all"',
    );
  });
});

describe("fillMissing", () => {
  const fills = fc.constantFrom<number | bigint | boolean | string>(0, -5, 3n, true, "none");
  const kind = (type: string) => (type === "string" ? "string" : type === "bool" ? "boolean" : "number");

  it("with one value fills the columns that its type fits, and with values by name each its own", () => {
    fc.assert(
      fc.property(plainRows, seeds, fills, (rows, seed, value) => {
        const panel = withAllKinds(panelOf(rows), seed);
        const fits = (name: string) =>
          kind(panel.column(name).type) === (typeof value === "bigint" ? "number" : typeof value);
        const expected = panel.toRows().map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, cell]) => {
              const isFilled = isMissing(cell) && fits(name);
              return [name, isFilled ? (typeof value === "bigint" ? Number(value) : value) : cell];
            }),
          ),
        );
        expect(panel.fillMissing(value).toRows()).toEqual(expected);
        const each = panel.columnNames.filter(fits).map((name) => [name, value] as const);
        expect(panel.fillMissing(Object.fromEntries(each)).toRows()).toEqual(expected);
        const some = panel.window({ bars: 2 });
        expect(some.fillMissing(value).toRows()).toEqual(
          panel.fillMissing(value).window({ bars: 2 }).toRows(),
        );
      }),
      propertyRuns(97, 150),
    );
  });

  it("shares the cells of columns in which none is missing", () => {
    const values = Float32Array.of(1);
    const panel = panelFromColumns({ datetime: ["2020-01-01"], instrument: ["a"], columns: { values } });
    expect((panel.fillMissing(0).column("values").values as Float32Array).buffer).toBe(values.buffer);
  });

  it("refuses a value that a column cannot hold", () => {
    const two = ["a", "b"].map((instrument) => ({ ns: 0n, instrument, close: 1, volume: 1 }));
    const panel = withAllKinds(panelOf(two), 0);
    const said = (cells: string, value: string) => `holds ${cells} cells, among which ${value} cannot be`;
    expect(() => panel.fillMissing({ close: "x" })).toThrow(`column "$close" ${said("float32", '"x"')}`);
    expect(() => panel.fillMissing({ small: 128 })).toThrow(`column "small" ${said("int8", "128")}`);
    expect(() => panel.fillMissing({ small: 0.5 })).toThrow(`column "small" ${said("int8", "0.5")}`);
    expect(() => panel.fillMissing({ flag: 1 })).toThrow(`column "flag" ${said("bool", "1")}`);
    expect(() => panel.select(["close"]).fillMissing("x")).toThrow(
      'fillMissing: this panel has no column that "x" fits; give a number, true, false or text',
    );
    expect(() => panel.fillMissing(null as never)).toThrow("no column that null fits");
  });
});

describe("groupBySession", () => {
  it("gives each session and what crossSection gives of it, sharing memory", () => {
    fc.assert(
      fc.property(plainRows, seeds, (rows, seed) => {
        const panel = withAllKinds(panelOf(rows), seed);
        const groups = [...panel.groupBySession()];
        expect(groups.map(([ns]) => ns)).toEqual([...panel.index.datetimes]);
        const { buffer } = panel.column("close").values as Float32Array;
        for (const [ns, rowsOfIt] of groups) {
          expect(rowsOfIt.toRows()).toEqual(panel.crossSection(ns).toRows());
          expect((rowsOfIt.column("close").values as Float32Array).buffer).toBe(buffer);
        }
        expect(groups.flatMap(([, one]) => one.toRows())).toEqual(panel.toRows());
      }),
      propertyRuns(101, 100),
    );
  });
});
