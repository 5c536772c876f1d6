// Copies `count` bytes that lie `distance` before `out`, which may overlap what is written: then they repeat. It may write up
// to 7 bytes more than asked, but none from `stop` on.
// @ts-ignore: decorator
@inline
export function copyMatch(out: usize, distance: usize, count: usize, stop: usize): void {
  const last = out + count;
  if (distance >= 8 && last + 8 <= stop) {
    for (; out < last; out += 8) store<u64>(out, load<u64>(out - distance));
    return;
  }
  for (; out < last; out++) store<u8>(out, load<u8>(out - distance));
}
