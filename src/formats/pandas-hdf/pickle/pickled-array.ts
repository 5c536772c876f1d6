import { exact, numpyScalar } from "./numpy-scalar.js";

/** A text, number, bool, None or pd.NA (both null); undefined for any other object. */
export type PickledCell = string | number | boolean | null | undefined;

/** A numpy array of Python objects. */
export interface PickledArray {
  readonly shape: readonly number[];
  /** In C order. */
  readonly cells: readonly PickledCell[];
}

/** What is on the stack and means nothing but its place. */
class Opaque {
  constructor(readonly what: string) {}
}

type Item = string | number | boolean | null | Uint8Array | Opaque | Item[];

const MARK = new Opaque("mark");
const ARRAY = "an array that is being made";
const OTHER = new Opaque("any other object");
/** What a dtype is marked by, before its name. */
const DTYPE = "dtype ";
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The cells of a pickled numpy array of objects, as pandas stores columns of them in its fixed format (pickle
 * protocols 3 to 5). Nothing is called and nothing is built but texts and numbers: the few names such an array needs are
 * known by name, and what is no such array gives undefined.
 */
export function pickledArray(bytes: Uint8Array): PickledArray | undefined {
  try {
    return new Reader(bytes).run();
  } catch (error) {
    if (error instanceof NotAnArray || error instanceof RangeError || error instanceof TypeError)
      return undefined;
    throw error;
  }
}

class NotAnArray extends Error {}

