import { asInt64 } from "../../columns/cells.js";
import type { RowKeys } from "../../columns/table.js";
import type { KeyKind } from "../../names/key-columns.js";
import { timesOfTexts } from "../key-times.js";
import { type ArrowColumn, isText, type Storage } from "./column.js";
import { ownTimezone, TIMEZONE_KEY } from "./own-metadata.js";

/** Rows read at a time. */
const SLAB_ROWS = 1 << 16;

/**
 * Which key a field can be. Whole numbers name instruments, or days, by their digits; a column of nulls, which pandas
 * writes for a frame without rows, names none.
 */
export function keyKind(storage: Storage | undefined): KeyKind {
  if (storage?.kind === "time") return "time";
  if (storage?.kind === "fixed") return storage.type.includes("int") ? "name" : undefined;
  return storage && (isText(storage) || storage.kind === "null") ? "name" : undefined;
}

/**
 * The keys of an Arrow or Parquet table from its two key columns. Codes of a dictionary stay where they are
 * and are read by range; plain datetimes and texts are turned into levels and codes, 4 bytes a row. `metadata` is
 * that of the schema.
 */
export function arrowKeys(
  datetime: ArrowColumn,
  instrument: ArrowColumn,
  metadata: ReadonlyMap<string, string>,
): RowKeys {
  const times = datetime.field.storage.kind === "time" ? datetimeLevel(datetime) : textTimes(datetime);
  datetime.release();
  const { storage, dictionary } = instrument.field;
  const timezone = times.timezone ?? ownTimezone(metadata.get(TIMEZONE_KEY));
  const common = {
    rowCount: datetime.length,
    datetimes: times.level,
    readDatetimeCodes: (first: number, last: number) => times.codes.subarray(first, last),
    timezone,
  };
  if (dictionary && !dictionary.cells) {
    const readInstrumentCodes = (first: number, last: number) => instrument.readCodes(first, last);
    return { ...common, instruments: dictionary.entries, readInstrumentCodes };
  }
  const names = nameLevel(instrument, storage);
  instrument.release();
  const readInstrumentCodes = (first: number, last: number) => names.codes.subarray(first, last);
  return { ...common, instruments: names.level, readInstrumentCodes };
}

interface DatetimeLevel {
  readonly level: BigInt64Array;
  readonly codes: Int32Array;
  readonly timezone: string | undefined;
}

/** Times as text or digits. */
function textTimes(column: ArrowColumn): DatetimeLevel {
  const { storage, dictionary, name } = column.field;
  const own = dictionary && !dictionary.cells;
  const codes = own ? Int32Array.from(column.readCodes(0, column.length)) : undefined;
  const names = own ? { level: dictionary.entries, codes: codes! } : nameLevel(column, storage);
  const rowOf = (code: number) => names.codes.indexOf(code);
  const { datetimes, timezone } = timesOfTexts(names.level, column.label, name, rowOf);
  return { level: datetimes, codes: names.codes, timezone };
}

interface NameLevel {
  readonly level: string[];
  readonly codes: Int32Array;
}

function nameLevel(column: ArrowColumn, storage: Storage): NameLevel {
  if (storage.kind === "null") return { level: [], codes: new Int32Array(column.length).fill(-1) };
  return isText(storage) ? textLevel(column) : wholeNumberLevel(column);
}

/** The distinct whole numbers of a column as their digits, and the position of each row's; −1: missing. */
function wholeNumberLevel(column: ArrowColumn): NameLevel {
  const codes = new Int32Array(column.length);
  const level = new Int64Level();
  const isSigned = !column.type.startsWith("u");
  for (let first = 0; first < column.length; first += SLAB_ROWS) {
    const last = Math.min(first + SLAB_ROWS, column.length);
    const { values, mask } = column.read(first, last);
    const part = codes.subarray(first, last);
    level.encode(asInt64(values as Int32Array | BigInt64Array), part);
    if (mask) for (let i = 0; i < part.length; i++) if (mask[i] === 0) part[i] = -1;
  }
  const digits = (value: bigint) => String(isSigned ? value : BigInt.asUintN(64, value));
  return { level: Array.from(level.values(), digits), codes };
}

