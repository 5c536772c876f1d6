// Of the 16-bit codes at the bytes [from, to), a multiple of 16: writes the number of each that its successor differs
// from, as 32 bits from the byte `out` on; gives the end of what it wrote. There are few.

export function changes(from: usize, to: usize, out: usize): usize {
  for (; from + 64 <= to; from += 64) {
    const a = differ(from);
    const b = differ(from + 16);
    const c = differ(from + 32);
    const d = differ(from + 48);
    if (v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) {
      out = numbers(a, from, out);
      out = numbers(b, from + 16, out);
      out = numbers(c, from + 32, out);
      out = numbers(d, from + 48, out);
    }
  }
  for (; from < to; from += 16) out = numbers(differ(from), from, out);
  return out;
}

@inline
function differ(from: usize): v128 {
  return i16x8.ne(v128.load(from, 2), v128.load(from));
}

function numbers(found: v128, from: usize, out: usize): usize {
  for (let bits = i16x8.bitmask(found); bits; bits &= bits - 1) {
    store<u32>(out, <u32>(from >> 1) + ctz(bits));
    out += 4;
  }
  return out;
}
