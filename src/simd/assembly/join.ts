// Which rows of two tables meet in a session, and rows that are kept.

/**
 * The row of the right beside each of `count` rows of the left, or -1, to `out`; gives how many there are. The right's
 * rows, the first of which is `begin`, are noted in one slot an instrument of the left; what stands there from an
 * earlier session is below `begin`. `toLeft` gives the left's instrument for a right's. All numbers have 32 bits.
 */
export function meet(
  toLeft: usize,
  slots: usize,
  right: usize,
  rightCount: i32,
  begin: i32,
  left: usize,
  count: i32,
  out: usize,
): i32 {
  for (let row = begin, end = begin + rightCount; row < end; row++) {
    store<i32>(slots + 4 * <usize>load<i32>(toLeft + 4 * <usize>load<i32>(right)), row);
    right += 4;
  }
  let absent = 0;
  for (const end = left + 4 * <usize>count; left < end; left += 4) {
    const found = load<i32>(slots + 4 * <usize>load<i32>(left));
    const none = (found - begin) >> 31;
    store<i32>(out, found | none);
    absent += none;
    out += 4;
  }
  return count + absent;
}

/** marks[i] |= more[i], `count` being a multiple of four: a row that is -1 in either is absent. */
export function markAbsent(marks: usize, more: usize, count: usize): void {
  for (const end = marks + 4 * count; marks < end; marks += 16) {
    v128.store(marks, v128.or(v128.load(marks), v128.load(more)));
    more += 16;
  }
}

/**
 * Those of `count` values, a multiple of four, whose mark is not negative, to `out`, which needs room for all; gives how
 * many there are.
 */
export function keep(values: usize, marks: usize, count: usize, out: usize): usize {
  const begin = out;
  for (const end = marks + 4 * count; marks < end; marks += 16) {
    const absent = <usize>i32x4.bitmask(v128.load(marks));
    v128.store(out, v128.swizzle(v128.load(values), v128.load(SHUFFLES + 16 * absent)));
    out += 16 - 4 * popcnt(absent);
    values += 16;
  }
  return (out - begin) >> 2;
}

/** `keep` of the numbers first, first + 1, … */
export function keepNumbers(first: u32, marks: usize, count: usize, out: usize): usize {
  const begin = out;
  let numbers = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  for (const end = marks + 4 * count; marks < end; marks += 16) {
    const absent = <usize>i32x4.bitmask(v128.load(marks));
    v128.store(out, v128.swizzle(numbers, v128.load(SHUFFLES + 16 * absent)));
    out += 16 - 4 * popcnt(absent);
    numbers = i32x4.add(numbers, i32x4.splat(4));
  }
  return (out - begin) >> 2;
}

/** For each set of absent lanes of four the bytes of the others, moved together; then whatever. */
const SHUFFLES: usize = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3,
  0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3,
  8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 0, 1, 2, 3,
  4, 5, 6, 7, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3,
  12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3,
  4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3,
  8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 2, 3,
  4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
], 16);
