import { evaluatePlan } from "../../expression/evaluate.js";
import { parseExpressions, planExpressions } from "../../expression/expression-plan.js";
import type { ExpressionTable } from "../../expression/table.js";
import type { Grid, Market } from "./market.js";

/** The value of one expression in every bar of a market, as a grid. @throws DataServiceError bad-expression */
export function evaluateOnMarket(market: Market, text: string): Float32Array {
  const width = market.instruments.length;
  const cells = cellsOf(market);
  const expressions = parseExpressions({ value: text });
  const named = [...expressions.get("value")!.fields.keys()];
  const plan = planExpressions(expressions, {
    fields: new Map(named.map((name) => [name, cellTypeOf(market.find(name))])),
    instruments: new Set(market.instruments),
  });
  const table: ExpressionTable = {
    sessionCount: market.sessionCount,
    instrumentCount: width,
    offsets: cells.offsets,
    codes: cells.codes,
    instruments: market.instruments,
    column: (name, first, last) => columnOf(market.find(name), cells.places, first, last),
  };
  const { columns } = evaluatePlan(table, plan);
  const grid = new Float32Array(market.sessionCount * width).fill(Number.NaN);
  const values = columns.value!;
  for (let row = 0; row < values.length; row++) grid[cells.places[row]!] = values[row]!;
  return grid;
}

function cellTypeOf(grid: Grid | undefined): "single" | "double" {
  return grid instanceof Float64Array ? "double" : "single";
}

function columnOf(grid: Grid | undefined, places: Uint32Array, first: number, last: number): Grid {
  const out = grid instanceof Float64Array ? new Float64Array(last - first) : new Float32Array(last - first);
  if (!grid) return out.fill(Number.NaN);
  for (let row = first; row < last; row++) out[row - first] = grid[places[row]!]!;
  return out;
}

/** The bars of a market as rows: sorted by session and instrument, each with its place in a grid. */
interface Cells {
  readonly offsets: Uint32Array;
  readonly codes: Int32Array;
  readonly places: Uint32Array;
}

function cellsOf({ sessionCount, instruments, firstBar, endBar }: Market): Cells {
  const width = instruments.length;
  const offsets = new Uint32Array(sessionCount + 1);
  let count = 0;
  for (let c = 0; c < width; c++) count += endBar[c]! - firstBar[c]!;
  const [codes, places] = [new Int32Array(count), new Uint32Array(count)];
  let row = 0;
  for (let s = 0; s < sessionCount; s++) {
    for (let c = 0; c < width; c++) {
      if (s < firstBar[c]! || s >= endBar[c]!) continue;
      codes[row] = c;
      places[row++] = s * width + c;
    }
    offsets[s + 1] = row;
  }
  return { offsets, codes, places };
}
