// Cells that are there, one after another at `cells`, on their rows at `out`, and `missing` on the others. `present` has a byte
// for each of `rows`.
export function spread8(cells: usize, present: usize, rows: u32, missing: u32, out: usize): void {
  spread<u8>(cells, present, rows, <u8>missing, out);
}

export function spread16(cells: usize, present: usize, rows: u32, missing: u32, out: usize): void {
  spread<u16>(cells, present, rows, <u16>missing, out);
}

export function spread32(cells: usize, present: usize, rows: u32, missing: u32, out: usize): void {
  spread<u32>(cells, present, rows, missing, out);
}

export function spread64(cells: usize, present: usize, rows: u32, missing: u64, out: usize): void {
  spread<u64>(cells, present, rows, missing, out);
}

// @ts-ignore: decorator
@inline
function spread<T>(cells: usize, present: usize, rows: u32, missing: T, out: usize): void {
  const end = present + <usize>rows;
  for (; present < end; present++, out += sizeof<T>()) {
    if (load<u8>(present)) {
      store<T>(out, load<T>(cells));
      cells += sizeof<T>();
    } else {
      store<T>(out, missing);
    }
  }
}

// Multiplies 64-bit numbers in place; false where one becomes larger than 64 bits hold, and then some are multiplied already.
// NaT, the least number, stays.
export function scale64(cells: usize, count: u32, by: i64): bool {
  const most = i64.MAX_VALUE / by;
  const end = cells + (<usize>count << 3);
  for (; cells < end; cells += 8) {
    const value = load<i64>(cells);
    if (value == i64.MIN_VALUE) continue;
    if (value > most || value < -most) return false;
    store<i64>(cells, value * by);
  }
  return true;
}
