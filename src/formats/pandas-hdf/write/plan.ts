import type { ColumnSource, WritableTable } from "../../../columns/table.js";
import { type UnmaskedFormat, type UnmaskedType, unmaskedType } from "../../unmasked.js";

/** Rows handled at once when writing: small enough that sources on disk keep a slab for their next column. */
export const WRITE_ROWS = 1 << 15;

const FIXED: UnmaskedFormat = { name: "pandas' fixed HDF5 format", text: "can only pickle" };

/** Columns of one dtype, which pandas stores together, row after row. */
export interface BlockPlan {
  readonly type: UnmaskedType;
  readonly names: readonly string[];
  readonly sources: readonly ColumnSource[];
}

/**
 * The blocks of a table, by dtype. Whole-number and bool columns with missing cells become float64 with NaN, as
 * pandas itself does when an int column gets a missing value: true and false are then 1 and 0.
 * @throws DataServiceError unsupported: text columns, which pandas' fixed format can only pickle; whole numbers
 *   beyond 2^53 in a column with missing cells, which float64 would round
 */
export function planBlocks(path: string, table: WritableTable): BlockPlan[] {
  const blocks = new Map<UnmaskedType, { names: string[]; sources: ColumnSource[] }>();
  for (const [name, source] of table.columns) {
    const type = unmaskedType(path, name, source, FIXED);
    const block = blocks.get(type) ?? { names: [], sources: [] };
    block.names.push(name);
    block.sources.push(source);
    blocks.set(type, block);
  }
  return [...blocks].map(([type, block]) => ({ type, ...block }));
}
