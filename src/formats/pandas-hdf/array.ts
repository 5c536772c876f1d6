import { isAscii } from "node:buffer";
import { DataServiceError } from "../../errors.js";
import { formatNs, NS_PER_DAY, toNanoseconds } from "../../time.js";
import { pickledNames } from "../pickle/attribute.js";
import { datetimeUnitNs } from "./field.js";
import type { Dataset, H5Structure } from "./h5-structure.js";
import { H5T } from "./h5-types.js";
import { textDecoder, withoutPadding } from "./text-encoding.js";
import { storedZone, wallClock } from "./zone.js";

/** An array of pandas' fixed format: PyTables cannot store an empty one, so a `shape` attribute says that it is. */
export interface StoredArray extends Dataset {
  readonly isEmpty: boolean;
}

export function storedArray(h5file: H5Structure, path: string): StoredArray {
  const dataset = h5file.dataset(path);
  const shape = h5file.attribute(path, "shape");
  const isEmpty = Array.isArray(shape) && shape.includes(0);
  return { ...dataset, isEmpty: isEmpty || dataset.total_size === 0 };
}

/** A level of the index, or the names of columns. */
export interface Level {
  /** The level's name; undefined where it has none. */
  readonly name: string | undefined;
  /** Set where the level holds times: epoch nanoseconds. */
  readonly datetimes?: BigInt64Array;
  /** Set where it holds text or whole numbers. */
  readonly texts?: readonly (string | null)[];
  /** What pandas says the level holds. */
  readonly kind: string;
  readonly timezone?: string | undefined;
}

/** Days from 0001-01-01 (Python's ordinal 1) to 1970-01-01. */
const EPOCH_ORDINAL = 719_163;

/** pandas keeps entries of a level that no row refers to any more. */
const LEVEL_ADVICE =
  "leave out the rows that have it, and df.index = df.index.remove_unused_levels() before writing the table again";

/** Reads a level. Source: pandas `_unconvert_index` in pandas/io/pytables.py. @throws DataServiceError unsupported, corrupt */
export function readLevel(h5file: H5Structure, path: string): Level {
  const array = storedArray(h5file, path);
  const kind = h5file.text(path, "kind") ?? "";
  const name = h5file.text(path, "name");
  const timezone = storedZone(h5file.attribute(path, "tz"), h5file.file.label);
  const count = array.isEmpty ? 0 : array.shape[0]!;
  const bytes = count === 0 ? new Uint8Array(0) : readAll(h5file, array);
  const unitNs = kind === "date" ? NS_PER_DAY : datetimeUnitNs(kind);
  if (unitNs !== undefined) {
    const times = kind === "date" ? days(h5file, array, bytes) : int64(h5file, array, bytes, count);
    const datetimes = toNanoseconds(times, unitNs, {
      label: h5file.file.label,
      field: path,
      advice: LEVEL_ADVICE,
    });
    return { name, kind, datetimes, timezone };
  }
  if (kind === "string" && (count === 0 || (array.type === H5T.string && !array.vlen))) {
    const decode = textDecoder(h5file, path.slice(0, path.lastIndexOf("/")));
    return { name, kind, texts: fixedTexts(bytes, array.size, "nan", (cell) => decode(cell, path)) };
  }
  if (kind === "integer" && (count === 0 || array.type === H5T.integer)) {
    return { name, kind, texts: Array.from(int64(h5file, array, bytes, count), String) };
  }
  throw new DataServiceError(
    "unsupported",
    `${h5file.file.label}: ${path} holds ${kind === "" ? "values" : `"${kind}" values`} that pandas pickled; write the table again with text instrument codes and datetime64 times`,
    { path: h5file.file.label, field: path },
  );
}

/** A name on an axis: plain, or the two parts of a tuple. */
export interface AxisName {
  readonly name: string;
  readonly group?: string;
}

