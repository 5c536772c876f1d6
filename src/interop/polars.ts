import { Column } from "../columns/column.js";
import type { ColumnType, NumericArray } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { refuseKeyNames } from "../names/key-names.js";
import { setOwn } from "../names/set-own.js";
import { panelFromColumns } from "../open/panel-from-columns.js";
import type { Panel } from "../panel/panel.js";
import { NAT_NS, NS_PER_DAY, NS_PER_MS, toNanoseconds, utcToWallClock } from "../time.js";
import { DATETIME, INSTRUMENT, instrumentNames, requireKeys } from "./row-keys.js";

/** What is used of a polars Series. */
export interface PolarsSeries {
  readonly name: string;
  readonly dtype: unknown;
  cast(dtype: unknown): PolarsSeries;
  isNull(): PolarsSeries;
  nullCount(): number;
  fillNull(strategy: "zero"): PolarsSeries;
  toArray(): unknown[];
  toTypedArray(): unknown;
}

/** The part of a polars DataFrame that is used. */
export interface PolarsFrame {
  readonly columns: string[];
  /** A column by its name. */
  getColumn(name: string): unknown;
}

/** The part of the module `nodejs-polars` that is used to read a frame. */
export interface PolarsTypes {
  readonly Int64: unknown;
  readonly Utf8: unknown;
  /** The type of times of a unit. */
  Datetime(unit: "ns"): unknown;
}

/** The part of the module `nodejs-polars` that is used to make a frame. */
export interface PolarsModule<F> {
  readonly Utf8: unknown;
  /** An expression: a column. */
  col(name: string): unknown;
  /** Reads a frame out of Arrow's IPC. */
  readIPC(bytes: Buffer): F;
}

/**
 * The panel as a polars DataFrame, with columns `datetime` (Datetime in nanoseconds, wall clock) and
 * `instrument` first. Types are kept, cells that are masked or null become null, and NaN stays NaN. It goes by Arrow's
 * IPC, of which polars copies whole columns.
 * @param pl the module: `import pl from "nodejs-polars"`
 * @throws DataServiceError column-conflict if a column has the name of a key
 */
export function toPolars<F>(panel: Panel, pl: PolarsModule<F>): F {
  refuseKeyNames(panel.columnNames, "toPolars");
  const { buffer, byteOffset, byteLength } = panel.toArrowIPC("file");
  const frame = pl.readIPC(Buffer.from(buffer, byteOffset, byteLength));
  // a dictionary comes as categories, which do not compare with texts
  const instrument = (pl.col(INSTRUMENT) as { cast(dtype: unknown): unknown }).cast(pl.Utf8);
  return (frame as { withColumn(column: unknown): F }).withColumn(instrument);
}

/**
 * Makes a Panel from a polars DataFrame with columns `datetime` (Datetime or Date; with a time zone, its wall clock)
 * and `instrument` (strings or categories). Types are kept; null in floats becomes NaN.
 * @param pl the module: `import pl from "nodejs-polars"`
 * @throws DataServiceError flat-index, missing-keys, duplicate-keys, unsupported (lists, structs, durations)
 */
export function fromPolars(frame: PolarsFrame, pl: PolarsTypes): Panel {
  const names = frame.columns;
  requireKeys(names, "this DataFrame");
  const series = (name: string) => frame.getColumn(name) as PolarsSeries;
  const columns: Record<string, Column> = {};
  for (const name of names) {
    if (name !== DATETIME && name !== INSTRUMENT) setOwn(columns, name, columnOf(name, series(name), pl));
  }
  const time = columnOf(DATETIME, series(DATETIME), pl);
  if (time.type !== "datetime") {
    throw new DataServiceError(
      "bad-request",
      `this DataFrame's column "${DATETIME}" is ${variantOf(series(DATETIME))}; cast it to pl.Datetime("ns")`,
      { field: DATETIME },
    );
  }
  const { mask } = time;
  const datetime = mask
    ? (time.values as BigInt64Array).map((ns, row) => (mask[row] === 1 ? ns : NAT_NS))
    : time.values;
  const instrument = series(INSTRUMENT).cast(pl.Utf8).toArray();
  return panelFromColumns({
    datetime: datetime as BigInt64Array,
    instrument: instrumentNames(instrument, "this DataFrame"),
    columns,
  });
}

const TYPES: Readonly<Record<string, ColumnType>> = {
  Float32: "float32",
  Float64: "float64",
  Int8: "int8",
  Int16: "int16",
  Int32: "int32",
  Int64: "int64",
  UInt8: "uint8",
  UInt16: "uint16",
  UInt32: "uint32",
  UInt64: "uint64",
};

function variantOf({ dtype }: PolarsSeries): string {
  return (dtype as { readonly variant: string }).variant;
}

/** polars keeps UTC beside a time-zone; a panel keeps what the clocks there show. */
function wallClock(name: string, utcNs: BigInt64Array, { dtype }: PolarsSeries): BigInt64Array {
  const { timeZone } = dtype as { readonly timeZone?: string | null };
  if (!timeZone) return utcNs;
  const shown = utcToWallClock(utcNs, timeZone);
  if (shown) return shown;
  throw new DataServiceError(
    "unsupported",
    `fromPolars: column "${name}" has the time-zone "${timeZone}", which is not known here`,
    { field: name },
  );
}

const UNIT_NS: Readonly<Record<string, bigint>> = { ns: 1n, us: 1000n, ms: NS_PER_MS };

/** Of times what one of their numbers counts; undefined of all else. polars makes null of times beyond another unit. */
function timeUnitNs(series: PolarsSeries): bigint | undefined {
  const variant = variantOf(series);
  if (variant === "Date") return NS_PER_DAY;
  const { timeUnit } = series.dtype as { readonly timeUnit?: string };
  return variant === "Datetime" ? UNIT_NS[timeUnit ?? "ns"] : undefined;
}

function columnOf(name: string, series: PolarsSeries, pl: PolarsTypes): Column {
  const variant = variantOf(series);
  if (variant === "Utf8" || variant === "String" || variant === "Categorical") {
    return Column.of("string", series.cast(pl.Utf8).toArray() as (string | null)[]);
  }
  const mask =
    series.nullCount() > 0 ? Uint8Array.from(series.isNull().toArray(), (none) => (none ? 0 : 1)) : undefined;
  if (variant === "Bool") {
    return Column.of(
      "bool",
      Uint8Array.from(series.toArray(), (cell) => (cell === true ? 1 : 0)),
      mask,
    );
  }
  const unitNs = timeUnitNs(series);
  const type = unitNs === undefined ? TYPES[variant] : "datetime";
  if (type === undefined) {
    throw new DataServiceError(
      "unsupported",
      `fromPolars: column "${name}" is ${variant}; leave it out or cast it to a number, a string or pl.Datetime("ns")`,
      { field: name },
    );
  }
  const numbers = unitNs === undefined ? series : series.cast(pl.Int64);
  const stored = (mask ? numbers.fillNull("zero") : numbers).toTypedArray() as NumericArray;
  const advice = "leave out that row or that column, or make it null";
  const of = { label: "fromPolars", field: name, code: "bad-request", advice } as const;
  const values =
    unitNs === undefined
      ? stored
      : wallClock(name, toNanoseconds(stored as BigInt64Array, unitNs, of), series);
  if (!mask || type === "float32" || type === "float64") {
    if (mask) for (let row = 0; row < values.length; row++) if (mask[row] === 0) values[row] = Number.NaN;
    return Column.of(type, values);
  }
  return Column.of(type, values, mask);
}
