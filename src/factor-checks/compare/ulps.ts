const double = new Float64Array(2);
const words = new Uint32Array(double.buffer);
const single = new Float32Array(2);
const singleBits = new Uint32Array(single.buffer);

/** How many float64 numbers lie from one to the other; NaN where either is NaN. Exact up to 2^53. */
export function ulpsApart(a: number, b: number): number {
  if (a === b) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  double[0] = Math.abs(a);
  double[1] = Math.abs(b);
  const sign = a < 0 !== b < 0 ? 1 : -1; // of two signs, the ways to zero add up
  return Math.abs((words[1]! + sign * words[3]!) * 2 ** 32 + (words[0]! + sign * words[2]!));
}

/** The same among float32 numbers, to which both are rounded. */
export function singleUlpsApart(a: number, b: number): number {
  single[0] = Math.abs(a);
  single[1] = Math.abs(b);
  if (Math.fround(a) === Math.fround(b)) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  return Math.abs(a < 0 !== b < 0 ? singleBits[0]! + singleBits[1]! : singleBits[0]! - singleBits[1]!);
}