/** The column names that `axis` (such as `axis0` or `block0_items`) of a frame holds. */
export function readAxisNames(h5file: H5Structure, key: string, axis: string): AxisName[] {
  const variety = h5file.text(key, `${axis}_variety`);
  if (variety !== "multi") {
    return plainNames(h5file, `${key}/${axis}`).map((name) => ({ name }));
  }
  const levels = h5file.attribute(key, `${axis}_nlevels`);
  if (levels !== 2) {
    throw new DataServiceError(
      "unsupported",
      `${h5file.file.label}: the column names of "${key.slice(1)}" have ${levels} levels; at most 2, (group, name), can be read`,
      { path: h5file.file.label, key: key.slice(1) },
    );
  }
  const [groups, names] = [0, 1].map((i) => {
    const texts = plainNames(h5file, `${key}/${axis}_level${i}`);
    const codes = storedArray(h5file, `${key}/${axis}_label${i}`);
    const bytes = codes.isEmpty ? new Uint8Array(0) : readAll(h5file, codes);
    const rows = codes.isEmpty ? 0 : codes.shape[0]!;
    return Array.from(smallInts(bytes, codes.size, rows), (code) => {
      const text = texts[code];
      if (text === undefined) throw h5file.corrupt(`${key}/${axis}_label${i} points beyond its level`);
      return text;
    });
  });
  return names!.map((name, i) => pairName(groups![i]!, name));
}

/** A name of one part is padded with an empty one on either side. */
export function pairName(group: string, name: string): AxisName {
  if (name === "") return { name: group };
  return group === "" ? { name } : { name, group };
}

function plainNames(h5file: H5Structure, path: string): string[] {
  if (isPickled(h5file, path)) {
    throw new DataServiceError(
      "unsupported",
      `${h5file.file.label}: the column names in ${path} are of several kinds, such as text beside numbers, which pandas pickled; in pandas, df.columns = df.columns.map(str) before writing it`,
      { path: h5file.file.label, field: path },
    );
  }
  const { texts, datetimes, timezone } = readLevel(h5file, path);
  if (texts) return texts.map((text) => text ?? "nan");
  return Array.from(wallClock(datetimes!, timezone, h5file.file.label).datetimes, formatNs);
}

/** Whether names are neither all text, nor all whole numbers, nor all times. */
function isPickled(h5file: H5Structure, path: string): boolean {
  const array = storedArray(h5file, path);
  return !array.isEmpty && array.type === H5T.vlen && h5file.text(path, "kind") === "object";
}

function readAll(h5file: H5Structure, array: Dataset): Uint8Array {
  if (array.shape.length !== 1) throw h5file.corrupt(`${array.path} should have one dimension`);
  return h5file.rows(array, 0, array.shape[0]!);
}

/** One ASCII string cut into cells takes a tenth of the time of decoding each of them. */
function fixedTexts(
  bytes: Uint8Array,
  width: number,
  missing: string,
  decode: (cell: Uint8Array) => string,
): (string | null)[] {
  const { buffer, byteOffset, byteLength } = bytes;
  const all = isAscii(bytes) ? Buffer.from(buffer, byteOffset, byteLength).toString("latin1") : undefined;
  const texts: (string | null)[] = [];
  for (let at = 0; at < bytes.length; at += width) {
    const cell = withoutPadding(bytes.subarray(at, at + width));
    const text = all?.slice(at, at + cell.length) ?? decode(cell);
    texts.push(text === missing ? null : text);
  }
  return texts;
}

function int64(h5file: H5Structure, array: StoredArray, bytes: Uint8Array, count: number): BigInt64Array {
  if (count === 0) return new BigInt64Array(0);
  if (array.type !== H5T.integer || array.size !== 8) {
    throw h5file.corrupt(`${array.path} should hold 64-bit integers`);
  }
  return new BigInt64Array(bytes.buffer, bytes.byteOffset, count);
}

/** Days from 1970 on. */
function days(h5file: H5Structure, array: StoredArray, bytes: Uint8Array): BigInt64Array {
  if (array.type !== H5T.integer) throw h5file.corrupt(`${array.path} should hold integers`);
  const ordinals = smallInts(bytes, array.size, bytes.byteLength / array.size);
  return BigInt64Array.from(ordinals, (day) => BigInt(day - EPOCH_ORDINAL));
}

/** Signed integers of 1 to 8 bytes as numbers. */
function smallInts(bytes: Uint8Array, size: number, count: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => {
    if (size === 8) return Number(view.getBigInt64(i * 8, true));
    if (size === 4) return view.getInt32(i * 4, true);
    return size === 2 ? view.getInt16(i * 2, true) : view.getInt8(i);
  });
}

/** The texts of a pickled list attribute. */
export function listAttribute(h5file: H5Structure, path: string, name: string): string[] | undefined {
  return pickledNames(h5file.attribute(path, name));
}
