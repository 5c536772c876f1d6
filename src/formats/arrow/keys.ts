import { asInt64 } from "../../columns/cells.js";
import { Int64Level } from "../../columns/int64-level.js";
import type { RowKeys } from "../../columns/table.js";
import { TextLevel } from "../../columns/text-level.js";
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

/** The distinct texts of a column, decoded once each, and the position of each row's among them; −1: missing. */
function textLevel(column: ArrowColumn): NameLevel {
  const codes = new Int32Array(column.length);
  const level = new TextLevel();
  let row = 0;
  for (const chunk of column.chunks) {
    for (let first = 0; first < chunk.length; first += SLAB_ROWS) {
      const last = Math.min(first + SLAB_ROWS, chunk.length);
      const { ends, bytes } = column.readText(chunk, first, last);
      const part = codes.subarray(row, row + last - first);
      level.encode(bytes, ends, ends.subarray(1), part, column.readPresent(chunk, first, last));
      row += part.length;
    }
  }
  return { level: level.texts((bytes) => column.decode(bytes)), codes };
}
