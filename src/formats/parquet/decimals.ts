import { ParquetFault } from "./fault.js";
import type { FixedCells } from "./fixed-cells.js";
import { MOST_DECIMAL_BYTES } from "./schema-fields.js";

/** A decimal's digits as an integer, from its bytes: two's complement, the highest first. */
export function integerOfBytes(bytes: Uint8Array, first: number, last: number): bigint {
  if (last - first > MOST_DECIMAL_BYTES) throw new ParquetFault(`a decimal of it has ${last - first} bytes`);
  let value = 0n;
  for (let i = first; i < last; i++) value = (value << 8n) | BigInt(bytes[i]!);
  return BigInt.asIntN(8 * (last - first), value);
}

/** The integers of decimals as they lie in a file, of `width` bytes each where these are bytes. */
export function decimalIntegers(stored: FixedCells, width: number): bigint[] {
  if (stored instanceof Uint8Array)
    return Array.from({ length: stored.length / width }, (_, i) =>
      integerOfBytes(stored, i * width, (i + 1) * width),
    );
  return Array.from(stored as Int32Array, (value) => BigInt(value));
}

/** Decimals of at most 15 digits: both are exact, so that the quotient is the number nearest to the decimal. */
export function decimalNumbers(stored: FixedCells, width: number, scale: number): Float64Array {
  const unit = 10 ** scale;
  if (stored instanceof Int32Array) return Float64Array.from(stored, (value) => value / unit);
  return Float64Array.from(decimalIntegers(stored, width), (value) => Number(value) / unit);
}

/** A decimal as SQL and Python print it. */
export function decimalText(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}

/** The number whose digits are the decimal's; undefined where no float64 has them. */
export function exactNumber(value: bigint, scale: number): number | undefined {
  const text = decimalText(value, scale);
  const number = Number(text);
  const back =
    Math.abs(number) < 1e21
      ? number.toFixed(scale)
      : decimalText(BigInt(number) * 10n ** BigInt(scale), scale);
  return back === text || value === 0n ? number : undefined;
}
