import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { DuckDBTypeId } from "@duckdb/node-api";
import { bytesOf, newCells, putCells, timeCells } from "../../columns/cells.js";
import { Int64Level } from "../../columns/int64-level.js";
import { MemoryColumn } from "../../columns/memory-column.js";
import { RefusedColumn } from "../../columns/refused-column.js";
import {
  CELL_BYTES,
  type ColumnData,
  type ColumnSource,
  type ColumnType,
  type ColumnValues,
  type NumericArray,
  type Progress,
  type RowKeys,
} from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { NAT_NS, toNanoseconds, utcToWallClock } from "../../time.js";
import { timesOfTexts } from "../key-times.js";
import type { LayoutColumn } from "../pandas-metadata.js";
import { refusedType } from "../refused-type.js";
import { sqlName } from "./duckdb.js";
import { VECTOR_ROWS } from "./write.js";

/** A column of a DuckDB relation: its name and type as DESCRIBE prints it. */
export interface DuckDBColumn {
  readonly name: string;
  readonly type: string;
}

export interface RelationColumn extends LayoutColumn {
  readonly type: string;
  /** The zone of a column of datetimes that are in UTC. */
  readonly timezone?: string | undefined;
}

/** What to read: a relation (what follows FROM), the expressions of its keys, its columns, and a filter. */
export interface RelationRead {
  readonly from: string;
  /** An expression for the datetime, and its type. */
  readonly datetime: string;
  readonly datetimeType: string;
  /** An expression for the instrument as VARCHAR. */
  readonly instrument: string;
  readonly columns: readonly RelationColumn[];
  readonly where?: string | undefined;
  /** The zone of a key datetime that is in UTC. */
  readonly timezone?: string | undefined;
  readonly label: string;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const COLUMN_TYPES: Readonly<Record<string, ColumnType>> = {
  FLOAT: "float32",
  DOUBLE: "float64",
  TINYINT: "int8",
  SMALLINT: "int16",
  INTEGER: "int32",
  BIGINT: "int64",
  UTINYINT: "uint8",
  USMALLINT: "uint16",
  UINTEGER: "uint32",
  UBIGINT: "uint64",
  BOOLEAN: "bool",
  VARCHAR: "string",
  DATE: "datetime",
  TIMESTAMP: "datetime",
  TIMESTAMP_NS: "datetime",
  TIMESTAMP_MS: "datetime",
  TIMESTAMP_S: "datetime",
  "TIMESTAMP WITH TIME ZONE": "datetime",
};

/** Those times that DuckDB does not hold in microseconds or nanoseconds. */
const COARSE_TIMES = ["DATE", "TIMESTAMP_MS", "TIMESTAMP_S"];

/** A time as DuckDB holds it: made nanoseconds by DuckDB, one that is beyond these would end the whole read. */
function storedTime(cell: string, type: string): string {
  return COARSE_TIMES.includes(type) ? `CAST(${cell} AS TIMESTAMP)` : cell;
}

/** A text with a byte order mark at its beginning has two here: DuckDB's client drops the first when it decodes. */
function markedText(cell: string): string {
  return `CASE WHEN starts_with(${cell}, chr(65279)) THEN concat(chr(65279), ${cell}) ELSE ${cell} END`;
}

function storedUnitNs(type: string): bigint {
  return type === "TIMESTAMP_NS" ? 1n : 1000n;
}

/** Rows for which room is made before they have come; a count in a file is not to be trusted further. */
const TRUSTED_ROWS = 1 << 20;
/** The share of its memory that a column fills at least. */
const LEAST_USED = 0.75;

export async function describeRelation(connection: DuckDBConnection, from: string): Promise<DuckDBColumn[]> {
  const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`);
  return reader.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

/**
 * Reads the keys and columns of a relation into memory in its order. Instruments come as codes of a DuckDB
 * ENUM, so that no string is made per row.
 */
export async function readRelation(
  connection: DuckDBConnection,
  read: RelationRead,
): Promise<{ keys: RowKeys; columns: Map<string, ColumnSource> }> {
  const { from, label } = read;
  const known = read.columns.filter((column) => columnType(column) !== undefined);
  const types = known.map((column) => columnType(column)!);
  const where = read.where ? ` WHERE ${read.where}` : "";
  const instruments = await textLevel(connection, read, read.instrument, where, "instrument_level");
  const asText = isTextTime(read.datetimeType) ? `CAST(${read.datetime} AS VARCHAR)` : undefined;
  const times = asText && (await textLevel(connection, read, asText, where, "datetime_level"));
  const datetime =
    asText && times ? codeOf(asText, times, "datetime_level") : storedTime(read.datetime, read.datetimeType);
  const cells = known.map(({ field, type }) => {
    return type === "VARCHAR" ? markedText(sqlName(field)) : storedTime(sqlName(field), type);
  });
  const name = codeOf(read.instrument, instruments, "instrument_level");
  const [counted] = (await connection.runAndReadAll(`SELECT count(*) FROM ${from}${where}`)).getRows();
  const totalRows = Number(counted![0]);
  const result = await connection.stream(
    `SELECT ${[datetime, name, ...cells].join(", ")} FROM ${from}${where}`,
  );
  const datetimes = new Filling(times ? "uint32" : "datetime", totalRows);
  const codes = new Filling("uint32", totalRows);
  const columns = types.map((type) => new Filling(type, totalRows));
  const all = [datetimes, codes, ...columns];
  let rows = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    const count = chunk.rowCount;
    for (const [i, filling] of all.entries()) filling.add(chunk.getColumnVector(i), count);
    rows += count;
    read.onProgress?.({ rows, totalRows: Math.max(rows, totalRows) });
  }
  const level = times
    ? textTimes(times, codesOf(datetimes.finish()), read)
    : timeLevel(datetimes.finish().values as BigInt64Array, read);
  const sources = new Map(
    columns.map((column, i): [string, ColumnSource] => {
      const [type, data] = [types[i]!, column.finish()];
      const source = type === "datetime" ? timeColumn(data, known[i]!, label) : new MemoryColumn(type, data);
      return [known[i]!.name, source];
    }),
  );
  return {
    keys: keysOf(level, codesOf(codes.finish()), instruments),
    columns: new Map(
      read.columns.map(({ name: own, type, opaque }) => {
        return [own, sources.get(own) ?? refusedType(label, own, opaque ?? type, rows)];
      }),
    ),
  };
}

/** Text, or digits such as 20200102. */
function isTextTime(type: string): boolean {
  return COLUMN_TYPES[type] !== "datetime";
}

/** The code of a text in a level that was made a DuckDB type. */
function codeOf(text: string, level: readonly string[], type: string): string {
  return level.length > 0 ? `enum_code(CAST(${text} AS ${type}))` : "CAST(NULL AS UTINYINT)";
}

/** The distinct texts of an expression, made a DuckDB type whose codes count them in this order. */
async function textLevel(
  connection: DuckDBConnection,
  read: RelationRead,
  text: string,
  where: string,
  type: string,
): Promise<string[]> {
  const names = `SELECT DISTINCT ${text} AS name FROM ${read.from}${where}`;
  const reader = await connection.runAndReadAll(
    `SELECT ${markedText("name")} FROM (${names}) WHERE name IS NOT NULL ORDER BY name`,
  );
  const level = reader.getRows().map(([name]) => String(name));
  if (level.length === 0) return level;
  const literals = level.map((name) => `'${name.replaceAll("'", "''")}'`);
  await connection.run(`CREATE OR REPLACE TEMP TYPE ${type} AS ENUM (${literals.join(", ")})`);
  return level;
}

/** The datetimes of a table: a level, and each row's position in it. */
interface Times {
  readonly datetimes: BigInt64Array;
  readonly codes: Int32Array;
  readonly timezone: string | undefined;
}

function timeLevel(stored: BigInt64Array, { label, timezone, datetimeType }: RelationRead): Times {
  const level = new Int64Level();
  const codes = new Int32Array(stored.length);
  level.encode(stored, codes);
  const ns = toNanoseconds(level.values(), storedUnitNs(datetimeType), {
    label,
    field: "datetime",
    rowOf: (code) => codes.indexOf(code),
  });
  const { values } = inZone({ values: ns }, timezone, label);
  return { datetimes: values as BigInt64Array, codes, timezone };
}

function textTimes(texts: readonly string[], codes: Int32Array, { label }: RelationRead): Times {
  return { codes, ...timesOfTexts(texts, label, "datetime", (code) => codes.indexOf(code)) };
}

/** Codes of an ENUM, a missing one being -1. */
function codesOf({ values, mask }: ColumnData): Int32Array {
  const raw = values as Uint32Array;
  const codes = new Int32Array(raw.buffer, raw.byteOffset, raw.length);
  if (mask) for (let i = 0; i < codes.length; i++) if (mask[i] === 0) codes[i] = -1;
  return codes;
}

function keysOf(
  { datetimes, codes: datetimeCodes, timezone }: Times,
  codes: Int32Array,
  instruments: string[],
): RowKeys {
  return {
    rowCount: codes.length,
    datetimes,
    instruments,
    readDatetimeCodes: (first, last) => datetimeCodes.subarray(first, last),
    readInstrumentCodes: (first, last) => codes.subarray(first, last),
    timezone,
  };
}

/** Times as they were stored as a column; one that no cell can hold matters to those who read the column alone. */
function timeColumn({ values, mask }: ColumnData, column: RelationColumn, label: string): ColumnSource {
  const { name, type, timezone } = column;
  const times = values as BigInt64Array;
  let ns: BigInt64Array;
  try {
    ns = toNanoseconds(times, storedUnitNs(type), { label, field: name });
  } catch (error) {
    return new RefusedColumn("datetime", times.length, error);
  }
  return new MemoryColumn("datetime", inZone(mask ? { values: ns, mask } : { values: ns }, timezone, label));
}

function inZone(data: ColumnData, timezone: string | undefined, label: string): ColumnData {
  if (timezone === undefined) return data;
  const values = utcToWallClock(data.values as BigInt64Array, timezone);
  if (values) return { ...data, values };
  throw new DataServiceError(
    "unsupported",
    `${label}: its time zone "${timezone}" is not known here; write it with tz_localize(None)`,
    { path: label },
  );
}

/** Undefined for what a panel cannot hold. */
function columnType({ type, opaque }: RelationColumn): ColumnType | undefined {
  if (opaque !== undefined) return undefined;
  return type.startsWith("ENUM(") ? "string" : COLUMN_TYPES[type];
}

/** A column that grows as chunks come. */
export class Filling {
  #values: ColumnValues;
  #mask: Uint8Array | undefined;
  #count = 0;
  readonly #totalRows: number;

