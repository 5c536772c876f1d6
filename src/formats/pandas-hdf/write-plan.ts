import { DataServiceError } from "../../errors.js";
import type { ColumnSource, ColumnType, WritableTable } from "../table.js";

/** Rows handled at once when writing: small enough that sources on disk keep a slab for their next column. */
export const WRITE_ROWS = 1 << 15;

export type BlockType = Exclude<ColumnType, "string">;

/** Columns of one dtype, which pandas stores together, row after row. */
export interface BlockPlan {
  readonly type: BlockType;
  readonly names: readonly string[];
  readonly sources: readonly ColumnSource[];
}

/**
 * The blocks of a table, by dtype. Whole-number and bool columns with missing cells become float64 with NaN, as
 * pandas itself does when an int column gets a missing value.
 * @throws DataServiceError unsupported: text columns, which pandas' fixed format can only pickle
 */
export function planBlocks(path: string, table: WritableTable): BlockPlan[] {
  const blocks = new Map<BlockType, { names: string[]; sources: ColumnSource[] }>();
  for (const [name, source] of table.columns) {
    const type = storedType(path, name, source);
    const block = blocks.get(type) ?? { names: [], sources: [] };
    block.names.push(name);
    block.sources.push(source);
    blocks.set(type, block);
  }
  return [...blocks].map(([type, block]) => ({ type, ...block }));
}

function storedType(path: string, name: string, source: ColumnSource): BlockType {
  const { type } = source;
  if (type === "string") {
    throw new DataServiceError(
      "unsupported",
      `${path}: column "${name}" holds text, which pandas' fixed HDF5 format can only pickle; write .parquet or .arrow instead, or leave the column out`,
      { path, field: name },
    );
  }
  if (type === "float32" || type === "float64" || type === "datetime") return type;
  for (let first = 0; first < source.length; first += WRITE_ROWS) {
    const { mask } = source.read(first, Math.min(first + WRITE_ROWS, source.length));
    if (mask?.includes(0)) return "float64";
  }
  return type;
}
