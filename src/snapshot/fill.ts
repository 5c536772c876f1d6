import { Column } from "../columns/column.js";
import { gatherValues } from "../columns/gather.js";
import { presence } from "../columns/missing-cells.js";
import type { ColumnValues } from "../columns/table.js";
import type { PanelIndex } from "../keys/panel-index.js";

/** One cell to fill with, or nothing. */
export interface Seeds {
  /** The last value of an instrument before its first row here, by code; undefined where it had none. */
  get(code: number): { readonly column: Column; readonly row: number } | undefined;
}

/** Where the cells of a filled column come from. */
export interface FillPlan {
  /** For each row the row whose cell it takes; -1 where there is nothing to take. */
  readonly from: Int32Array;
  /** Rows before their instrument's first value here; what came before may fill them. Ascending. */
  readonly leading: readonly number[];
  /** How many rows take another row's cell. */
  readonly filled: number;
}

/**
 * pandas' `groupby("instrument").ffill()` as a row map: a missing cell takes the last value before it of its
 * instrument. `spans` numbers the membership span of each row: nothing is carried from one span to the next.
 */
export function planFill(column: Column, index: PanelIndex, spans: Int32Array | undefined): FillPlan {
  const present = presence(column);
  const { codes } = index;
  const last = new Int32Array(index.instruments.length).fill(NEVER);
  const span = new Int32Array(index.instruments.length).fill(-1);
  const from = new Int32Array(column.length);
  const leading: number[] = [];
  let filled = 0;
  for (let row = 0; row < from.length; row++) {
    const code = codes[row]!;
    if (spans && spans[row] !== span[code]) {
      last[code] = span[code] === -1 ? NEVER : NOT_IN_SPAN;
      span[code] = spans[row]!;
    }
    if (present(row)) last[code] = row;
    const source = last[code]!;
    from[row] = source < 0 ? -1 : source;
    if (source >= 0 && source !== row) filled++;
    if (source === NEVER) leading.push(row);
  }
  return { from, leading, filled };
}

/** No value of the instrument yet, and its rows before the first one here may have one. */
const NEVER = -1;
/** No value yet in a span that began here. */
const NOT_IN_SPAN = -2;

/** The column with its gaps filled as planned, leading ones from `seeds`; the column itself where none is. */
export function fillColumn(column: Column, index: PanelIndex, plan: FillPlan, seeds: Seeds): Column {
  const leading = plan.leading.flatMap((row) => {
    const seed = seeds.get(index.codes[row]!);
    return seed ? [{ row, cell: seed.column.gather(Uint32Array.of(seed.row)).values[0]! }] : [];
  });
  if (plan.filled === 0 && leading.length === 0) return column;
  const from = new Uint32Array(plan.from.length);
  for (let row = 0; row < from.length; row++) from[row] = plan.from[row]! < 0 ? row : plan.from[row]!;
  const values: ColumnValues = gatherValues(column.values, from);
  const mask = column.mask && Uint8Array.from(from, (row) => column.mask![row]!);
  const cells = values as (number | bigint | string | null)[]; // the seed is of the column's own type
  for (const { row, cell } of leading) {
    cells[row] = cell;
    if (mask) mask[row] = 1;
  }
  return Column.of(column.type, values, mask);
}
