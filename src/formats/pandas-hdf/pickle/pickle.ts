/**
 * The values of attributes that PyTables pickled: lists, tuples and dicts of text and numbers, in pickle's
 * protocol 0, which is lines of text. Anything that would call Python code is kept as a mark and never acted on.
 * Text that is no such pickle gives undefined.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Opaque
  | PickleValue[]
  | Map<PickleValue, PickleValue>;

/** A Python object that is not rebuilt: something with a name, or what a call would give. */
export class Opaque {
  /** Of a class or function: its module and name, as in `pytz.FixedOffset`. */
  readonly name: string | undefined;
  /** Of what a call would give: what is called, and with which arguments. */
  readonly callee: PickleValue | undefined;
  readonly args: PickleValue | undefined;

  constructor(name?: string, callee?: PickleValue, args?: PickleValue) {
    this.name = name;
    this.callee = callee;
    this.args = args;
  }
}

const MARK = Symbol("mark");
type StackItem = PickleValue | typeof MARK;

export function parsePickle(text: string): PickleValue | undefined {
  try {
    return new Unpickler(text).run();
  } catch (error) {
    if (error instanceof NotAPickle) return undefined;
    throw error;
  }
}

class NotAPickle extends Error {}

class Unpickler {
  private at = 0;
  private readonly stack: StackItem[] = [];
  private readonly memo = new Map<string, PickleValue>();

  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  run(): PickleValue {
    while (this.at < this.text.length) {
      const code = this.text[this.at++]!;
      if (code === ".") return this.pop();
      this.step(code);
    }
    throw new NotAPickle();
  }

  private step(code: string): void {
    switch (code) {
      case "(":
        this.stack.push(MARK);
        break;
      case "N":
        this.stack.push(null);
        break;
      case "I":
      case "L":
      case "F":
        this.stack.push(number(code, this.line()));
        break;
      case "V":
        this.stack.push(this.line().replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, unescapeUnicode));
        break;
      case "S":
        this.stack.push(this.line().slice(1, -1));
        break;
      case "l":
      case "t":
        this.stack.push(this.toMark());
        break;
      case "d":
        this.stack.push(pairs(new Map(), this.toMark()));
        break;
      case "a":
        this.append();
        break;
      case "s":
        this.setItem();
        break;
      case "p":
        this.memo.set(this.line(), this.top());
        break;
      case "g":
        this.get(this.line());
        break;
      case "0":
        this.pop();
        break;
      case "c": // a global: its module and name
        this.stack.push(new Opaque(`${this.line()}.${this.line()}`));
        break;
      case "R": {
        const [args, callee] = [this.pop(), this.pop()];
        this.stack.push(new Opaque(undefined, callee, args));
        break;
      }
      case "b": // sets an object's state
        this.pop();
        this.pop();
        this.stack.push(new Opaque());
        break;
      default:
        throw new NotAPickle();
    }
  }

  private line(): string {
    const end = this.text.indexOf("\n", this.at);
    if (end < 0) throw new NotAPickle();
    const line = this.text.slice(this.at, end);
    this.at = end + 1;
    return line;
  }

  private top(): PickleValue {
    const item = this.stack.at(-1);
    if (item === undefined || item === MARK) throw new NotAPickle();
    return item;
  }

  private pop(): PickleValue {
    const item = this.top();
    this.stack.pop();
    return item;
  }

  private toMark(): PickleValue[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw new NotAPickle();
    const items = this.stack.splice(mark) as PickleValue[];
    return items.slice(1);
  }

  private append(): void {
    const item = this.pop();
    const list = this.top();
    if (!Array.isArray(list)) throw new NotAPickle();
    list.push(item);
  }

  private setItem(): void {
    const [value, key, map] = [this.pop(), this.pop(), this.top()];
    if (!(map instanceof Map)) throw new NotAPickle();
    map.set(key, value);
  }

  private get(name: string): void {
    const value = this.memo.get(name);
    if (value === undefined) throw new NotAPickle();
    this.stack.push(value);
  }
}

function number(code: string, line: string): PickleValue {
  if (code === "I" && (line === "00" || line === "01")) return line === "01";
  const value = Number(code === "L" ? line.replace(/L$/, "") : line);
  if (line === "" || Number.isNaN(value)) throw new NotAPickle();
  return value;
}

function pairs(map: Map<PickleValue, PickleValue>, items: PickleValue[]): Map<PickleValue, PickleValue> {
  for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i]!, items[i + 1]!);
  return map;
}

function unescapeUnicode(_: string, short: string | undefined, long: string | undefined): string {
  const point = Number.parseInt((short ?? long)!, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
}

/** The texts of a pickled list or tuple of texts and numbers, or undefined. */
export function pickledNames(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const names = value.map((item) => (typeof item === "number" ? String(item) : item));
  return names.every((name) => typeof name === "string") ? names : undefined;
}
