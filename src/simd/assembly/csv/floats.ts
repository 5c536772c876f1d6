import { beginOf, endOf } from "./split";
import { nearest } from "./nearest";

/** So many digits fit into 64 bits. */
const MOST_DIGITS: i32 = 19;
/** Exponents beyond it are left to others. */
const MOST_EXPONENT: i32 = 400;

/**
 * The numbers in one column of `rows` rows that `split` found, from `row` on, as float64 to out[row …]: an empty cell is
 * NaN, a number the float64 nearest to it. Stops at a cell that is no plain decimal number, or where rounding is not
 * decided by 128 bits; gives its row, or `rows`. `powers` are those that `nearest` asks for.
 */
export function floats(
  from: usize,
  ends: usize,
  cells: u32,
  column: u32,
  row: u32,
  rows: u32,
  out: usize,
  powers: usize,
): u32 {
  const isLast = column == cells - 1;
  for (; row < rows; row++) {
    const cell = <usize>row * cells + column;
    let at = beginOf(ends, cell, from);
    const end = endOf(ends, cell, at, isLast);
    const place = out + 8 * <usize>row;
    if (at == end) {
      store<f64>(place, NaN);
      continue;
    }
    const sign = load<u8>(at);
    if (sign == 0x2d || sign == 0x2b) at++;
    let mantissa: u64 = 0;
    let digits: i32 = 0;
    let point: usize = 0;
    const first = at;
    for (; at < end; at++) {
      const digit = <u32>load<u8>(at) - 0x30;
      if (digit <= 9) {
        mantissa = mantissa * 10 + digit;
      } else if (digit == 0xfffffffe && point == 0) {
        point = at + 1;
      } else break;
    }
    digits = <i32>(at - first) - (point ? 1 : 0);
    if (digits > MOST_DIGITS) {
      // Zeros at the front are none of them.
      for (let zero = first; zero < at; zero++) {
        const byte = load<u8>(zero);
        if (byte == 0x30) digits--;
        else if (byte != 0x2e) break;
      }
      if (digits > MOST_DIGITS) return row;
      digits = 1;
    }
    if (digits == 0) return row;
    let exponent = point ? -<i32>(at - point) : 0;
    if (at < end) {
      if ((load<u8>(at) | 0x20) != 0x65 || ++at == end) return row;
      const isNegative = load<u8>(at) == 0x2d;
      if (isNegative || load<u8>(at) == 0x2b) at++;
      if (at == end) return row;
      let written: i32 = 0;
      for (; at < end; at++) {
        const digit = <u32>load<u8>(at) - 0x30;
        if (digit > 9 || written > MOST_EXPONENT) return row;
        written = written * 10 + digit;
      }
      exponent += isNegative ? -written : written;
    }
    const size = nearest(mantissa, exponent, powers);
    if (size != size) return row;
    store<f64>(place, sign == 0x2d ? -size : size);
  }
  return rows;
}
