// Copies the cells whose numbers, less `base`, are the 32-bit ones at the bytes [rows, end) from `cells` to `out`.

export function pick32(rows: usize, end: usize, base: u32, cells: usize, out: usize): void {
  for (; rows < end; rows += 4, out += 4) store<u32>(out, load<u32>(cells + ((load<u32>(rows) - base) << 2)));
}

export function pick64(rows: usize, end: usize, base: u32, cells: usize, out: usize): void {
  for (; rows < end; rows += 4, out += 8) store<u64>(out, load<u64>(cells + ((load<u32>(rows) - base) << 3)));
}
