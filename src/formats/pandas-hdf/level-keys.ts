import type { LevelCodes, RowKeys } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { coldStartSpace, SPACE_BYTES } from "../../simd/cold-start.js";
import { isTime } from "../../time.js";
import { ADD_INSTRUMENT, parseLevel, SET_INDEX } from "../key-advice.js";
import { type Level, readLevel, storedArray } from "./array.js";
import { datetimeUnitNs } from "./field.js";
import type { H5Structure } from "./h5-structure.js";
import { H5T } from "./h5-types.js";
import { openRowStore, type RowStore } from "./row-store.js";
import { wallClock } from "./zone.js";

/** The keys of a fixed-format frame (`axis` is axis1) or series (index): two levels and their codes. */
export function readLevelKeys(h5file: H5Structure, key: string, axis: string): RowKeys {
  const { label } = h5file.file;
  const variety = h5file.text(key, `${axis}_variety`);
  const count = variety === "multi" ? h5file.attribute(key, `${axis}_nlevels`) : 1;
  if (count !== 2) {
    if (variety !== "regular") throw flatIndex(label, key.slice(1), `an index of ${count} levels`);
    const name = h5file.text(`${key}/${axis}`, "name");
    const has = `a flat index${name ? ` "${name}"` : ""}`;
    throw flatIndex(label, key.slice(1), has, flatAdvice(h5file.text(`${key}/${axis}`, "kind")));
  }
  const codes = ([0, 1] as const).map((i) => codeReader(h5file, `${key}/${axis}_label${i}`, i));
  if (codes.every(({ rowCount }) => rowCount === 0)) return NO_KEYS; // levels without entries are pickled
  const levels = codes.map((codes, i) => levelOf(h5file, `${key}/${axis}_level${i}`, codes));
  const at = datetimeLevel(levels);
  if (at === undefined) {
    const found = levels.map(({ name, kind }) => `${name ?? "unnamed"} (${kind})`);
    const asText = levels.findIndex(isTimesAsText);
    const advice = asText < 0 ? undefined : parseLevel(asText);
    throw flatIndex(label, key.slice(1), `the index levels ${found.join(" and ")}`, advice);
  }
  const [times, names] = [codes[at]!, codes[1 - at]!];
  if (times.rowCount !== names.rowCount) {
    throw h5file.corrupt(`its two index levels have ${times.rowCount} and ${names.rowCount} rows`);
  }
  const { datetimes, timezone } = wallClock(levels[at]!.datetimes!, levels[at]!.timezone, label);
  return {
    rowCount: times.rowCount,
    datetimes,
    instruments: levels[1 - at]!.texts!,
    readDatetimeCodes: times.read,
    readInstrumentCodes: names.read,
    session: (use) => h5file.file.session(use),
    timezone,
  };
}

/** A level; one that no row refers to is without entries, which pandas pickles, as it does with what cannot be read. */
function levelOf(h5file: H5Structure, path: string, codes: CodeReader): Level {
  const kind = h5file.text(path, "kind");
  const isUnused = kind === "object" && codes.read(0, codes.rowCount).every((code) => code < 0);
  return isUnused ? { name: h5file.text(path, "name"), kind, texts: [] } : readLevel(h5file, path);
}

const NO_KEYS: RowKeys = {
  rowCount: 0,
  datetimes: new BigInt64Array(0),
  instruments: [],
  readDatetimeCodes: () => new Int8Array(0),
  readInstrumentCodes: () => new Int8Array(0),
};

export function flatIndex(label: string, key: string, has: string, advice = SET_INDEX): DataServiceError {
  return new DataServiceError(
    "flat-index",
    `${label}: "${key}" has ${has}, not the (datetime, instrument) index; in pandas, ${advice} before writing it`,
    { path: label, key },
  );
}

/** What to do with a flat index that holds values of a kind, as pandas calls it. */
export function flatAdvice(kind: string | undefined): string {
  return datetimeUnitNs(kind) === undefined && kind !== "date" ? SET_INDEX : ADD_INSTRUMENT;
}

/** Whether a level holds text that is times, by the first of it. */
function isTimesAsText({ kind, texts }: Level): boolean {
  const first = kind === "string" ? texts?.find((text) => text !== null) : undefined;
  return typeof first === "string" && isTime(first);
}

/** Which of the two levels holds the times, if the other can name instruments. */
function datetimeLevel(levels: readonly Level[]): number | undefined {
  const at = levels.findIndex(({ datetimes }) => datetimes !== undefined);
  return at >= 0 && levels[1 - at]!.texts !== undefined ? at : undefined;
}

interface CodeReader {
  readonly rowCount: number;
  read(first: number, last: number): LevelCodes;
}

function codeReader(h5file: H5Structure, path: string, level: 0 | 1): CodeReader {
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
    COMPARED.includes(array.size) && array.signed && store.inFile && store.rowCount > FEW_ROWS;
  let own: Uint8Array | undefined;
  const buffer = () => {
    const room = isCompared ? coldStartSpace(level) : undefined;
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