  /** @param totalRows how many rows will come, where that is known */
  constructor(
    readonly type: ColumnType,
    totalRows?: number,
  ) {
    this.#totalRows = totalRows ?? Number.POSITIVE_INFINITY;
    const room = totalRows === undefined ? VECTOR_ROWS : Math.min(totalRows, TRUSTED_ROWS);
    this.#values = type === "string" ? [] : newCells(type, room);
  }

  add(vector: DuckDBVector, count: number): void {
    const at = this.#count;
    this.#count += count;
    this.#makeRoom();
    if (Array.isArray(this.#values)) {
      for (let i = 0; i < count; i++) this.#values.push(vector.getItem(i) as string | null);
      return;
    }
    putCells(this.#values, at, cellsOf(vector, count));
    const validity = validityOf(vector);
    if (validity) this.#addMissing(validity, at, count);
  }

  finish(): ColumnData {
    if (Array.isArray(this.#values)) return { values: this.#values };
    const values = trimmed(this.#values, this.#count);
    if (this.type === "datetime") return timeCells(values as BigInt64Array);
    return this.#mask ? { values, mask: trimmed(this.#mask, this.#count) } : { values };
  }

  #makeRoom(): void {
    const values = this.#values;
    if (Array.isArray(values) || this.#count <= values.length) return;
    const room = Math.max(this.#count, Math.min(2 * values.length, this.#totalRows));
    this.#values = newCells(this.type, room);
    putCells(this.#values, 0, values);
    if (!this.#mask) return;
    const mask = new Uint8Array(room).fill(1);
    mask.set(this.#mask);
    this.#mask = mask;
  }

  #addMissing(validity: BigUint64Array, at: number, count: number): void {
    const bytes = new Uint8Array(validity.buffer, validity.byteOffset, validity.byteLength);
    const values = this.#values as NumericArray;
    const isFloat = values instanceof Float32Array || values instanceof Float64Array;
    for (let i = 0; i < count; i++) {
      if ((bytes[i >> 3]! >> (i & 7)) & 1) continue;
      if (isFloat) values[at + i] = Number.NaN;
      else {
        this.#mask ??= new Uint8Array(values.length).fill(1);
        this.#mask[at + i] = 0;
        // What DuckDB leaves in the place of a missing cell is memory that it never wrote.
        if (this.type === "datetime") (values as BigInt64Array)[at + i] = NAT_NS;
        else bytesOf(values).fill(0, (at + i) * CELL_BYTES[this.type], (at + i + 1) * CELL_BYTES[this.type]);
      }
    }
  }
}

/** The first `count` cells; copied where much of the memory would be kept for nothing. */
function trimmed<T extends NumericArray>(cells: T, count: number): T {
  const isSparse = count < LEAST_USED * cells.length;
  return (isSparse ? cells.slice(0, count) : cells.subarray(0, count)) as T;
}

function cellsOf(vector: DuckDBVector, count: number): ColumnValues {
  if (vector.type.typeId === DuckDBTypeId.BOOLEAN) {
    const { dataView } = vector as unknown as { dataView: DataView };
    return new Uint8Array(dataView.buffer, dataView.byteOffset, count);
  }
  return (vector as unknown as { items: Float64Array }).items.subarray(0, count);
}

/** One bit a row, in 64-bit words; null when all are there. */
function validityOf(vector: DuckDBVector): BigUint64Array | null {
  return (vector as unknown as { validity: { data: BigUint64Array | null } }).validity.data;
}
