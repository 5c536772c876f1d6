import { formatNs } from "../../time.js";
import { plainCell } from "./numpy-array.js";
import { calleeOf, entryOf, itemsOf, PickledObject, type PickleValue } from "./values.js";

/** Values as JSON has them; a time is text such as `2020-03-02`, qlib's position an object. */
export type PlainData =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly PlainData[]
  | { readonly [key: string]: PlainData };

/** How deep values may lie in one another, and how many there may be: those that are shared count again. */
const MOST_DEPTH = 64;
const MOST_VALUES = 20_000_000;

/** What a pickle without a frame holds; undefined where some of it has no plain form, and of what has no end. */
export function plainData(value: PickleValue): PlainData | undefined {
  const converter = new Converter();
  return converter.convert(value, 0);
}

class Converter {
  #left = MOST_VALUES;

  convert(value: PickleValue, depth: number): PlainData | undefined {
    if (depth > MOST_DEPTH || --this.#left < 0) return undefined;
    if (Array.isArray(value)) return this.#list(value, depth);
    if (value instanceof Map) return this.#dict(value, depth);
    const ns = timestampNs(value);
    if (ns !== undefined) return formatNs(ns);
    if (calleeOf(value) !== POSITION) return plainCell(value);
    const held = entryOf((value as PickledObject).state, "position");
    return held instanceof Map ? this.#position(held, depth) : undefined;
  }

  #list(list: readonly PickleValue[], depth: number): PlainData | undefined {
    const items: PlainData[] = [];
    for (const item of list) {
      const own = this.convert(item, depth + 1);
      if (own === undefined) return undefined;
      items.push(own);
    }
    return items;
  }

  #dict(dict: ReadonlyMap<PickleValue, PickleValue>, depth: number): Record<string, PlainData> | undefined {
    const entries: [string, PlainData][] = [];
    for (const [key, value] of dict) {
      const [name, own] = [this.convert(key, depth + 1), this.convert(value, depth + 1)];
      if (name === undefined || own === undefined || typeof name === "object") return undefined;
      entries.push([String(name), own]);
    }
    return Object.fromEntries(entries);
  }

  /** qlib's Position: cash, the account's value, and by code the amount, price, weight and days of what is held. */
  #position(held: ReadonlyMap<PickleValue, PickleValue>, depth: number): PlainData | undefined {
    const plain = this.#dict(held, depth + 1);
    if (plain === undefined) return undefined;
    const { cash = null, now_account_value = null, cash_delay, ...stocks } = plain;
    return { cash, now_account_value, ...(cash_delay !== undefined && { cash_delay }), stocks };
  }
}

const POSITION = "qlib.backtest.position.Position";

/** Epoch nanoseconds of a pandas Timestamp without a zone; undefined of any other value. */
export function timestampNs(value: PickleValue): bigint | undefined {
  const isTimestamp = /^pandas\._libs\.tslibs\.timestamps\.(Timestamp|_unpickle_timestamp)$/;
  if (!(value instanceof PickledObject) || !isTimestamp.test(calleeOf(value) ?? "")) return undefined;
  const [ticks, , zone, unit] = itemsOf(value.args);
  if (zone != null || (typeof ticks !== "number" && typeof ticks !== "bigint")) return undefined;
  const unitNs = unit === undefined ? 1n : UNITS.get(Number(unit));
  return unitNs === undefined ? undefined : BigInt(ticks) * unitNs;
}

/** numpy's number of each unit (NPY_DATETIMEUNIT). */
const UNITS: ReadonlyMap<number, bigint> = new Map([
  [7, 1_000_000_000n],
  [8, 1_000_000n],
  [9, 1_000n],
  [10, 1n],
]);
