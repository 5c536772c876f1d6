// Of the 16-bit codes at the bytes [from, to), a multiple of 16: writes the number of each that its successor differs
// from, or is not greater than, as 32 bits from the byte `out` on; gives the end of what it wrote.

export function changes(from: usize, to: usize, out: usize): usize {
  for (; from < to; from += 16) out = numbers(i16x8.ne(v128.load(from, 2), v128.load(from)), from, out);
  return out;
}

export function descents(from: usize, to: usize, out: usize): usize {
  for (; from < to; from += 16) out = numbers(i16x8.le_s(v128.load(from, 2), v128.load(from)), from, out);
  return out;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function numbers(found: v128, from: usize, out: usize): usize {
  for (let bits = i16x8.bitmask(found); bits; bits &= bits - 1) {
    store<u32>(out, <u32>(from >> 1) + ctz(bits));
    out += 4;
  }
  return out;
}
