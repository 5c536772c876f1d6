// Numbers from bytes, without a text for each cell: what is rare goes by way of one.

const [SPACE, PLUS, MINUS, POINT, ZERO, NINE] = [0x20, 0x2b, 0x2d, 0x2e, 0x30, 0x39];
/** Whole numbers of so many digits are exact in a float64, and so is one power of ten that they are divided by. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** The float64 that the bytes [start, end) name, rounded as strtod rounds; undefined where they name none. */
export function floatOf(bytes: Buffer, start: number, end: number): number | undefined {
  let at = start;
  const isNegative = bytes[at] === MINUS;
  if (isNegative || bytes[at] === PLUS) at++;
  let [value, digits, point] = [0, 0, -1];
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
      digits++;
    } else if (byte === POINT && point < 0) point = digits;
    else break;
  }
  if (at < end || digits === 0 || digits > EXACT_DIGITS) return byText(bytes, start, end);
  // One division of two exact numbers is rounded once, as it should be.
  const size = point < 0 ? value : value / POWERS[digits - point]!;
  return isNegative ? -size : size;
}

function byText(bytes: Buffer, start: number, end: number): number | undefined {
  const text = bytes.toString("latin1", start, end).trim();
  if (FLOAT.test(text)) return Number(text);
  const sign = INFINITE.exec(text)?.[1];
  if (sign === undefined) return undefined;
  return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/**
 * The whole number that the bytes [start, end) name: a number where a float64 holds it, else a bigint; undefined where
 * they name none, or begin with a zero as codes do.
 */
export function wholeOf(bytes: Buffer, start: number, end: number): number | bigint | undefined {
  let [from, to] = [start, end];
  while (from < to && bytes[from] === SPACE) from++;
  while (to > from && bytes[to - 1] === SPACE) to--;
  let at = from;
  const isNegative = bytes[at] === MINUS;
  if (isNegative || bytes[at] === PLUS) at++;
  const first = at;
  let value = 0;
  for (; at < to; at++) {
    const byte = bytes[at]!;
    if (byte < ZERO || byte > NINE) return undefined;
    value = value * 10 + (byte - ZERO);
  }
  const digits = to - first;
  if (digits === 0 || (digits > 1 && bytes[first] === ZERO)) return undefined;
  if (digits <= EXACT_DIGITS) return isNegative ? -value : value;
  const text = bytes.toString("latin1", first, to);
  return isNegative ? -BigInt(text) : BigInt(text);
}

/** Whether the bytes are digits alone, with a sign or not: a number that is too large, or a code that begins with zeros. */
export function isDigits(text: string): boolean {
  return /^\s*[+-]?\d+\s*$/.test(text);
}
