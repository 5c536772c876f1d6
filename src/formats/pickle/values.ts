/** What a pickle holds: plain values as they are, and of Python's objects a description, never the thing itself. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint // a whole number that no float64 is equal to
  | string
  | Uint8Array
  | PickledName
  | PickledObject
  | PickleValue[] // a list or a tuple
  | Map<PickleValue, PickleValue>;

/** A class or function by its module and name, as in `pytz.FixedOffset`. */
export class PickledName {
  constructor(readonly name: string) {}
}

/** What a call of a class or function would give. */
export class PickledObject {
  /** What __setstate__ would be called with. */
  state: PickleValue | undefined;

  constructor(
    /** What would be called. */
    readonly callee: PickleValue,
    readonly args: PickleValue,
  ) {}
}

/** Bytes that are no whole pickle, or hold an operation that only Python could do. */
export class NotAPickle extends Error {}

/** A class or function that the reader does not know. */
export class UnknownName extends Error {
  constructor(readonly unknown: string) {
    super(unknown);
  }
}

/** The name of a class or function; undefined of anything else. */
export function nameOf(value: PickleValue | undefined): string | undefined {
  return value instanceof PickledName ? value.name : undefined;
}

/** The name of what would be called to make an object; undefined of anything else. */
export function calleeOf(value: PickleValue | undefined): string | undefined {
  return value instanceof PickledObject ? nameOf(value.callee) : undefined;
}

/** The value under a text in a dict; undefined where there is none, or where it is no dict. */
export function entryOf(dict: PickleValue | undefined, key: string): PickleValue | undefined {
  return dict instanceof Map ? dict.get(key) : undefined;
}

/** The items of a list or tuple; none of anything else. */
export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] {
  return Array.isArray(value) ? value : [];
}
