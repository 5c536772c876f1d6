import { describe, expect, it } from "vitest";
import type { ColumnBlock, ColumnData, ColumnSource } from "#src/columns/table.js";
import { Column, Panel, panelFromColumns } from "#src/index.js";
import { joinPanels } from "#src/join/join-panels.js";
import { date } from "../panel/random-panel.js";

/** A float64 column as a file has it, that tells what was read of it. */
class CountedSource implements ColumnSource {
  readonly type = "float64";
  readonly asked: string[] = [];
  constructor(
    readonly cells: Float64Array,
    readonly block?: ColumnBlock,
  ) {}

  get length(): number {
    return this.cells.length;
  }

  read(first: number, last: number): ColumnData {
    this.asked.push(`${first}..${last}`);
    return { values: this.cells.slice(first, last) };
  }

  gather(rows: Uint32Array): ColumnData {
    this.asked.push(`rows ${[...rows]}`);
    return { values: Float64Array.from(rows, (row) => this.cells[row]!) };
  }
}

const codes = Array.from({ length: 10 }, (_, i) => `60000${i}.SH`);
const keysOf = (sessions: readonly number[], names: readonly string[]) => ({
  datetime: sessions.flatMap((s) => names.map(() => date(s))),
  instrument: sessions.flatMap(() => names),
});

/** Ten instruments in eight sessions; and a file of six of these sessions without the first instrument. */
const left = panelFromColumns({
  ...keysOf([0, 1, 2, 3, 4, 5, 6, 7], codes),
  columns: { close: Array.from({ length: 80 }, (_, i) => i) },
});
const rightIndex = panelFromColumns({ ...keysOf([1, 2, 3, 4, 5, 6], codes.slice(1)), columns: {} }).index;

function rightOf(source: CountedSource): Panel {
  return new Panel(rightIndex, new Map([["factor", Column.from(source)]]), { source: "factor.h5" });
}

describe("what a join reads", () => {
  it("is nothing until a column is used, then that column once", () => {
    const source = new CountedSource(Float64Array.from({ length: 54 }, (_, i) => i));
    const { panel, ledger } = joinPanels([left, rightOf(source)]);
    expect(ledger.missingIntroduced).toEqual({ close: 0, factor: 26 });
    expect(source.asked).toEqual([]);
    expect(panel.column("factor").at(11)).toBe(0);
    expect(source.asked).toEqual(["0..1"]);
    expect(panel.column("factor").values).toHaveLength(80);
    expect(panel.column("factor").values).toHaveLength(80);
    expect(source.asked).toEqual(["0..1", "0..54"]);
  });

  it("is the rows of the sessions of a window", () => {
    const source = new CountedSource(Float64Array.from({ length: 54 }, (_, i) => i));
    const window = joinPanels([left, rightOf(source)]).panel.window({ start: date(3), end: date(4) });
    expect([...window.column("factor").values].slice(0, 3)).toEqual([Number.NaN, 18, 19]);
    expect(source.asked).toEqual(["18..36"]);
  });

  it("is the rows of the instruments of a window", () => {
    const source = new CountedSource(Float64Array.from({ length: 54 }, (_, i) => i));
    const window = joinPanels([left, rightOf(source)]).panel.window({ universe: ["SH600003"] });
    const nan = Number.NaN;
    expect([...window.column("factor").values]).toEqual([nan, 2, 11, 20, 29, 38, 47, nan]);
    expect(source.asked).toEqual(["rows 2,11,20,29,38,47"]);
  });

  it("is a block of columns in one pass when all are loaded", () => {
    const passes: number[] = [];
    const block: ColumnBlock = {
      read: (columns, first, last) => {
        passes.push(columns.length);
        return columns.map((column) => column.read(first, last));
      },
    };
    const sources = [1, 2, 3].map((k) => new CountedSource(new Float64Array(54).fill(k), block));
    const right = new Panel(rightIndex, new Map(sources.map((one, i) => [`f${i}`, Column.from(one)])));
    const { panel } = joinPanels([left, right], { how: "outer" });
    panel.load();
    expect(passes).toEqual([3]);
    expect(panel.column("f2").at(79)).toBeNaN();
    expect(panel.column("f2").at(11)).toBe(3);
    expect(sources.map((one) => one.asked)).toEqual([["0..54"], ["0..54"], ["0..54"]]);
  });
});
