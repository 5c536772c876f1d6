import type { ColumnData, ColumnSource, ColumnType, NumericArray } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { NAT_NS } from "../time.js";

/** Rows looked at together: small enough that sources on disk keep a slab for their next column. */
const SLAB_ROWS = 1 << 15;

export type UnmaskedType = Exclude<ColumnType, "string">;

/** How errors tell of a format in which no cell has a mask. */
export interface UnmaskedFormat {
  readonly name: string;
  /** What the format would have to do with text. */
  readonly text: string;
}

/**
 * The type of a column in a format without masks. Whole-number and bool columns with missing cells become float64 with
 * NaN, as in pandas, where true and false are then 1 and 0; looks through such columns. A missing datetime is NaT.
 * @throws DataServiceError unsupported: text; whole numbers beyond 2^53 in a column with missing cells, which float64
 *   would round
 */
export function unmaskedType(
  path: string,
  name: string,
  source: ColumnSource,
  format: UnmaskedFormat,
): UnmaskedType {
  const { type } = source;
  if (type === "string") {
    throw new DataServiceError(
      "unsupported",
      `${path}: column "${name}" holds text, which ${format.name} ${format.text}; write .parquet or .arrow instead, or leave the column out`,
      { path, field: name },
    );
  }
  if (type === "float32" || type === "float64" || type === "datetime") return type;
  const isWide = type === "int64" || type === "uint64";
  let [hasMissing, hasLarge] = [false, false];
  for (let first = 0; first < source.length && !(hasMissing && (hasLarge || !isWide)); first += SLAB_ROWS) {
    const cells = source.read(first, Math.min(first + SLAB_ROWS, source.length));
    hasMissing ||= cells.mask?.includes(0) ?? false;
    hasLarge ||= isWide && anyBeyondFloat64(cells);
  }
  if (!hasMissing) return type;
  if (!hasLarge) return "float64";
  throw new DataServiceError(
    "unsupported",
    `${path}: column "${name}" has missing cells and whole numbers beyond 2^53, which ${format.name} can only keep as rounded float64; write .parquet or .arrow instead, or fill the missing cells`,
    { path, field: name },
  );
}

/** The cells [first, last) of a column as its unmasked type has them, missing ones as NaN or NaT. */
export function unmaskedCells(
  source: ColumnSource,
  type: UnmaskedType,
  first: number,
  last: number,
): NumericArray {
  const { values, mask } = source.read(first, last);
  const cells = values as NumericArray; // `unmaskedType` refused text
  if (source.type === type && !(mask && type === "datetime")) return cells;
  if (type === "datetime") {
    const times = (cells as BigInt64Array).slice();
    for (let i = 0; i < times.length; i++) if (mask![i] === 0) times[i] = NAT_NS;
    return times;
  }
  const numbers = new Float64Array(cells.length);
  for (let i = 0; i < cells.length; i++) numbers[i] = mask?.[i] === 0 ? Number.NaN : Number(cells[i]);
  return numbers;
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
