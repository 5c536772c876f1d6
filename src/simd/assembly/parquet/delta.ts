// DELTA_BINARY_PACKED (Encodings.md, "Delta Encoding"): exactly `count` numbers at the bytes [from, end), to `out` as 32 or
// 64 bits each. Gives where their bytes end; 0 where they are damaged.
export function delta32(from: usize, end: usize, count: u32, out: usize): usize {
  return decode<i32>(from, end, count, out);
}

export function delta64(from: usize, end: usize, count: u32, out: usize): usize {
  return decode<i64>(from, end, count, out);
}

const MOST_IN_BLOCK: u64 = 1 << 24;

// @ts-ignore: decorator
@inline
function decode<T>(from: usize, end: usize, count: u32, out: usize): usize {
  past = from;
  const inBlock = varint(end);
  const minis = varint(end);
  const total = varint(end);
  let value = zigzag(varint(end));
  if (isDamaged || total != count || minis == 0 || inBlock == 0 || inBlock > MOST_IN_BLOCK) return damaged();
  const inMini = inBlock / minis;
  if (inMini == 0 || inMini % 8 != 0) return damaged();
  if (count == 0) return past;
  store<T>(out, <T>value);
  let left = total - 1;
  out += sizeof<T>();
  while (left > 0) {
    const least = zigzag(varint(end));
    const widths = past;
    if (isDamaged || <u64>(end - past) < minis) return damaged();
    past += <usize>minis;
    for (let m: u64 = 0; m < minis && left > 0; m++) {
      const width = load<u8>(widths + <usize>m) as u32;
      const some = min(inMini, left);
      if (width > 64 || <u64>(end - past) < (some * width + 7) >> 3) return damaged();
      let bit: u64 = 0;
      for (let i: u64 = 0; i < some; i++, bit += width, out += sizeof<T>()) {
        value += least + packed(past + <usize>(bit >> 3), <u32>(bit & 7), width);
        store<T>(out, <T>value);
      }
      left -= some;
      const whole = (inMini * width) >> 3;
      past = whole < <u64>(end - past) ? past + <usize>whole : end;
    }
  }
  return past;
}

let past: usize = 0;
let isDamaged: bool = false;

function damaged(): usize {
  isDamaged = false;
  return 0;
}

function varint(end: usize): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    if (past >= end) break;
    const byte = load<u8>(past++) as u64;
    value |= (byte & 127) << shift;
    if (byte < 128) return value;
  }
  isDamaged = true;
  return 0;
}

// @ts-ignore: decorator
@inline
function zigzag(value: u64): i64 {
  return <i64>((value >> 1) ^ (0 - (value & 1)));
}

// A number of up to 64 bits that begins `shift` bits after the byte `at`.
// @ts-ignore: decorator
@inline
function packed(at: usize, shift: u32, width: u32): i64 {
  if (width == 0) return 0;
  let value = load<u64>(at) >> shift;
  if (shift + width > 64) value |= (load<u8>(at + 8) as u64) << (64 - shift);
  return <i64>(width == 64 ? value : value & (((1 as u64) << width) - 1));
}
