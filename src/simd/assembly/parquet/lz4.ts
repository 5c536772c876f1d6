import { copyMatch } from "./copy-match";

// Decompresses an LZ4 block (lz4_Block_format.md) at the bytes [from, end) to exactly `length` bytes at `out`; false where it
// is damaged or holds another number of bytes.
export function lz4(from: usize, end: usize, out: usize, length: u32): bool {
  const begin = out;
  const stop = out + <usize>length;
  while (from < end) {
    const token = load<u8>(from++) as u32;
    let literals: usize = token >> 4;
    if (literals == 15) {
      for (let more: u32 = 255; more == 255; literals += more) {
        if (from >= end) return false;
        more = load<u8>(from++);
      }
    }
    if (<usize>(end - from) < literals || <usize>(stop - out) < literals) return false;
    memory.copy(out, from, literals);
    from += literals;
    out += literals;
    if (from == end) break; // the last sequence has no match
    if (end - from < 2) return false;
    const distance: usize = load<u16>(from);
    from += 2;
    let count: usize = (token & 15) + 4;
    if (count == 19) {
      for (let more: u32 = 255; more == 255; count += more) {
        if (from >= end) return false;
        more = load<u8>(from++);
      }
    }
    if (distance == 0 || distance > out - begin || <usize>(stop - out) < count) return false;
    copyMatch(out, distance, count, stop);
    out += count;
  }
  return out == stop;
}
