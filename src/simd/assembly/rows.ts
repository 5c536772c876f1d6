// Looks up the rows of instruments in one session; see panel/row-finder.ts for the words of the table.
// For each instrument, four bytes each: where its word lies from `words` on, its bit, the bits below it, and what
// `seen` gathers: all bits set where it has a row. There are a multiple of four; those that only fill it up have no bit.
// Row numbers go to `rows` (32 bits), the instruments' own numbers to `numbers` (16 bits). Gives how many rows there are.

export function lookUp(
  words: usize,
  places: usize,
  bits: usize,
  below: usize,
  seen: usize,
  bytes: usize,
  firstRow: u32,
  rows: usize,
  numbers: usize,
): usize {
  const first = i32x4.splat(firstRow);
  let number = i32x4(0, 1, 2, 3);
  let found: usize = 0;
  for (let i: usize = 0; i < bytes; i += 16) {
    let word = v128.load32_zero(words + load<u32>(places + i));
    word = v128.load_lane<u32>(words + load<u32>(places + i, 4), word, 1);
    word = v128.load_lane<u32>(words + load<u32>(places + i, 8), word, 2);
    word = v128.load_lane<u32>(words + load<u32>(places + i, 12), word, 3);
    const before = i32x4.add(i32x4.shr_u(word, 8), i8x16.popcnt(v128.and(word, v128.load(below + i))));
    const row = i32x4.add(first, before);
    const has = i32x4.ne(v128.and(word, v128.load(bits + i)), i32x4.splat(0));
    v128.store(seen + i, v128.or(v128.load(seen + i), has));
    // Most instruments trade: four that do are stored at once, others one by one, over the one before that does not.
    if (i32x4.all_true(has)) {
      v128.store(rows + 4 * found, row);
      store<u64>(numbers + 2 * found, i64x2.extract_lane(i16x8.narrow_i32x4_u(number, number), 0));
      found += 4;
    } else {
      const from = i32x4.extract_lane(number, 0);
      found = one(rows, numbers, found, i32x4.extract_lane(row, 0), from, i32x4.extract_lane(has, 0));
      found = one(rows, numbers, found, i32x4.extract_lane(row, 1), from + 1, i32x4.extract_lane(has, 1));
      found = one(rows, numbers, found, i32x4.extract_lane(row, 2), from + 2, i32x4.extract_lane(has, 2));
      found = one(rows, numbers, found, i32x4.extract_lane(row, 3), from + 3, i32x4.extract_lane(has, 3));
    }
    number = i32x4.add(number, i32x4.splat(4));
  }
  return found;
}

@inline
function one(rows: usize, numbers: usize, at: usize, row: u32, number: u32, has: i32): usize {
  store<u32>(rows + 4 * at, row);
  store<u16>(numbers + 2 * at, number);
  return at - has;
}
