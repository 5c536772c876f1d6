import type { ColumnData, ColumnSource, LevelCodes, RowKeys } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { findKeys, type KeyField, type KeyNames } from "../../names/key-columns.js";
import { coldStartSpace, SPACE_BYTES } from "../../simd/cold-start.js";
import { stackAdvice } from "../key-advice.js";
import { timesOfTexts } from "../key-times.js";
import { type LevelCopy, refuseOtherLevels } from "../repeated-levels.js";
import { type AxisName, type Level, readLevel, storedArray } from "./array.js";
import { datetimeUnitNs } from "./field.js";
import type { H5Structure } from "./h5-structure.js";
import { H5T } from "./h5-types.js";
import { openRowStore, type RowStore } from "./row-store.js";
import { wallClock } from "./zone.js";

/** What the keys of a table are called besides. */
export interface NamedKeys extends RowKeys {
  readonly keyNames: KeyNames;
}

/**
 * The keys of a fixed-format frame (`axis` is axis1) or series (index): two levels and their codes. Levels that repeat
 * one of them under its name are left out.
 * @throws DataServiceError flat-index, unknown-field (a level that was named), corrupt, unsupported
 */
export function readLevelKeys(
  h5file: H5Structure,
  key: string,
  axis: string,
  given: KeyNames = {},
): NamedKeys {
  const { label } = h5file.file;
  const variety = h5file.text(key, `${axis}_variety`);
  const count = variety === "multi" ? Number(h5file.attribute(key, `${axis}_nlevels`)) : 1;
  if (!(count >= 2 && count <= MOST_LEVELS)) {
    if (variety !== "regular") throw flatIndex(label, key.slice(1), `an index of ${count} levels`);
    throw flatFrame(h5file, key, [{ name: "data" }], axis);
  }
  const codes = Array.from({ length: count }, (_, i) => codeReader(h5file, `${key}/${axis}_label${i}`, i));
  if (codes.every(({ rowCount }) => rowCount === 0)) return NO_KEYS; // levels without entries are pickled
  const levels = codes.map((own, i) => levelOf(h5file, `${key}/${axis}_level${i}`, own));
  const fields = levels.map(levelField);
  const index = fields.filter(({ name }, i) => fields.findIndex((other) => other.name === name) === i);
  const keys =
    index.length === 2 || given.datetime !== undefined ? findKeys(fields, index, given, label) : undefined;
  const [at, other] = [keys?.datetime, keys?.instrument].map((found) => (found ? fields.indexOf(found) : -1));
  if (at === undefined || other === undefined || at < 0 || other < 0) {
    const found = levels.map(({ name, kind }) => `${name ?? "unnamed"} (${kind})`);
    throw flatIndex(
      label,
      key.slice(1),
      `the index levels ${found.join(" and ")}`,
      levelAdvice(fields, index),
    );
  }
  const [times, names] = [codes[at]!, codes[other]!];
  if (codes.some(({ rowCount }) => rowCount !== times.rowCount)) {
    throw h5file.corrupt(`its index levels have ${codes.map(({ rowCount }) => rowCount).join(" and ")} rows`);
  }
  const { datetimes, timezone } = timesOf(levels[at]!, times, label);
  const found: NamedKeys = {
    rowCount: times.rowCount,
    datetimes,
    instruments: levels[other]!.texts!,
    readDatetimeCodes: times.read,
    readInstrumentCodes: names.read,
    session: (use) => h5file.file.session(use),
    timezone,
    keyNames: { datetime: fields[at]!.name, instrument: fields[other]!.name },
  };
  const copies = fields.flatMap((field, i): LevelCopy[] => {
    if (index.includes(field)) return [];
    const of = field.name === fields[at]!.name ? "datetime" : "instrument";
    return [{ of, cells: new LevelCells(levels[i]!, codes[i]!) }];
  });
  refuseOtherLevels(found, copies, label);
  return found;
}

/** Two keys, and each once more. */
const MOST_LEVELS = 4;

function levelField({ name, datetimes }: Level, i: number): KeyField {
  return { field: String(i), name: name ?? `level ${i}`, kind: datetimes ? "time" : "name" };
}

/** Times, or the texts or digits of them. */
function timesOf(level: Level, codes: CodeReader, label: string) {
  if (level.datetimes) return wallClock(level.datetimes, level.timezone, label);
  const rowOf = (code: number) => codes.read(0, codes.rowCount).indexOf(code);
  return timesOfTexts(level.texts!, label, level.name ?? "datetime", rowOf);
}

/** What makes two levels of more, or tells which two are meant. */
function levelAdvice(fields: readonly KeyField[], index: readonly KeyField[]): string {
  const datetime = index.find(({ kind }) => kind === "time");
  const instrument = index.find((field) => field !== datetime && field.kind === "name");
  if (index.length === 2)
    return `call the levels what they are, df.index.names = ["datetime", "instrument"] in their order,`;
  const extra = fields.filter((field) => field !== datetime && field !== instrument);
  return extra.length === 0 ? SET_INDEX : `df.droplevel([${extra.map(({ field }) => field).join(", ")}])`;
}

/** The cells of a level that repeats a key. */
class LevelCells implements ColumnSource {
  readonly type = "string";
  readonly length: number;

  constructor(
    readonly level: Level,
    readonly codes: CodeReader,
  ) {
    this.length = codes.rowCount;
  }

  read(first: number, last: number): ColumnData {
    const cells: ArrayLike<unknown> = this.level.datetimes ?? this.level.texts!;
    const values = Array.from(this.codes.read(first, last), (code) => {
      const cell = cells[code];
      return cell === undefined || cell === null ? null : String(cell);
    });
    return { values };
  }

