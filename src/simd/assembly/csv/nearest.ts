/** Powers of five from 5^-LEAST on, each as 128 bits: the upper 64, then the lower. */
const LEAST: i32 = 100;
const MOST: i32 = 100;

/**
 * The float64 nearest to mantissa · 10^exponent, ties to even; NaN where that takes more than these 128 bits to tell, or it
 * is not a normal number. Source: D. Lemire, "Number parsing at a gigabyte per second" (2021), of whose algorithm this is
 * the part for -100 ≤ exponent ≤ 100.
 */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function nearest(mantissa: u64, exponent: i32, powers: usize): f64 {
  if (mantissa == 0) return 0;
  // Both exact: one operation, rounded once.
  if (mantissa <= <u64>1 << 53) {
    if (exponent >= 0 && exponent <= 22) return <f64>mantissa * load<f64>(TENS + 8 * <usize>exponent);
    if (exponent < 0 && exponent >= -22) return <f64>mantissa / load<f64>(TENS - 8 * <usize>exponent);
  }
  return byProduct(mantissa, exponent, powers);
}

function byProduct(mantissa: u64, exponent: i32, powers: usize): f64 {
  if (exponent < -LEAST || exponent > MOST) return NaN;
  const power = powers + 16 * <usize>(exponent + LEAST);
  const zeros = <i32>clz(mantissa);
  const shifted = mantissa << zeros;
  const upper = load<u64>(power);
  let low = shifted * upper;
  let high = upperOf(shifted, upper);
  if ((high & 0x1ff) == 0x1ff) {
    const more = upperOf(shifted, load<u64>(power, 8));
    low += more;
    if (low < more) high++;
    if (low == u64.MAX_VALUE && (exponent < -27 || exponent > 55)) return NaN;
  }
  const top = <i32>(high >> 63);
  let bits = high >> (top + 9);
  let binary = (((152170 + 65536) * exponent) >> 16) + 63 + top - zeros + 1023;
  if (binary <= 0 || binary >= 0x7fe) return NaN;
  // Halfway between two: to the even one.
  if (low <= 1 && exponent >= -4 && exponent <= 23 && (bits & 3) == 1 && bits << (top + 9) == high) bits &= ~1;
  bits += bits & 1;
  bits >>= 1;
  if (bits >= <u64>2 << 52) {
    bits = <u64>1 << 52;
    binary++;
  }
  return reinterpret<f64>((bits & ~(<u64>1 << 52)) | (<u64>binary << 52));
}

/** The upper 64 bits of a product. */
function upperOf(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  return aHigh * bHigh + (middle >> 32) + ((aLow * bHigh + (middle & 0xffffffff)) >> 32);
}

const TENS = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
  1e20, 1e21, 1e22,
]);
