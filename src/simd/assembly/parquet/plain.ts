// One byte at `out` for each of `count` bits from the byte `from` on.
export function bits(from: usize, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    store<u8>(out + i, <u8>(((load<u8>(from + (i >> 3)) as u32) >> (i & 7)) & 1));
  }
}

// BYTE_STREAM_SPLIT: the first bytes of all `count` cells, then their second ones, … become cells of `width` bytes.
export function splitStreams(from: usize, count: u32, width: u32, out: usize): void {
  for (let b: u32 = 0; b < width; b++) {
    let to = out + b;
    for (let i: u32 = 0; i < count; i++, from++, to += width) store<u8>(to, load<u8>(from));
  }
}

// PLAIN texts, a length of 32 bits before each: where each begins, in bytes from `from` on, as 32 bits at `starts`, and where
// each ends at `ends`. False where the bytes end before the texts do.
export function textEnds(from: usize, end: usize, count: u32, starts: usize, ends: usize): bool {
  const begin = from;
  for (let i: u32 = 0; i < count; i++, starts += 4, ends += 4) {
    if (end - from < 4) return false;
    const length: usize = load<u32>(from);
    from += 4;
    if (<usize>(end - from) < length) return false;
    store<u32>(starts, <u32>(from - begin));
    from += length;
    store<u32>(ends, <u32>(from - begin));
  }
  return true;
}
