import { ByteReader, numberOfLine, textOfLine } from "./byte-reader.js";
import { NotAPickle, PickledName, PickledObject, type PickleValue, UnknownName } from "./values.js";

const MARK = Symbol("mark");
type StackItem = PickleValue | typeof MARK;

/**
 * The value of a pickle, of any protocol from 0 to 5. A pickle is a program for a stack; this runs those of its operations
 * that put values together and none that would import, call or build anything: a call becomes a `PickledObject` that
 * says what would be called. Sources: Python's pickle.py and pickletools.py.
 * @param knows whether a class or function may be named; any, where it is left out
 * @throws NotAPickle, UnknownName
 */
export function readPickle(bytes: Uint8Array, knows?: (name: string) => boolean): PickleValue {
  return new Unpickler(bytes, knows).run();
}

class Unpickler {
  readonly #bytes: ByteReader;
  readonly #knows: ((name: string) => boolean) | undefined;
  readonly #stack: StackItem[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(bytes: Uint8Array, knows: ((name: string) => boolean) | undefined) {
    this.#bytes = new ByteReader(bytes);
    this.#knows = knows;
  }

  run(): PickleValue {
    for (;;) {
      const code = String.fromCharCode(this.#bytes.count(1));
      if (code === ".") return this.#pop();
      const operation = OPERATIONS[code];
      if (!operation) throw new NotAPickle(`the operation ${JSON.stringify(code)} is not known`);
      operation(this, this.#bytes);
    }
  }

  push(item: StackItem): void {
    this.#stack.push(item);
  }

  pushMark(): void {
    this.#stack.push(MARK);
  }

  #top(): PickleValue {
    const item = this.#stack.at(-1);
    if (item === undefined || item === MARK) throw new NotAPickle("it takes what is not there");
    return item;
  }

  #pop(): PickleValue {
    const item = this.#top();
    this.#stack.pop();
    return item;
  }

  drop(): void {
    this.#pop();
  }

  repeat(): void {
    this.push(this.#top());
  }

  sinceMark(): PickleValue[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new NotAPickle("it takes what is not there");
    return this.#stack.splice(mark).slice(1) as PickleValue[];
  }

  tuple(size: number): void {
    const items = Array.from({ length: size }, () => this.#pop());
    this.push(items.reverse());
  }

  append(items: readonly PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw new NotAPickle("it appends to what is no list");
    for (const item of items) list.push(item);
  }

  appendOne(): void {
    const item = this.#pop();
    this.append([item]);
  }

  set(pairs: readonly PickleValue[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || pairs.length % 2 !== 0)
      throw new NotAPickle("it sets items of what is no dict");
    for (let i = 0; i < pairs.length; i += 2) dict.set(pairs[i]!, pairs[i + 1]!);
  }

  setOne(): void {
    const [value, key] = [this.#pop(), this.#pop()];
    this.set([key, value]);
  }

  dict(): void {
    const pairs = this.sinceMark();
    this.push(new Map());
    this.set(pairs);
  }

  remember(slot = this.#memo.size): void {
    this.#memo.set(slot, this.#top());
  }

  recall(slot: number): void {
    const value = this.#memo.get(slot);
    if (value === undefined) throw new NotAPickle("it recalls what it has not kept");
    this.push(value);
  }

  name(module: PickleValue, name: PickleValue): void {
    const whole = `${String(module)}.${String(name)}`;
    if (this.#knows && !this.#knows(whole)) throw new UnknownName(whole);
    this.push(new PickledName(whole));
  }

  nameOnStack(): void {
    const [name, module] = [this.#pop(), this.#pop()];
    this.name(module, name);
  }

  call(): void {
    const [args, callee] = [this.#pop(), this.#pop()];
    this.push(new PickledObject(callee, args));
  }

  build(): void {
    const state = this.#pop();
    const object = this.#top();
    if (!(object instanceof PickledObject)) throw new NotAPickle("it sets the state of what is no object");
    object.state = state;
  }
}

type Operation = (to: Unpickler, bytes: ByteReader) => void;

/** The operations by their code, in the order of Python's pickletools. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  I: (to, bytes) => to.push(numberOfLine(bytes.line(), false)),
  J: (to, bytes) => to.push(bytes.int32()),
  K: (to, bytes) => to.push(bytes.count(1)),
  M: (to, bytes) => to.push(bytes.count(2)),
  L: (to, bytes) => to.push(numberOfLine(bytes.line(), true)),
  "\x8a": (to, bytes) => to.push(bytes.long(bytes.count(1))),
  "\x8b": (to, bytes) => to.push(bytes.long(bytes.int32())),
  S: (to, bytes) => to.push(bytes.line().slice(1, -1)),
  T: (to, bytes) => to.push(bytes.latin1(bytes.int32())),
  U: (to, bytes) => to.push(bytes.latin1(bytes.count(1))),
  B: (to, bytes) => to.push(bytes.bytes(bytes.count(4))),
  C: (to, bytes) => to.push(bytes.bytes(bytes.count(1))),
  "\x8e": (to, bytes) => to.push(bytes.bytes(bytes.count(8))),
  "\x96": (to, bytes) => to.push(bytes.bytes(bytes.count(8))),
  N: (to) => to.push(null),
  "\x88": (to) => to.push(true),
  "\x89": (to) => to.push(false),
  V: (to, bytes) => to.push(textOfLine(bytes.line())),
  "\x8c": (to, bytes) => to.push(bytes.text(bytes.count(1))),
  X: (to, bytes) => to.push(bytes.text(bytes.count(4))),
  "\x8d": (to, bytes) => to.push(bytes.text(bytes.count(8))),
  F: (to, bytes) => to.push(numberOfLine(bytes.line(), false)),
  G: (to, bytes) => to.push(bytes.float64()),
  "]": (to) => to.push([]),
  a: (to) => to.appendOne(),
  e: (to) => to.append(to.sinceMark()),
  l: (to) => to.push(to.sinceMark()),
  ")": (to) => to.push([]),
  t: (to) => to.push(to.sinceMark()),
  "\x85": (to) => to.tuple(1),
  "\x86": (to) => to.tuple(2),
  "\x87": (to) => to.tuple(3),
  "}": (to) => to.push(new Map()),
  d: (to) => to.dict(),
  s: (to) => to.setOne(),
  u: (to) => to.set(to.sinceMark()),
  "0": (to) => to.drop(),
  "2": (to) => to.repeat(),
  "(": (to) => to.pushMark(),
  g: (to, bytes) => to.recall(slotOf(bytes.line())),
  h: (to, bytes) => to.recall(bytes.count(1)),
  j: (to, bytes) => to.recall(bytes.count(4)),
  p: (to, bytes) => to.remember(slotOf(bytes.line())),
  q: (to, bytes) => to.remember(bytes.count(1)),
  r: (to, bytes) => to.remember(bytes.count(4)),
  "\x94": (to) => to.remember(),
  c: (to, bytes) => to.name(bytes.line(), bytes.line()),
  "\x93": (to) => to.nameOnStack(),
  R: (to) => to.call(),
  b: (to) => to.build(),
  "\x81": (to) => to.call(),
  "\x80": (_, bytes) => bytes.skip(1),
  "\x95": (_, bytes) => bytes.skip(8),
};

function slotOf(line: string): number {
  const slot = Number(line);
  if (line.trim() === "" || !Number.isInteger(slot))
    throw new NotAPickle(`"${line}" is no place in the memo`);
  return slot;
}
