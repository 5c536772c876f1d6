// Rows in the order of (time, code): a time of 16 bits each, or of 32 where they are `wide`, at the byte `times`, a code of
// 16 bits at `codes`. `before` and `after` are the time and code of the row before the first one, negative where there is none.
//
// Counts the rows of each time from the first one's on, as 32 bits at `counts`, and sets the byte `marks` + code of all
// rows of the last time and of every `every`th. Gives how many times it counted; 0 where a row is not after the one
// before it, or has a negative time or code, one of `codeCount` or more, or a time beyond that of the last row.

import { mark } from "./mark";

export function sortedRows(
  wide: bool,
  times: usize,
  codes: usize,
  rows: i32,
  before: i32,
  after: i32,
  codeCount: i32,
  counts: usize,
  marks: usize,
  every: i32,
): i32 {
  return wide
    ? count<i32>(times, codes, rows, before, after, codeCount, counts, marks, every)
    : count<i16>(times, codes, rows, before, after, codeCount, counts, marks, every);
}

@inline
function count<Time>(
  times: usize, codes: usize, rows: i32, before: i32, after: i32, codeCount: i32, counts: usize, marks: usize, every: i32,
): i32 {
  const first = timeOf<Time>(times, 0);
  const final = timeOf<Time>(times, rows - 1);
  let time = first;
  if (time < 0 || time < before || codeOf(codes, 0) < 0) return 0;
  if (time == before && codeOf(codes, 0) <= after) return 0;
  let start = 0;
  while (true) {
    const end = endOfRun<Time>(times, codes, start + 1, rows, time);
    if (codeOf(codes, end - 1) >= codeCount) return 0;
    store<i32>(counts + ((time - first) << 2), end - start);
    if (time % every == 0 || end == rows) mark(codes + (start << 1), codes + (end << 1), marks);
    if (end == rows) return time - first + 1;
    const next = timeOf<Time>(times, end);
    if (next <= time || next > final || codeOf(codes, end) < 0) return 0;
    for (time++; time < next; time++) store<i32>(counts + ((time - first) << 2), 0);
    start = end;
  }
}

// The first of the rows [row, rows) that has not both this time and a greater code than the row before; `rows` if all do.
@inline
function endOfRun<Time>(times: usize, codes: usize, row: i32, rows: i32, time: i32): i32 {
  const all = sizeof<Time>() == 2 ? i16x8.splat(<i16>time) : i32x4.splat(time);
  for (; row + 32 <= rows; row += 32) {
    const a = goesOn<Time>(times, codes, row, all);
    const b = goesOn<Time>(times, codes, row + 8, all);
    const c = goesOn<Time>(times, codes, row + 16, all);
    const d = goesOn<Time>(times, codes, row + 24, all);
    if (!i16x8.all_true(v128.and(v128.and(a, b), v128.and(c, d)))) break;
  }
  for (; row + 8 <= rows; row += 8) {
    const ended = i16x8.bitmask(goesOn<Time>(times, codes, row, all)) ^ 0xff;
    if (ended) return row + ctz(ended);
  }
  while (row < rows && timeOf<Time>(times, row) == time && codeOf(codes, row) > codeOf(codes, row - 1)) row++;
  return row;
}

@inline
function goesOn<Time>(times: usize, codes: usize, row: i32, time: v128): v128 {
  const at = times + <usize>row * sizeof<Time>();
  const code = codes + (row << 1);
  const same =
    sizeof<Time>() == 2
      ? i16x8.eq(v128.load(at), time)
      : i16x8.narrow_i32x4_s(i32x4.eq(v128.load(at), time), i32x4.eq(v128.load(at, 16), time));
  return v128.and(same, i16x8.gt_s(v128.load(code), v128.load(code - 2)));
}

@inline
function timeOf<Time>(times: usize, row: i32): i32 {
  return <i32>load<Time>(times + <usize>row * sizeof<Time>());
}

@inline
function codeOf(codes: usize, row: i32): i32 {
  return <i32>load<i16>(codes + (row << 1));
}
