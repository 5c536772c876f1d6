// MurmurHash3_x64_128 by Austin Appleby, in the public domain, with the seed 0.
// Source: https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp

const C1: u64 = 0x87c37b91114253d5;
const C2: u64 = 0x4cf5ad432745937f;

// Of the bytes [from, to): writes two 64-bit numbers from the byte `out` on.
export function digest(from: usize, to: usize, out: usize): void {
  const length = <u64>(to - from);
  let h1: u64 = 0;
  let h2: u64 = 0;
  for (const end = from + ((to - from) & ~15); from < end; from += 16) {
    h1 = rotl(h1 ^ low(load<u64>(from)), 27) + h2;
    h1 = h1 * 5 + 0x52dce729;
    h2 = rotl(h2 ^ high(load<u64>(from, 8)), 31) + h1;
    h2 = h2 * 5 + 0x38495ab5;
  }
  h2 ^= high(rest(from + 8, to));
  h1 ^= low(rest(from, min(from + 8, to)));
  h1 ^= length;
  h2 ^= length;
  h1 += h2;
  h2 += h1;
  h1 = mixed(h1);
  h2 = mixed(h2);
  h1 += h2;
  h2 += h1;
  store<u64>(out, h1);
  store<u64>(out, h2, 8);
}

function low(part: u64): u64 {
  return rotl(part * C1, 31) * C2;
}

function high(part: u64): u64 {
  return rotl(part * C2, 33) * C1;
}

// The bytes [from, to), at most seven or eight of them, as a number; 0 of none.
function rest(from: usize, to: usize): u64 {
  let number: u64 = 0;
  for (; to > from; to--) number = (number << 8) | load<u8>(to - 1);
  return number;
}

function mixed(h: u64): u64 {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccd;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53;
  return h ^ (h >> 33);
}
