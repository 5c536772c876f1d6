const LEAST = -100;
const MOST = 100;
const UPPER = 64n;

let powers: BigUint64Array | undefined;

/**
 * The 128 most significant bits of 5^n for n from -100 to 100, as upper and lower 64: of negative n rounded up, as the
 * loop that finds the nearest float64 (assembly/csv/nearest.ts) asks for.
 */
export function powersOfFive(): BigUint64Array {
  if (powers) return powers;
  powers = new BigUint64Array(2 * (MOST - LEAST + 1));
  for (let n = LEAST; n <= MOST; n++) {
    const bits = n < 0 ? inverse(-n) : leading(5n ** BigInt(n));
    powers[2 * (n - LEAST)] = bits >> UPPER;
    powers[2 * (n - LEAST) + 1] = BigInt.asUintN(64, bits);
  }
  return powers;
}

/** A number moved so that it has 128 bits; what is below them is cut off. */
function leading(number: bigint): bigint {
  const by = 128 - number.toString(2).length;
  return by >= 0 ? number << BigInt(by) : number >> BigInt(-by);
}

/** 1 / 5^n. Up to 27 it is rounded up at the last of 128 bits, beyond at one that lies further down. */
function inverse(n: number): bigint {
  const power = 5n ** BigInt(n);
  const length = (power - 1n).toString(2).length;
  const bits = n <= 27 ? length + 127 : 2 * length + 128;
  return leading((1n << BigInt(bits)) / power + 1n);
}
