import type { ColumnSource, RowKeys } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { findKeys, isNamedAsKey, type KeyField, type KeyNames } from "../../names/key-columns.js";
import { NAT_NS } from "../../time.js";
import { timesOfTexts } from "../key-times.js";
import { type Level, readLevel, storedArray } from "./array.js";
import type { H5Structure } from "./h5-structure.js";
import type { NamedKeys } from "./level-keys.js";
import { wallClock } from "./zone.js";

/** How a flat index is called among the columns, of which none is. */
const INDEX = "\0index";

/** The keys of a frame with a flat index, and the columns that they are. */
export interface FlatKeys {
  readonly keys: NamedKeys;
  readonly taken: readonly string[];
}

/** Whether the index of a frame or series of the fixed format has one level. */
export function isFlatIndex(h5file: H5Structure, key: string, axis: string): boolean {
  return h5file.text(key, `${axis}_variety`) === "regular";
}

export function flatRowCount(h5file: H5Structure, key: string, axis: string): number {
  const array = storedArray(h5file, `${key}/${axis}`);
  return array.isEmpty ? 0 : array.shape[0]!;
}

/**
 * The keys of a frame whose index has one level, as columns: two of its columns, or one and the index. Columns are opened
 * where their names say that they could be a key. Undefined where there are no two.
 * @param zoneOf the zone of a column of times
 * @throws DataServiceError flat-index (several could be a key), unknown-field (a name that was given), corrupt
 */
export function readFlatKeys(
  h5file: H5Structure,
  key: string,
  columns: ReadonlyMap<string, () => ColumnSource>,
  given: KeyNames,
  zoneOf: (column: string) => string | undefined,
): FlatKeys | undefined {
  const { label } = h5file.file;
  const index = indexLevel(h5file, `${key}/axis1`);
  const cells = new Map<string, ColumnSource>();
  const fields = Array.from(columns, ([name, open]): KeyField => {
    const isWanted = isNamedAsKey(name) || name === given.datetime || name === given.instrument;
    const source = isWanted ? readable(open) : undefined;
    if (source) cells.set(name, source);
    return { field: name, name, kind: source && kindOf(source) };
  });
  const own: KeyField[] = index
    ? [{ field: INDEX, name: index.name ?? "datetime", kind: index.datetimes ? "time" : "name" }]
    : [];
  const { datetime, instrument } = findKeys([...own, ...fields], own, given, label);
  if (!datetime || !instrument) return undefined;
  const times =
    datetime.field === INDEX
      ? timesOfLevel(index!, label)
      : timesOf(cells.get(datetime.field)!, datetime.name, label, zoneOf(datetime.field));
  const names = encoded(instrument.field === INDEX ? index!.texts! : textsOf(cells.get(instrument.field)!));
  const level = encoded(Array.from(times.datetimes));
  const keys: NamedKeys = {
    rowCount: times.datetimes.length,
    datetimes: BigInt64Array.from(level.entries),
    instruments: names.entries,
    readDatetimeCodes: (first, last) => level.codes.subarray(first, last),
    readInstrumentCodes: (first, last) => names.codes.subarray(first, last),
    timezone: times.timezone,
    keyNames: { datetime: datetime.name, instrument: instrument.name },
  } satisfies RowKeys & NamedKeys;
  return { keys, taken: [datetime.field, instrument.field].filter((field) => field !== INDEX) };
}

/** The index where it says something: a RangeIndex has neither times nor a name. */
function indexLevel(h5file: H5Structure, path: string): Level | undefined {
  try {
    const level = readLevel(h5file, path);
    return level.datetimes || (level.texts && level.name !== undefined) ? level : undefined;
  } catch (error) {
    if (error instanceof DataServiceError && error.code === "unsupported") return undefined;
    throw error;
  }
}

/** A column that can be opened; what cannot is no key. */
function readable(open: () => ColumnSource): ColumnSource | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof DataServiceError && error.code === "unsupported") return undefined;
    throw error;
  }
}

function kindOf({ type }: ColumnSource): KeyField["kind"] {
  if (type === "datetime") return "time";
  return type === "string" || /^u?int/.test(type) ? "name" : undefined;
}

function timesOfLevel(level: Level, label: string) {
  if (level.datetimes) return wallClock(level.datetimes, level.timezone, label);
  return timesOfTexts(level.texts!, label, level.name!);
}

function timesOf(source: ColumnSource, name: string, label: string, timezone: string | undefined) {
  if (source.type !== "datetime") return timesOfTexts(textsOf(source), label, name);
  const { values, mask } = source.read(0, source.length);
  const datetimes = (values as BigInt64Array).map((ns, row) => (mask?.[row] === 0 ? NAT_NS : ns));
  return { datetimes, timezone };
}

/** Texts, or the digits of whole numbers. */
function textsOf(source: ColumnSource): (string | null)[] {
  const { values, mask } = source.read(0, source.length);
  return Array.from(values as ArrayLike<unknown>, (cell, row) => {
    return cell === null || mask?.[row] === 0 ? null : String(cell);
  });
}

/** Each distinct entry once, and which each row has. */
function encoded<T>(cells: readonly T[]): { entries: T[]; codes: Int32Array } {
  const known = new Map<T, number>();
  const codes = Int32Array.from(cells, (cell) => {
    const code = known.get(cell) ?? known.size;
    if (code === known.size) known.set(cell, code);
    return code;
  });
  return { entries: [...known.keys()], codes };
}
