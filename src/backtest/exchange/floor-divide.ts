/**
 * Python's `x // y` of floats, bit for bit: the quotient of what is left without the remainder, corrected where it was
 * rounded down by one (CPython: float_floor_div).
 */
export function floorDivide(x: number, y: number): number {
  let rest = x % y;
  let quotient = (x - rest) / y;
  if (rest !== 0 && y < 0 !== rest < 0) {
    rest += y;
    quotient -= 1;
  }
  if (quotient === 0) return x / y < 0 ? -0 : 0;
  const floored = Math.floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}
