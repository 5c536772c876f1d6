import { copyMatch } from "./copy-match";

// Decompresses a snappy block (google/snappy, format_description.txt) at the bytes [from, end) to exactly `length` bytes at
// `out`; false where it is damaged or holds another number of bytes.
export function snappy(from: usize, end: usize, out: usize, length: u32): bool {
  let size: u32 = 0;
  for (let shift: u32 = 0; ; shift += 7) {
    if (from >= end || shift > 28) return false;
    const byte = load<u8>(from++) as u32;
    size |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  if (size != length) return false;
  const begin = out;
  const stop = out + <usize>length;
  while (from < end) {
    const tag = load<u8>(from++) as u32;
    if ((tag & 3) == 0) {
      let count: usize = tag >> 2;
      if (count >= 60) {
        const more: usize = count - 59;
        if (<usize>(end - from) < more) return false;
        count = load<u32>(from) & ((0xffffffff as u32) >> (32 - (<u32>more << 3)));
        from += more;
      }
      count++;
      if (<usize>(end - from) < count || <usize>(stop - out) < count) return false;
      memory.copy(out, from, count);
      from += count;
      out += count;
      continue;
    }
    let count: usize, distance: usize;
    if ((tag & 3) == 1) {
      if (from >= end) return false;
      count = 4 + ((tag >> 2) & 7);
      distance = ((tag >> 5) << 8) | (load<u8>(from++) as u32);
    } else if ((tag & 3) == 2) {
      if (end - from < 2) return false;
      count = 1 + (tag >> 2);
      distance = load<u16>(from);
      from += 2;
    } else {
      if (end - from < 4) return false;
      count = 1 + (tag >> 2);
      distance = load<u32>(from);
      from += 4;
    }
    if (distance == 0 || distance > out - begin || <usize>(stop - out) < count) return false;
    copyMatch(out, distance, count, stop);
    out += count;
  }
  return out == stop;
}
