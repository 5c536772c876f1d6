import { beginOf, endOf } from "./split";

/**
 * The code of each cell in one column of `rows` rows that `split` found, from `row` on, as 32-bit numbers to out[row …].
 * Stops at a text that was not learnt; gives its row, or `rows`. `table` has 2^`bits` places of 16 bytes: where a text's
 * bytes lie, how many there are (0: a free place), its code, its hash.
 */
export function codes(
  from: usize,
  ends: usize,
  cells: u32,
  column: u32,
  row: u32,
  rows: u32,
  out: usize,
  table: usize,
  bits: u32,
): u32 {
  const isLast = column == cells - 1;
  let before: usize = 0;
  let length: usize = 0;
  let code: i32 = -1;
  for (; row < rows; row++) {
    const cell = <usize>row * cells + column;
    const begin = beginOf(ends, cell, from);
    const size = endOf(ends, cell, begin, isLast) - begin;
    if (size == 0) return row;
    // Rows of one session, or of one instrument, stand together.
    if (size != length || !isSame(begin, before, size)) {
      const hash = hashOf(begin, size);
      const place = placeOf(table, bits, hash, begin, size);
      if (load<u32>(place, 4) == 0) return row;
      code = load<i32>(place, 8);
      before = begin;
      length = size;
    }
    store<i32>(out + 4 * <usize>row, code);
  }
  return rows;
}

/** Learns the code of a text, whose bytes stay where they are; it must be a new one, and a place must be free. */
export function learn(begin: usize, size: usize, code: i32, table: usize, bits: u32): void {
  const hash = hashOf(begin, size);
  const place = placeOf(table, bits, hash, begin, size);
  store<u32>(place, <u32>begin);
  store<u32>(place, <u32>size, 4);
  store<i32>(place, code, 8);
  store<u32>(place, hash, 12);
}

/** Where the text stands, or the free place for it. */
function placeOf(table: usize, bits: u32, hash: u32, begin: usize, size: usize): usize {
  const most: u32 = (1 << bits) - 1;
  let i = hash >> (32 - bits);
  let place = table + 16 * <usize>i;
  for (let length = load<u32>(place, 4); length != 0; length = load<u32>(place, 4)) {
    const isIt = length == <u32>size && load<u32>(place, 12) == hash;
    if (isIt && isSame(begin, load<u32>(place), size)) break;
    i = (i + 1) & most;
    place = table + 16 * <usize>i;
  }
  return place;
}

function isSame(a: usize, b: usize, size: usize): bool {
  let at: usize = 0;
  for (; at + 8 <= size; at += 8) if (load<u64>(a + at) != load<u64>(b + at)) return false;
  for (; at < size; at++) if (load<u8>(a + at) != load<u8>(b + at)) return false;
  return true;
}

/** The upper bits of it are spread best. */
function hashOf(begin: usize, size: usize): u32 {
  let hash: u64 = <u64>size;
  let at: usize = 0;
  for (; at + 8 <= size; at += 8) hash = (hash ^ load<u64>(begin + at)) * 0x9e3779b97f4a7c15;
  for (; at < size; at++) hash = (hash ^ load<u8>(begin + at)) * 0x9e3779b97f4a7c15;
  hash ^= hash >> 32;
  return <u32>((hash * 0x9e3779b97f4a7c15) >> 32);
}
