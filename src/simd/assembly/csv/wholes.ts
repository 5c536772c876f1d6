import { beginOf, endOf } from "./split";

/** So many digits fit into 63 bits. */
const MOST_DIGITS: usize = 18;

/**
 * The whole numbers in one column of `rows` rows that `split` found, from `row` on, as int64 to out[row …]. Stops at a cell
 * that is none, has more than 18 digits, or begins with a zero as codes do; gives its row, or `rows`.
 */
export function wholes(from: usize, ends: usize, cells: u32, column: u32, row: u32, rows: u32, out: usize): u32 {
  const isLast = column == cells - 1;
  for (; row < rows; row++) {
    const cell = <usize>row * cells + column;
    let at = beginOf(ends, cell, from);
    const end = endOf(ends, cell, at, isLast);
    if (at == end) return row;
    const isNegative = load<u8>(at) == 0x2d;
    if (isNegative) at++;
    const digits = end - at;
    if (digits == 0 || digits > MOST_DIGITS || (digits > 1 && load<u8>(at) == 0x30)) return row;
    let value: i64 = 0;
    for (; at < end; at++) {
      const digit = <u32>load<u8>(at) - 0x30;
      if (digit > 9) return row;
      value = value * 10 + digit;
    }
    store<i64>(out + 8 * <usize>row, isNegative ? -value : value);
  }
  return rows;
}
