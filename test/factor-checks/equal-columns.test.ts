import { describe, expect, it } from "vitest";
import { EqualColumns } from "#src/factor-checks/equal-columns.js";
import { Column, type ColumnSource, Panel } from "#src/index.js";
import { market } from "./factor-library.js";

const PER_SESSION = 12;
const sessions = Array.from({ length: market.index.sessionCount }, (_, s) => s);

/** A column of 0, 1, 2, … that counts the cells that are read of it. */
class Counted implements ColumnSource {
  readonly type = "float64";
  readonly length = market.rowCount;
  cells = 0;
  read(first: number, last: number) {
    this.cells += last - first;
    return { values: Float64Array.from({ length: last - first }, (_, i) => first + i) };
  }
  gather(): never {
    throw new Error("rows are read, not gathered");
  }
}

function compareAll(cell: (row: number) => number) {
  const source = new Counted();
  const panel = new Panel(market.index, new Map([["count", Column.from(source)]]));
  const equal = new EqualColumns(panel, ["count"], false);
  for (const s of sessions) {
    const rows = Int32Array.from({ length: PER_SESSION }, (_, i) => s * PER_SESSION + i);
    equal.compare(Float64Array.from(rows, cell), rows);
  }
  return { names: equal.names, cells: source.cells };
}

describe("the columns of a market that a factor repeats", () => {
  it("are read up to the session in which they differ", () => {
    expect(compareAll((row) => row + 1)).toEqual({ names: [], cells: PER_SESSION });
    expect(compareAll((row) => (row === 30 ? -1 : row))).toEqual({ names: [], cells: 3 * PER_SESSION });
    expect(compareAll((row) => row)).toEqual({ names: ["count"], cells: market.rowCount });
  });

  it("are compared where the factor has a finite value and the market a row", () => {
    expect(compareAll((row) => (row % 3 === 0 ? Number.NaN : row)).names).toEqual(["count"]);
    const equal = new EqualColumns(market, ["$volume"], false);
    equal.compare(Float64Array.of(1, 2), Int32Array.of(-1, -1));
    expect(equal.names).toEqual(["$volume"]);
  });
});