class Reader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #stack: Item[] = [];
  readonly #memo: Item[] = [];
  #at = 0;
  #result: PickledArray | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): PickledArray | undefined {
    for (;;) {
      const code = String.fromCharCode(this.#number(1));
      if (code === ".") return isArray(this.#pop()) ? this.#result : undefined;
      this.#step(code);
    }
  }

  #step(code: string): void {
    const stack = this.#stack;
    switch (code) {
      case "\x80": // PROTO
        this.#at += 1;
        break;
      case "\x95": // FRAME
        this.#at += 8;
        break;
      case "\x8c":
        stack.push(utf8.decode(this.#take(this.#number(1))));
        break;
      case "X":
        stack.push(utf8.decode(this.#take(this.#number(4))));
        break;
      case "C":
        stack.push(this.#take(this.#number(1)));
        break;
      case "K":
        stack.push(this.#number(1));
        break;
      case "M":
        stack.push(this.#number(2));
        break;
      case "J":
        stack.push(this.#view.getInt32(this.#skip(4), true));
        break;
      case "\x8a":
        stack.push(wholeNumber(this.#take(this.#number(1))));
        break;
      case "G":
        stack.push(this.#view.getFloat64(this.#skip(8), false));
        break;
      case "N":
        stack.push(null);
        break;
      case "\x88":
      case "\x89":
        stack.push(code === "\x88");
        break;
      case "(":
        stack.push(MARK);
        break;
      case "]":
      case ")":
        stack.push([]);
        break;
      case "e": {
        const items = this.#sinceMark();
        const list = stack.at(-1);
        if (!Array.isArray(list)) throw new NotAnArray();
        for (const item of items) list.push(item);
        break;
      }
      case "a": {
        const item = this.#pop();
        const list = stack.at(-1);
        if (!Array.isArray(list)) throw new NotAnArray();
        list.push(item);
        break;
      }
      case "t":
        stack.push(this.#sinceMark());
        break;
      case "\x85":
      case "\x86":
      case "\x87": {
        const size = code.charCodeAt(0) - 0x84;
        if (stack.length < size) throw new NotAnArray();
        stack.push(stack.splice(-size));
        break;
      }
      case "\x94":
        this.#memo.push(stack.at(-1)!);
        break;
      case "q":
        this.#memo[this.#number(1)] = stack.at(-1)!;
        break;
      case "r":
        this.#memo[this.#slot()] = stack.at(-1)!;
        break;
      case "h":
        this.#recall(this.#number(1));
        break;
      case "j":
        this.#recall(this.#slot());
        break;
      case "c":
        stack.push(new Opaque(`${this.#line()}.${this.#line()}`));
        break;
      case "\x93": {
        const [name, module] = [this.#pop(), this.#pop()];
        stack.push(new Opaque(`${String(module)}.${String(name)}`));
        break;
      }
      case "R":
        this.#call();
        break;
      case "b":
        this.#setState();
        break;
      default:
        throw new NotAnArray();
    }
  }

  /** The calls that are known: an empty array, a dtype, a number of numpy's. */
  #call(): void {
    const [args, callee] = [this.#pop(), this.#pop()];
    const [, name] = /^numpy\.(?:_core\.|core\.)?((?:multiarray\.)?\w+)$/.exec(nameOf(callee)) ?? [];
    const [first, second] = Array.isArray(args) ? args : [];
    if (name === "multiarray._reconstruct") this.#stack.push(new Opaque(ARRAY));
    else if (name === "dtype") this.#stack.push(new Opaque(`${DTYPE}${String(first)}`));
    else if (name === "multiarray.scalar") this.#stack.push(numberOf(first, second));
    else this.#stack.push(OTHER);
  }

  /** The array's state is (version, shape, dtype, is_fortran, items); a dtype's begins with (version, byte order). */
  #setState(): void {
    const state = this.#pop();
    const of = this.#stack.at(-1);
    const what = nameOf(of);
    if (!Array.isArray(state)) throw new NotAnArray();
    if (what.startsWith(DTYPE) && state[1] !== ">") return;
    if (what !== ARRAY || state.length !== 5) throw new NotAnArray();
    const [, shape, dtype, , items] = state;
    if (!Array.isArray(shape) || !Array.isArray(items)) throw new NotAnArray();
    if (nameOf(dtype) !== `${DTYPE}O8`) throw new NotAnArray();
    const sizes = shape.map((size) => (typeof size === "number" ? size : Number.NaN));
    if (sizes.reduce((a, b) => a * b, 1) !== items.length) throw new NotAnArray();
    this.#result = { shape: sizes, cells: items.map(cellOf) };
  }

  #number(size: 1 | 2 | 4): number {
    const at = this.#skip(size);
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  /** A place in the memo; it is filled in order, so none can be beyond the bytes there are. */
  #slot(): number {
    const slot = this.#number(4);
    if (slot > this.#bytes.length) throw new NotAnArray();
    return slot;
  }

  #recall(slot: number): void {
    const item = this.#memo[slot];
    if (item === undefined) throw new NotAnArray();
    this.#stack.push(item);
  }

  #skip(size: number): number {
    const at = this.#at;
    this.#at += size;
    if (this.#at > this.#bytes.length) throw new NotAnArray();
    return at;
  }

  #take(size: number): Uint8Array {
    const at = this.#skip(size);
    return this.#bytes.subarray(at, at + size);
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new NotAnArray();
    const text = utf8.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  #pop(): Item {
    const item = this.#stack.pop();
    if (item === undefined || item === MARK) throw new NotAnArray();
    return item;
  }

  #sinceMark(): Item[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new NotAnArray();
    return this.#stack.splice(mark).slice(1);
  }
}

function nameOf(item: Item | undefined): string {
  return item instanceof Opaque ? item.what : "";
}

function isArray(item: Item): boolean {
  return nameOf(item) === ARRAY;
}

function numberOf(dtype: Item | undefined, bytes: Item | undefined): Item {
  const name = nameOf(dtype);
  if (!name.startsWith(DTYPE) || !(bytes instanceof Uint8Array)) return OTHER;
  return numpyScalar(name.slice(DTYPE.length), bytes) ?? OTHER;
}

/** Of a whole number in any number of bytes. */
function wholeNumber(bytes: Uint8Array): Item {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return exact(BigInt.asIntN(8 * bytes.length, value)) ?? OTHER;
}

/** How pandas pickles pd.NA. */
const NA = "pandas._libs.missing.NA";

function cellOf(item: Item): PickledCell {
  if (item === null || nameOf(item) === NA) return null;
  return typeof item === "object" ? undefined : item;
}
