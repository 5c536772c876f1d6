// Ranks by session. A matrix of float32 lies row after row.

/** Digits of the radix sort, from the highest on: of 32 bits the lowest 8 are put in order at the end. */
const DIGITS: usize = 3;
const BUCKETS: usize = 256;

/**
 * Puts in place of each cell (average rank / count − 0.5) · spread among the numbers of its column; NaN stays. `work` has
 * room for two items of 64 bits a row and 3 × 256 counts of 32 bits.
 */
export function rankColumns(cells: usize, width: i32, rows: i32, spread: f64, work: usize): void {
  for (let c = 0; c < width; c++) rankColumn(cells + (<usize>c << 2), <usize>width << 2, rows, spread, work);
}

function rankColumn(cells: usize, step: usize, rows: i32, spread: f64, work: usize): void {
  const counts = work;
  let from = work + DIGITS * 4 * BUCKETS;
  let to = from + (<usize>rows << 3);
  memory.fill(counts, 0, DIGITS * 4 * BUCKETS);
  let end = from;
  let at = cells;
  for (let row = 0; row < rows; row++, at += step) {
    const x = load<f32>(at) + <f32>0; // −0 and 0 are one value
    if (x != x) continue;
    const bits = reinterpret<u32>(x);
    const key = bits ^ (<u32>(<i32>bits >> 31) | 0x80000000);
    store<u64>(end, (<u64>key << 32) | <u64>row);
    end += 8;
    for (let digit: usize = 0; digit < DIGITS; digit++) {
      const slot = counts + ((digit * BUCKETS + (<usize>(key >> <u32>((digit + 1) << 3)) & 255)) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
    }
  }
  const bytes = end - from;
  const count = <i32>(bytes >> 3);
  for (let digit: usize = 0; digit < DIGITS; digit++) {
    const table = counts + ((digit * BUCKETS) << 2);
    let sum: u32 = 0;
    let isOne = false;
    for (let slot = table; slot < table + 4 * BUCKETS; slot += 4) {
      const own = load<u32>(slot);
      isOne = isOne || own == <u32>count;
      store<u32>(slot, sum);
      sum += own;
    }
    if (isOne) continue; // all in one bucket: they are in order already
    const shift: u64 = 32 + ((digit + 1) << 3);
    for (let item = from; item < from + bytes; item += 8) {
      const own = load<u64>(item);
      const slot = table + ((<usize>(own >> shift) & 255) << 2);
      const place = load<u32>(slot);
      store<u32>(slot, place + 1);
      store<u64>(to + (<usize>place << 3), own);
    }
    const spare = from;
    from = to;
    to = spare;
  }
  finishOrder(from, bytes);
  giveRanks(from, bytes, cells, step, spread);
}

/** Items that differ in the lowest bits of their key alone stand next to each other: they are moved one by one. */
function finishOrder(from: usize, bytes: usize): void {
  for (let item = from + 8; item < from + bytes; item += 8) {
    const own = load<u64>(item);
    let place = item;
    while (place > from && load<u64>(place - 8) > own) {
      store<u64>(place, load<u64>(place - 8));
      place -= 8;
    }
    store<u64>(place, own);
  }
}

function giveRanks(from: usize, bytes: usize, cells: usize, step: usize, spread: f64): void {
  const count = <f64>(bytes >> 3);
  const end = from + bytes;
  for (let item = from; item < end; ) {
    const key = load<u32>(item + 4);
    let next = item + 8;
    while (next < end && load<u32>(next + 4) == key) next += 8;
    const rank = <f64>((item - from + (next - from)) >> 3) * 0.5 + 0.5;
    const out = <f32>((rank / count - 0.5) * spread);
    for (; item < next; item += 8) store<f32>(cells + <usize>load<u32>(item) * step, out);
  }
}