  gather(rows: Uint32Array): ColumnData {
    const { values } = this.read(0, this.length);
    return { values: Array.from(rows, (row) => (values as (string | null)[])[row]!) };
  }
}

/** A level; one that no row refers to is without entries, which pandas pickles, as it does with what cannot be read. */
function levelOf(h5file: H5Structure, path: string, codes: CodeReader): Level {
  const kind = h5file.text(path, "kind");
  const isUnused = kind === "object" && codes.read(0, codes.rowCount).every((code) => code < 0);
  return isUnused ? { name: h5file.text(path, "name"), kind, texts: [] } : readLevel(h5file, path);
}

const NO_KEYS: NamedKeys = {
  keyNames: {},
  rowCount: 0,
  datetimes: new BigInt64Array(0),
  instruments: [],
  readDatetimeCodes: () => new Int8Array(0),
  readInstrumentCodes: () => new Int8Array(0),
};

/** What to do with columns that are the keys. */
export const SET_INDEX = 'df.set_index(["datetime", "instrument"]), by the names of those columns,';

export function flatIndex(label: string, key: string, has: string, advice = SET_INDEX): DataServiceError {
  return new DataServiceError(
    "flat-index",
    `${label}: "${key}" has ${has}, not the (datetime, instrument) index; in pandas, ${advice} before writing it`,
    { path: label, key },
  );
}

/**
 * That a frame has a flat index and no columns that are the keys, with what to do: of times it is to be stacked.
 * @param columns the names of its columns
 */
export function flatFrame(
  h5file: H5Structure,
  key: string,
  columns: readonly AxisName[],
  axis = "axis1",
): DataServiceError {
  const path = `${key}/${axis}`;
  const name = h5file.text(path, "name");
  const has = `a flat index${name ? ` "${name}"` : ""}`;
  const advice = flatAdvice(h5file.text(path, "kind"), columns);
  return flatIndex(h5file.file.label, key.slice(1), has, advice);
}

/** What to do with a flat index that holds values of a kind, as pandas calls it. */
export function flatAdvice(kind: string | undefined, columns: readonly AxisName[]): string {
  return datetimeUnitNs(kind) === undefined && kind !== "date" ? SET_INDEX : stackAdvice(columns);
}

interface CodeReader {
  readonly rowCount: number;
  read(first: number, last: number): LevelCodes;
}

function codeReader(h5file: H5Structure, path: string, level: number): CodeReader {
  const array = storedArray(h5file, path);
  if (array.isEmpty) return { rowCount: 0, read: () => new Int8Array(0) };
  if (array.type !== H5T.integer || array.shape.length !== 1) {
    throw h5file.corrupt(`${path} should hold one integer a row`);
  }
  const store = openRowStore(h5file, array);
  const codes = codesOf(array.size, array.signed);
  // Codes are read to where they will be compared. The buffer of others is held from read to read: its first touch takes
  // longer than reading into it.
  const isCompared =
    level < 2 && COMPARED.includes(array.size) && array.signed && store.inFile && store.rowCount > FEW_ROWS;
  let own: Uint8Array | undefined;
  const buffer = () => {
    const room = isCompared ? coldStartSpace(level as 0 | 1) : undefined;
    if (room) return room;
    own ??= new Uint8Array(Math.min(SPACE_BYTES, store.rowCount * store.rowBytes));
    return own;
  };
  return { rowCount: store.rowCount, read: (first, last) => codes(readRows(store, first, last, buffer())) };
}

/** Widths of codes that are compared by vectors. */
const COMPARED = [2, 4];
/** For fewer rows there is nothing to gain. */
const FEW_ROWS = 1 << 14;

/** The bytes of the rows [first, last), in pieces where one read should not hold them all. */
function readRows(store: RowStore, first: number, last: number, buffer: Uint8Array): Uint8Array {
  if (last <= first) return new Uint8Array(0);
  return store.session((read) => {
    if (last - first <= store.slabRows) return read(first, last);
    const bytes = new Uint8Array((last - first) * store.rowBytes);
    for (let from = first; from < last; ) {
      const to = Math.min(last, (Math.floor(from / store.slabRows) + 1) * store.slabRows);
      bytes.set(read(from, to), (from - first) * store.rowBytes);
      from = to;
    }
    return bytes;
  }, buffer);
}

function codesOf(size: number, signed: boolean): (bytes: Uint8Array) => LevelCodes {
  const count = (bytes: Uint8Array) => bytes.byteLength / size;
  if (size === 1) {
    return signed
      ? (bytes) => new Int8Array(bytes.buffer, bytes.byteOffset, count(bytes))
      : (bytes) => new Uint8Array(bytes.buffer, bytes.byteOffset, count(bytes));
  }
  if (size === 2) {
    return signed
      ? (bytes) => new Int16Array(bytes.buffer, bytes.byteOffset, count(bytes))
      : (bytes) => new Uint16Array(bytes.buffer, bytes.byteOffset, count(bytes));
  }
  if (size === 4) {
    return signed
      ? (bytes) => new Int32Array(bytes.buffer, bytes.byteOffset, count(bytes))
      : (bytes) => new Uint32Array(bytes.buffer, bytes.byteOffset, count(bytes));
  }
  return (bytes) => narrowCodes(new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2));
}

/** 64-bit codes as 32-bit ones; what does not fit becomes a code that no level has. */
function narrowCodes(halves: Int32Array): Int32Array {
  const codes = new Int32Array(halves.length >> 1);
  for (let i = 0; i < codes.length; i++) {
    const [low, high] = [halves[2 * i]!, halves[2 * i + 1]!];
    codes[i] = high === low >> 31 ? low : 0x7fffffff;
  }
  return codes;
}
