import type { ColumnData, ColumnValues } from "./table.js";

/** `values[rows[i] - base]`, missing where the row is -1. */
export function gatherPresent({ values, mask }: ColumnData, rows: Int32Array, base: number): ColumnData {
  if (values instanceof Float32Array) {
    const out = new Float32Array(rows.length);
    gatherWords(wordsOf(values), rows, base, wordsOf(out), NAN_32);
    return { values: out };
  }
  if (values instanceof Float64Array) {
    const out = new Float64Array(rows.length);
    gatherPairs(wordsOf(values), rows, base, wordsOf(out), NAN_64_HIGH);
    return { values: out };
  }
  if (Array.isArray(values)) {
    return { values: Array.from(rows, (row) => (row < 0 ? null : values[row - base]!)) };
  }
  const present = presence(rows, base, mask);
  return { values: gatherIntegers(values, rows, base), ...(present && { mask: present }) };
}

type Integers = Exclude<ColumnValues, (string | null)[] | Float32Array | Float64Array>;

/** Cells without a row are 0. */
function gatherIntegers(values: Integers, rows: Int32Array, base: number): Integers {
  const Same = values.constructor as new (length: number) => Integers;
  const out = new Same(rows.length);
  if (out.BYTES_PER_ELEMENT === 8) gatherPairs(wordsOf(values), rows, base, wordsOf(out), 0);
  else {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row >= 0) out[i] = values[row - base]!;
    }
  }
  return out;
}

/** The bits of NaN in a float32, and in the high word of a float64. */
const NAN_32 = 0x7fc00000;
const NAN_64_HIGH = 0x7ff80000;

function wordsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Int32Array {
  return new Int32Array(buffer, byteOffset, byteLength / 4);
}

// Floats and 64-bit integers are moved as 32-bit words: no BigInt is made per cell, and whether there is a row
// is a mask rather than a branch, which half-matched panels would have the processor guess wrong half the time.
function gatherWords(
  from: Int32Array,
  rows: Int32Array,
  base: number,
  to: Int32Array,
  missing: number,
): void {
  for (let i = 0; i < rows.length; i++) {
    const none = rows[i]! >> 31;
    to[i] = (from[(rows[i]! - base) & ~none]! & ~none) | (missing & none);
  }
}

/** `missing` is the high word of a missing cell; its low word is 0. */
function gatherPairs(
  from: Int32Array,
  rows: Int32Array,
  base: number,
  to: Int32Array,
  missing: number,
): void {
  for (let i = 0; i < rows.length; i++) {
    const none = rows[i]! >> 31;
    const at = 2 * ((rows[i]! - base) & ~none);
    to[2 * i] = from[at]! & ~none;
    to[2 * i + 1] = (from[at + 1]! & ~none) | (missing & none);
  }
}

/** One byte a row, 1 where there is a row whose cell is present; undefined where none is missing. */
function presence(rows: Int32Array, base: number, mask: Uint8Array | undefined): Uint8Array | undefined {
  const present = new Uint8Array(rows.length);
  let missing = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row >= 0 && (!mask || mask[row - base] === 1)) present[i] = 1;
    else missing++;
  }
  return missing > 0 ? present : undefined;
}
