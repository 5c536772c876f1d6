import type { ColumnData, ColumnSource, ColumnType, SortedKeys, WritableTable } from "../columns/table.js";
import { listNames } from "../names/field.js";
import { canonicalCode } from "../names/instrument-code.js";
import { wallClockToUtc } from "../time.js";
import { CSV_MISSING } from "./csv/missing.js";
import { extensionOf } from "./write.js";

/** Rows of a column that are looked at together. */
const SLAB_ROWS = 1 << 16;

/**
 * What a write to `path` does not keep because its format has no place for it, each in words for people. Text is looked
 * through for CSV, whole numbers and bools for HDF5; of a qlib folder the types of the columns say it.
 */
export function writeLosses(path: string, table: WritableTable): string[] {
  const extension = extensionOf(path);
  const losses = [...zoneLosses(extension, table), ...groupLosses(extension, table)];
  if (extension === "") losses.push(...qlibLosses(table));
  if (isCsv(extension)) losses.push(...csvLosses(table));
  if (isHdf(extension) || extension === ".safetensors") losses.push(...wholeLosses(extension, table));
  if (extension === ".npy") {
    losses.push("the keys and the names of the columns are not kept in .npy: it is a matrix, rows × columns");
  }
  return losses;
}

function zoneLosses(extension: string, { keys }: WritableTable): string[] {
  if (keys.timezone === undefined || holdsZone(extension, keys)) return [];
  return [`the time zone ${keys.timezone} is not kept in ${nameOf(extension)}; times are its wall clock`];
}

function groupLosses(extension: string, { columns, groups }: WritableTable): string[] {
  if (groups === undefined || groups.size === 0) return [];
  const names = [...new Set(groups.values())].map((name) => `"${name}"`).join(", ");
  if (isPlain(extension)) return [`column groups (${names}) are not kept in ${nameOf(extension)}`];
  const without = [...columns.keys()].filter((name) => !groups.has(name));
  if (without.length === 0) return [];
  return [`column groups (${names}) are not kept, since other columns have none: ${listNames(without)}`];
}

/** Types of which float32 holds every value. */
const FLOAT32_HOLDS: ReadonlySet<ColumnType> = new Set([
  "float32",
  "int8",
  "int16",
  "uint8",
  "uint16",
  "bool",
]);

function qlibLosses({ keys, columns }: WritableTable): string[] {
  const losses: string[] = [];
  const wide = [...columns].filter(([, { type }]) => !FLOAT32_HOLDS.has(type)).map(([name]) => name);
  if (wide.length > 0) {
    losses.push(
      `a qlib folder holds float32: about 7 digits are kept of the columns ${listNames(wide)}, and what is beyond 3.4e38 is infinite`,
    );
  }
  const spelled = keys.instruments.find((code) => canonicalCode(code) !== code);
  if (spelled !== undefined) {
    losses.push(`instruments are spelled as qlib spells them: ${spelled} is ${canonicalCode(spelled)}`);
  }
  if (columns.size === 0 && keys.rowCount > 0) {
    losses.push("a qlib folder has no rows without a column; only the calendar and the instruments are kept");
  }
  return losses;
}

function csvLosses({ columns }: WritableTable): string[] {
  const missing: ReadonlySet<string | null> = new Set(CSV_MISSING);
  const lost = namesWhere(columns, ["string"], ({ values }) => {
    return (values as (string | null)[]).some((text) => missing.has(text));
  });
  if (lost.length === 0) return [];
  return [`texts such as "" and "NA" in the columns ${listNames(lost)} will be read as missing from .csv`];
}

function wholeLosses(extension: string, { columns }: WritableTable): string[] {
  const types: ColumnType[] = [
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "bool",
  ];
  const lost = namesWhere(columns, types, ({ mask }) => mask?.includes(0) ?? false);
  if (lost.length === 0) return [];
  return [`the columns ${listNames(lost)} have missing cells, for which they become float64 in ${extension}`];
}

/** The names of the columns of some types of which some cells are as `has` says. */
function namesWhere(
  columns: ReadonlyMap<string, ColumnSource>,
  types: readonly ColumnType[],
  has: (cells: ColumnData) => boolean,
): string[] {
  const isLost = (source: ColumnSource): boolean => {
    if (!types.includes(source.type)) return false;
    for (let first = 0; first < source.length; first += SLAB_ROWS) {
      if (has(source.read(first, Math.min(first + SLAB_ROWS, source.length)))) return true;
    }
    return false;
  };
  return [...columns].filter(([, source]) => isLost(source)).map(([name]) => name);
}

/** CSV, a qlib folder, or a format of numbers. */
function isPlain(extension: string): boolean {
  return isCsv(extension) || ["", ".npy", ".safetensors"].includes(extension);
}

function isCsv(extension: string): boolean {
  return extension === ".csv" || extension === ".csv.gz";
}

function isHdf(extension: string): boolean {
  return /^\.(h5|hdf|hdf5)$/.test(extension);
}

function nameOf(extension: string): string {
  return extension === "" ? "a qlib folder" : extension;
}

/** HDF5 holds UTC times, and there may be none at which the clocks of the zone show these. */
function holdsZone(extension: string, { datetimes, timezone }: SortedKeys): boolean {
  if (extension === ".safetensors") return true; // in the file's metadata
  if (isPlain(extension)) return false;
  return !isHdf(extension) || wallClockToUtc(datetimes, timezone!) !== undefined;
}
