// Copies rows of `words` 32-bit words, those whose numbers, less `base`, are the 32-bit ones at the bytes [numbers, end),
// from `rows` to `out`, one after another.
export function copyRows(numbers: usize, end: usize, base: u32, words: u32, rows: usize, out: usize): void {
  const bytes = <usize>words << 2;
  for (; numbers < end; numbers += 4) {
    let from = rows + <usize>(load<u32>(numbers) - base) * bytes;
    for (const rowEnd = out + bytes; out < rowEnd; out += 4, from += 4) store<u32>(out, load<u32>(from));
  }
}