/** The distinct values of a datetime column in order of appearance, and the position of each row's among them. */
function datetimeLevel(column: ArrowColumn): DatetimeLevel {
  const codes = new Int32Array(column.length);
  const level = new Int64Level();
  for (let first = 0; first < column.length; first += SLAB_ROWS) {
    const last = Math.min(first + SLAB_ROWS, column.length);
    level.encode(column.read(first, last).values as BigInt64Array, codes.subarray(first, last));
  }
  const { storage } = column.field;
  return { level: level.values(), codes, timezone: storage.kind === "time" ? storage.timezone : undefined };
}

/** Gives 64-bit integers codes by order of appearance, by an open-addressing table over their two words. */
export class Int64Level {
  #words = new Int32Array(2 * 1024);
  #table = new Int32Array(4096).fill(-1);
  #count = 0;
  #last = -1;

  /** codes[i] = the code of values[i]. */
  encode(values: BigInt64Array, codes: Int32Array): void {
    const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let i = 0; i < values.length; i++) {
      const [low, high] = [words[2 * i]!, words[2 * i + 1]!];
      const same =
        this.#last >= 0 && this.#words[2 * this.#last] === low && this.#words[2 * this.#last + 1] === high;
      if (!same) this.#last = this.#code(low, high);
      codes[i] = this.#last;
    }
  }

  values(): BigInt64Array {
    return new BigInt64Array(this.#words.buffer.slice(0, 8 * this.#count));
  }

  #code(low: number, high: number): number {
    let slot = this.#slot(low, high);
    for (let code = this.#table[slot]!; code >= 0; code = this.#table[slot]!) {
      if (this.#words[2 * code] === low && this.#words[2 * code + 1] === high) return code;
      slot = (slot + 1) & (this.#table.length - 1);
    }
    if (2 * this.#count === this.#words.length) this.#grow();
    this.#words[2 * this.#count] = low;
    this.#words[2 * this.#count + 1] = high;
    this.#put(this.#count);
    return this.#count++;
  }

  #slot(low: number, high: number): number {
    const mixed = Math.imul(
      Math.imul(low ^ (low >>> 15), 0x2c1b3c6d) ^ Math.imul(high, 0x297a2d39),
      0x85ebca6b,
    );
    return (mixed ^ (mixed >>> 13)) & (this.#table.length - 1);
  }

  #put(code: number): void {
    let slot = this.#slot(this.#words[2 * code]!, this.#words[2 * code + 1]!);
    while (this.#table[slot]! >= 0) slot = (slot + 1) & (this.#table.length - 1);
    this.#table[slot] = code;
  }

  #grow(): void {
    const words = new Int32Array(2 * this.#words.length);
    words.set(this.#words);
    this.#words = words;
    this.#table = new Int32Array(2 * this.#table.length).fill(-1);
    for (let code = 0; code < this.#count; code++) this.#put(code);
  }
}

/** The distinct texts of a column, decoded once each, and the position of each row's among them; −1: missing. */
function textLevel(column: ArrowColumn): NameLevel {
  const codes = new Int32Array(column.length);
  let count = 0;
  const names = new Map<number, { bytes: Uint8Array; code: number }[]>();
  let row = 0;
  for (const chunk of column.chunks) {
    for (let first = 0; first < chunk.length; first += SLAB_ROWS) {
      const last = Math.min(first + SLAB_ROWS, chunk.length);
      const { ends, bytes } = column.readText(chunk, first, last);
      const present = column.readPresent(chunk, first, last);
      for (let i = 0; i < last - first; i++, row++) {
        if (present?.[i] === 0) {
          codes[row] = -1;
          continue;
        }
        const [a, b] = [ends[i]!, ends[i + 1]!];
        const hash = hashBytes(bytes, a, b);
        const bucket = names.get(hash);
        const known = bucket?.find((entry) => sameBytes(entry.bytes, bytes, a, b));
        if (known) {
          codes[row] = known.code;
          continue;
        }
        const entry = { bytes: bytes.slice(a, b), code: count++ };
        if (bucket) bucket.push(entry);
        else names.set(hash, [entry]);
        codes[row] = entry.code;
      }
    }
  }
  const texts = new Array<string>(count);
  for (const bucket of names.values())
    for (const { bytes, code } of bucket) texts[code] = column.decode(bytes);
  return { level: texts, codes };
}

/** FNV-1a. */
function hashBytes(bytes: Uint8Array, first: number, last: number): number {
  let hash = 0x811c9dc5;
  for (let i = first; i < last; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

function sameBytes(name: Uint8Array, bytes: Uint8Array, first: number, last: number): boolean {
  if (name.length !== last - first) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[first + i]) return false;
  return true;
}
