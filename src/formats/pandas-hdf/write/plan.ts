import type { ColumnData, ColumnSource, ColumnType, WritableTable } from "../../../columns/table.js";
import { DataServiceError } from "../../../errors.js";

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
 * pandas itself does when an int column gets a missing value: true and false are then 1 and 0.
 * @throws DataServiceError unsupported: text columns, which pandas' fixed format can only pickle; whole numbers
 *   beyond 2^53 in a column with missing cells, which float64 would round
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
  const isWide = type === "int64" || type === "uint64";
  let [hasMissing, hasLarge] = [false, false];
  for (let first = 0; first < source.length && !(hasMissing && (hasLarge || !isWide)); first += WRITE_ROWS) {
    const cells = source.read(first, Math.min(first + WRITE_ROWS, source.length));
    hasMissing ||= cells.mask?.includes(0) ?? false;
    hasLarge ||= isWide && anyBeyondFloat64(cells);
  }
  if (!hasMissing) return type;
  if (!hasLarge) return "float64";
  throw new DataServiceError(
    "unsupported",
    `${path}: column "${name}" has missing cells and whole numbers beyond 2^53, which pandas' fixed HDF5 format can only keep as rounded float64; write .parquet or .arrow instead, or fill the missing cells`,
    { path, field: name },
  );
}

/** Whether a present cell of 64 bits is beyond 2^53 on either side, judged by its two 32-bit words. */
function anyBeyondFloat64({ values, mask }: ColumnData): boolean {
  const { buffer, byteOffset, length } = values as BigInt64Array | BigUint64Array;
  const isSigned = values instanceof BigInt64Array;
  const low = new Uint32Array(buffer, byteOffset, 2 * length);
  const high = isSigned ? new Int32Array(buffer, byteOffset, 2 * length) : low;
  const most = 2 ** 21; // the upper word of 2^53
  for (let i = 0; i < length; i++) {
    if (mask?.[i] === 0) continue;
    const upper = high[2 * i + 1]!;
    if (upper > most || upper < -most || (upper === most && low[2 * i] !== 0)) return true;
  }
  return false;
}
