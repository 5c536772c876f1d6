import { NotAPickle, type PickleValue } from "./values.js";

const utf8 = new TextDecoder("utf-8", { fatal: true });
/** Texts, such as columns of names, are up to this long in practice; a longer length is damage. */
const MOST_BYTES = 2 ** 31;
/** Python itself reads no whole number of more digits from text (sys.int_info.default_max_str_digits). */
const MOST_DIGITS = 4300;

/** The bytes of a pickle, taken from front to back. @throws NotAPickle where there are fewer than asked for */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  skip(size: number): number {
    const at = this.#at;
    if (!(size >= 0 && size <= this.#bytes.length - at)) throw new NotAPickle("it ends too early");
    this.#at += size;
    return at;
  }

  /** A whole number without a sign, little-endian. */
  count(size: 1 | 2 | 4 | 8): number {
    const at = this.skip(size);
    if (size === 1) return this.#view.getUint8(at);
    if (size === 2) return this.#view.getUint16(at, true);
    if (size === 4) return this.#view.getUint32(at, true);
    const length = Number(this.#view.getBigUint64(at, true));
    if (length > MOST_BYTES) throw new NotAPickle("it ends too early");
    return length;
  }

  int32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.skip(8), false);
  }

  /** The next bytes, shared with the pickle's own. */
  bytes(size: number): Uint8Array {
    const at = this.skip(size);
    return this.#bytes.subarray(at, at + size);
  }

  text(size: number): string {
    return decoded(this.bytes(size), (bytes) => utf8.decode(bytes));
  }

  latin1(size: number): string {
    return Buffer.from(this.bytes(size)).toString("latin1");
  }

  /** Up to the end of the line, which is passed over; one character a byte. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new NotAPickle("it ends too early");
    const line = this.latin1(end - this.#at);
    this.#at = end + 1;
    return line;
  }

  /** A whole number of so many bytes, little-endian with a sign. */
  long(size: number): PickleValue {
    if (size > MOST_DIGITS) throw new NotAPickle("a whole number in it has too many digits");
    const digits = Buffer.from(this.bytes(size)).reverse().toString("hex");
    const signed = BigInt.asIntN(8 * size, BigInt(`0x0${digits}`));
    return exact(signed);
  }
}

function decoded(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): string {
  try {
    return decode(bytes);
  } catch {
    throw new NotAPickle("a text in it is not UTF-8");
  }
}

/** A number in a line of protocol 0. */
export function numberOfLine(line: string, isLong: boolean): PickleValue {
  if (!isLong && (line === "00" || line === "01")) return line === "01";
  const digits = isLong ? line.replace(/L$/, "") : line;
  const value = Number(digits);
  if (digits.trim() === "" || Number.isNaN(value)) throw new NotAPickle(`"${line}" is no number`);
  if (!/^[+-]?\d+$/.test(digits)) return value;
  if (digits.length > MOST_DIGITS) throw new NotAPickle("a whole number in it has too many digits");
  return exact(BigInt(digits));
}

/** A whole number as a float64 where one is equal to it. */
function exact(whole: bigint): number | bigint {
  const value = Number(whole);
  return Number.isFinite(value) && BigInt(value) === whole ? value : whole;
}

/** A text in a line of protocol 0, where what Latin-1 lacks is escaped. */
export function textOfLine(line: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short?: string, long?: string) => {
    const point = Number.parseInt((short ?? long)!, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
  });
}
