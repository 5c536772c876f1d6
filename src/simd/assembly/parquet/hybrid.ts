// The hybrid of runs and packed bits (Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"): `count` numbers of `width`
// bits each at the bytes [from, end). They become 32 bits each at `out`. False where the bytes end before the numbers do.
export function hybrid(from: usize, end: usize, width: u32, count: u32, out: usize): bool {
  const bytes: usize = (width + 7) >> 3;
  const mask: u64 = ((1 as u64) << width) - 1;
  const stop = out + (<usize>count << 2);
  while (out < stop) {
    if (width == 0 && from >= end) { // a dictionary of one entry needs no run
      memory.fill(out, 0, stop - out);
      return true;
    }
    const header = varint(from, end);
    if (header < 0) return false;
    from = past;
    const room: u64 = (stop - out) >> 2;
    if (header & 1) {
      const packed: u64 = min((<u64>header >> 1) << 3, room);
      if (packed == 0 || <u64>(end - from) < (packed * width + 7) >> 3) return false;
      unpack(from, width, mask, <u32>packed, out);
      const whole: u64 = (<u64>header >> 1) * width;
      from = whole < <u64>(end - from) ? from + <usize>whole : end;
      out += <usize>packed << 2;
      continue;
    }
    const run: u64 = min(<u64>header >> 1, room);
    if (run == 0 || <usize>(end - from) < bytes) return false;
    let value: u32 = 0;
    for (let b: usize = 0; b < bytes; b++) value |= (load<u8>(from + b) as u32) << (<u32>b << 3);
    from += bytes;
    const last = out + (<usize>run << 2);
    for (; out < last; out += 4) store<u32>(out, value);
  }
  return true;
}

// Definition levels of a flat column: one byte each at `out`, 1 where the cell is there. Gives how many are; −1 where the
// bytes end before the levels do.
export function levels(from: usize, end: usize, count: u32, out: usize): i32 {
  const stop = out + <usize>count;
  let present: i32 = 0;
  while (out < stop) {
    const header = varint(from, end);
    if (header < 0) return -1;
    from = past;
    const room: u64 = stop - out;
    if (header & 1) {
      const packed: u64 = min((<u64>header >> 1) << 3, room);
      if (packed == 0 || <u64>(end - from) < (packed + 7) >> 3) return -1;
      for (let i: u32 = 0; i < <u32>packed; i++) {
        const bit = ((load<u8>(from + (i >> 3)) as u32) >> (i & 7)) & 1;
        store<u8>(out + i, <u8>bit);
        present += bit;
      }
      const whole: u64 = <u64>header >> 1;
      from = whole < <u64>(end - from) ? from + <usize>whole : end;
      out += <usize>packed;
      continue;
    }
    const run: u64 = min(<u64>header >> 1, room);
    if (run == 0 || from >= end) return -1;
    const level = load<u8>(from++);
    if (level > 1) return -1;
    memory.fill(out, level, <usize>run);
    if (level) present += <i32>run;
    out += <usize>run;
  }
  return present;
}

// Where the number ended that was last read.
let past: usize = 0;

// A number of at most 35 bits in groups of seven; negative where it does not end.
// @ts-ignore: decorator
@inline
function varint(from: usize, end: usize): i64 {
  let value: i64 = 0;
  for (let shift: i64 = 0; shift < 35; shift += 7) {
    if (from >= end) return -1;
    const byte = load<u8>(from++) as i64;
    value |= (byte & 127) << shift;
    if (byte < 128) {
      past = from;
      return value;
    }
  }
  return -1;
}

// It reads up to eight bytes from each number's first one on.
// @ts-ignore: decorator
@inline
function unpack(from: usize, width: u32, mask: u64, count: u32, out: usize): void {
  let bit: u64 = 0;
  for (let i: u32 = 0; i < count; i++, bit += width, out += 4) {
    store<u32>(out, <u32>((load<u64>(from + <usize>(bit >> 3)) >> (bit & 7)) & mask));
  }
}
