/** A numpy array of Python objects that are all text or missing. */
export interface PickledTexts {
  readonly shape: readonly number[];
  /** In C order; None and NaN are null. */
  readonly texts: readonly (string | null)[];
}

/** What is on the stack and means nothing but its place. */
class Opaque {
  constructor(readonly what: string) {}
}

type Item = string | number | boolean | null | Opaque | Item[];

const MARK = new Opaque("mark");
const ARRAY = "an array that is being made";
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The texts of a pickled numpy array of objects, as pandas stores text columns in its fixed format (pickle
 * protocols 2 to 5). Nothing is called and nothing is built but texts: the few names such an array needs are known
 * by name, and anything else (other objects, other types) gives undefined.
 */
export function pickledTexts(bytes: Uint8Array): PickledTexts | undefined {
  try {
    return new Reader(bytes).run();
  } catch (error) {
    if (error instanceof NotTexts || error instanceof RangeError || error instanceof TypeError)
      return undefined;
    throw error;
  }
}

class NotTexts extends Error {}

class Reader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #stack: Item[] = [];
  readonly #memo: Item[] = [];
  #at = 0;
  #result: PickledTexts | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): PickledTexts | undefined {
    for (;;) {
      const code = String.fromCharCode(this.#number(1));
      if (code === ".") return this.#result;
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
      case "C": // bytes of the array's making, which say nothing
        this.#take(this.#number(1));
        stack.push(new Opaque("bytes"));
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
        if (!Array.isArray(list)) throw new NotTexts();
        for (const item of items) list.push(item);
        break;
      }
      case "a": {
        const item = this.#pop();
        const list = stack.at(-1);
        if (!Array.isArray(list)) throw new NotTexts();
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
        if (stack.length < size) throw new NotTexts();
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
        throw new NotTexts();
    }
  }

  /** The two calls that such a pickle has: an empty array, and the dtype of objects. */
  #call(): void {
    const [args, callee] = [this.#pop(), this.#pop()];
    const what = callee instanceof Opaque ? callee.what : "";
    if (/^numpy\.(_core|core)\.multiarray\._reconstruct$/.test(what)) this.#stack.push(new Opaque(ARRAY));
    else if (what === "numpy.dtype" && Array.isArray(args) && args[0] === "O8")
      this.#stack.push(new Opaque("O8"));
    else throw new NotTexts();
  }

  /** The array's state is (version, shape, dtype, is_fortran, items); a dtype's says nothing more. */
  #setState(): void {
    const state = this.#pop();
    const of = this.#stack.at(-1);
    if (!(of instanceof Opaque)) throw new NotTexts();
    if (of.what === "O8") return;
    if (of.what !== ARRAY || !Array.isArray(state) || state.length !== 5) throw new NotTexts();
    const [, shape, dtype, , items] = state;
    if (!Array.isArray(shape) || !Array.isArray(items)) throw new NotTexts();
    if (!(dtype instanceof Opaque) || dtype.what !== "O8") throw new NotTexts();
    const sizes = shape.map((size) => (typeof size === "number" ? size : Number.NaN));
    if (sizes.reduce((a, b) => a * b, 1) !== items.length) throw new NotTexts();
    this.#result = { shape: sizes, texts: items.map(textOf) };
  }

  #number(size: 1 | 2 | 4): number {
    const at = this.#skip(size);
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  /** A place in the memo; it is filled in order, so none can be beyond the bytes there are. */
  #slot(): number {
    const slot = this.#number(4);
    if (slot > this.#bytes.length) throw new NotTexts();
    return slot;
  }

  #recall(slot: number): void {
    const item = this.#memo[slot];
    if (item === undefined) throw new NotTexts();
    this.#stack.push(item);
  }

  #skip(size: number): number {
    const at = this.#at;
    this.#at += size;
    if (this.#at > this.#bytes.length) throw new NotTexts();
    return at;
  }

  #take(size: number): Uint8Array {
    const at = this.#skip(size);
    return this.#bytes.subarray(at, at + size);
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new NotTexts();
    const text = utf8.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  #pop(): Item {
    const item = this.#stack.pop();
    if (item === undefined || item === MARK) throw new NotTexts();
    return item;
  }

  #sinceMark(): Item[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new NotTexts();
    return this.#stack.splice(mark).slice(1);
  }
}

function textOf(item: Item): string | null {
  if (typeof item === "string") return item;
  if (item === null || (typeof item === "number" && Number.isNaN(item))) return null;
  throw new NotTexts();
}
