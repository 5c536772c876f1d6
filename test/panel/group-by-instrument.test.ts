import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openPanel, type Panel, panelFromColumns } from "#src/index.js";
import { propertyRuns } from "../property-runs.js";
import { codeOf, date, panelOf, plainRows } from "./random-panel.js";

/** Cells of every type, of which some are missing, beside the two columns of a random panel. */
function withAllTypes(panel: Panel): Panel {
  const each = <T>(cell: (row: number) => T) => Array.from({ length: panel.rowCount }, (_, row) => cell(row));
  return panel.withColumns({
    flag: each((row) => (row % 5 === 0 ? null : row % 2 === 0)),
    name: each((row) => (row % 4 === 0 ? null : `row ${row}`)),
    small: Int8Array.from(each((row) => row)),
    large: BigInt64Array.from(each((row) => BigInt(row) << 40n)),
  });
}

function asRows(panel: Panel): unknown {
  return { rows: panel.toRows(), datetimes: panel.index.datetimes, instruments: panel.index.instruments };
}

describe("groupByInstrument", () => {
  it("gives what series gives of each instrument that has rows, of panels and of their windows", () => {
    const day = fc.integer({ min: -2, max: 30 });
    fc.assert(
      fc.property(
        plainRows,
        fc.option(fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8], { minLength: 1 }), { nil: undefined }),
        day,
        day,
        (rows, some, a, b) => {
          const panel = withAllTypes(panelOf(rows)).window({
            universe: some?.map(codeOf),
            onUnknown: "skip",
            start: date(Math.min(a, b)),
            end: date(Math.max(a, b)),
          });
          const groups = [...panel.groupByInstrument()];
          expect(groups.map(([code]) => code)).toEqual(panel.index.usedInstruments());
          for (const [code, history] of groups) expect(asRows(history)).toEqual(asRows(panel.series(code)));
        },
      ),
      propertyRuns(47, 150),
    );
  });

  it("of more instruments than are laid out at once, whatever order their cells are asked for in", () => {
    const [sessions, instruments] = [30, 700];
    const rows = sessions * instruments;
    const panel = panelFromColumns({
      datetime: Array.from(
        { length: rows },
        (_, row) => BigInt(Math.floor(row / instruments)) * 86_400_000_000_000n,
      ),
      instrument: Array.from({ length: rows }, (_, row) => `S${1000 + (row % instruments)}`),
      columns: { close: Float32Array.from({ length: rows }, (_, row) => row) },
    });
    const groups = [...panel.groupByInstrument()];
    expect(groups).toHaveLength(instruments);
    const close = (i: number) => groups[i]![1].column("close");
    for (const i of [699, 0, 255, 256, 511, 512, 300]) {
      expect(close(i).at(3)).toBe(3 * instruments + i);
      expect(Array.from(close(i).values as Float32Array)).toEqual(
        Array.from({ length: sessions }, (_, s) => s * instruments + i),
      );
    }
    const [a, b] = [close(0).values, close(1).values] as [Float32Array, Float32Array];
    expect(a.buffer).toBe(b.buffer);
    expect((close(300).values as Float32Array).buffer).not.toBe(a.buffer);
  });

  it("of a file reads the columns that are asked for, each once", async () => {
    const panel = await openPanel("data-fixtures/snapshot/daily_pv.h5", { cache: false });
    let sum = 0;
    for (const [code, history] of panel.groupByInstrument()) {
      expect(history.toString()).toContain(code);
      sum += history.rowCount;
      if (code === "600000.SH") {
        expect(history.column("close").values).toEqual(panel.series(code).column("close").values);
      }
    }
    expect(sum).toBe(panel.rowCount);
    expect(panel.column("$close").loaded).toBe(true);
  });

  it("of no rows gives nothing", () => {
    expect([...panelOf([]).groupByInstrument()]).toEqual([]);
  });

  it("can be walked again", async () => {
    const groups = (
      await openPanel("data-fixtures/snapshot/daily_pv.h5", { cache: false })
    ).groupByInstrument();
    expect(new Map(groups).size).toBe(48);
    expect(new Map(groups).size).toBe(48);
  });
});
