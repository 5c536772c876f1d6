import type {
  Data,
  DataType,
  Dictionary,
  Float64,
  Int32,
  RecordBatch,
  Schema,
  Table,
  TimestampNanosecond,
  Utf8,
  Vector,
} from "apache-arrow";
import { bytesOf } from "../../columns/cells.js";
import { datetimesOf } from "../../columns/key-columns.js";
import type {
  ColumnData,
  ColumnSource,
  ColumnType,
  FileTable,
  NumericArray,
  WritableTable,
} from "../../columns/table.js";
import { DataServiceError, pathOf } from "../../errors.js";
import type { BufferRange } from "../../files/file-range.js";
import { NS_PER_DAY, NS_PER_MS } from "../../time.js";
import {
  chooseColumns,
  groupsOf,
  type LayoutColumn,
  layOut,
  pandasMetadata,
  parsePandasMetadata,
} from "../pandas-metadata.js";
import { refusedType } from "../refused-type.js";
import { refuseOtherLevels } from "../repeated-levels.js";
import { keysInUtc } from "../zoned-keys.js";
import { type ArrowChunk, ArrowColumn, type ArrowDictionary, columnTypeOf, type Storage } from "./column.js";
import { EntryCells } from "./dictionary.js";
import type { ArrowRequest } from "./ipc.js";
import { arrowKeys, keyKind } from "./keys.js";
import { arrowLibrary } from "./library.js";
import { TIMEZONE_KEY } from "./own-metadata.js";

/** `Type.Utf8View`, which apache-arrow has from version 21.1 on. */
const UTF8_VIEW = 24;

/** Rows of a record batch that is written to a file. */
export const BATCH_ROWS = 1 << 16;

/** The Arrow type of a column's type. */
function arrowType(type: ColumnType): DataType {
  const arrow = arrowLibrary();
  switch (type) {
    case "float32":
      return new arrow.Float32();
    case "float64":
      return new arrow.Float64();
    case "int8":
      return new arrow.Int8();
    case "int16":
      return new arrow.Int16();
    case "int32":
      return new arrow.Int32();
    case "int64":
      return new arrow.Int64();
    case "uint8":
      return new arrow.Uint8();
    case "uint16":
      return new arrow.Uint16();
    case "uint32":
      return new arrow.Uint32();
    case "uint64":
      return new arrow.Uint64();
    case "bool":
      return new arrow.Bool();
    case "datetime":
      return new arrow.TimestampNanosecond();
    case "string":
      return new arrow.Utf8();
  }
}

/**
 * The table as one record batch: `datetime` Timestamp[ns], `instrument` Dictionary<Int32, Utf8>, then the
 * columns, whose buffers are shared (booleans, which Arrow packs into bits, and strings are copied). The
 * `pandas` metadata of the schema lets pyarrow's `to_pandas()` restore the MultiIndex. Datetimes of a zone are UTC
 * times of that type; where its clocks never show one of them, the zone is in metadata of our own.
 */
export function tableToArrow(table: WritableTable): Table {
  const batches = new ArrowBatches(table);
  return new (arrowLibrary().Table)(batches.schema, [batches.of(0, table.keys.rowCount)]);
}

/** Makes record batches of row ranges of a table; they share one schema and one instrument dictionary. */
export class ArrowBatches {
  readonly schema: Schema;
  readonly #table: WritableTable;
  readonly #instruments: Vector<Utf8>;

  constructor(table: WritableTable) {
    const { Dictionary, Field, Int32, Schema, Timestamp, TimeUnit, Utf8, vectorFromArray } = arrowLibrary();
    const { keys, zone } = keysInUtc(table.keys);
    this.#table = { ...table, keys };
    const types = Array.from(table.columns, ([name, source]) => [name, source.type] as const);
    const fields = [
      new Field("datetime", new Timestamp(TimeUnit.NANOSECOND, zone), false),
      new Field("instrument", new Dictionary(new Utf8(), new Int32(), 0), false),
      ...types.map(([name, type]) => new Field(name, arrowType(type), true)),
    ];
    const metadata = new Map([["pandas", pandasMetadata(types, table.groups, zone)]]);
    if (zone === undefined && table.keys.timezone !== undefined)
      metadata.set(TIMEZONE_KEY, table.keys.timezone);
    this.schema = new Schema(fields, metadata);
    this.#instruments = vectorFromArray(table.keys.instruments, new Utf8());
  }

  /** The rows [first, last). */
  of(first: number, last: number): RecordBatch {
    const { makeData, RecordBatch, Struct } = arrowLibrary();
    const { keys, columns } = this.#table;
    const [datetime, instrument, ...rest] = this.schema.fields;
    const length = last - first;
    const children: Data[] = [
      makeData({ type: datetime!.type as TimestampNanosecond, length, data: datetimesOf(keys, first, last) }),
      makeData({
        type: instrument!.type as Dictionary<Utf8, Int32>,
        length,
        data: keys.codesOf(first, last),
        dictionary: this.#instruments,
      }),
    ];
    const sources = [...columns.values()];
    for (const [i, field] of rest.entries())
      children.push(columnData(field.type, sources[i]!.read(first, last)));
    const struct = makeData({ type: new Struct(this.schema.fields), length, nullCount: 0, children });
    return new RecordBatch(this.schema, struct);
  }
}

/** Any columns of `length` rows as an Arrow table of one batch, keys or not; numbers share their memory. */
export function columnsToArrow(columns: ReadonlyMap<string, ColumnSource>, length: number): Table {
  const { Field, makeData, RecordBatch, Schema, Struct, Table } = arrowLibrary();
  const fields = Array.from(columns, ([name, { type }]) => new Field(name, arrowType(type), true));
  const schema = new Schema(fields);
  const sources = [...columns.values()];
  const children = fields.map(({ type }, i) => columnData(type, sources[i]!.read(0, length)));
  const struct = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, struct)]);
}

function columnData(type: DataType, { values, mask }: ColumnData): Data {
  if (Array.isArray(values)) return textData(values);
  const { DataType, makeData } = arrowLibrary();
  const length = values.length;
  const nulls = mask ? { nullBitmap: packBits(mask), nullCount: countZeros(mask) } : {};
  if (DataType.isBool(type))
    return makeData({ type, length, data: packBits(values as Uint8Array), ...nulls });
  return makeData({ type: type as Float64, length, data: values as Float64Array, ...nulls });
}

function textData(values: readonly (string | null)[]): Data {
  const length = values.length;
  const offsets = new Int32Array(length + 1);
  for (let i = 0; i < length; i++) offsets[i + 1] = offsets[i]! + Buffer.byteLength(values[i] ?? "");
  const data = Buffer.alloc(offsets[length]!);
  const mask = new Uint8Array(length);
  for (const [i, value] of values.entries()) {
    if (value === null) continue;
    data.write(value, offsets[i]!);
    mask[i] = 1;
  }
  const nullCount = countZeros(mask);
  const nulls = nullCount > 0 ? { nullBitmap: packBits(mask), nullCount } : {};
  const { makeData, Utf8 } = arrowLibrary();
  return makeData({ type: new Utf8(), length, valueOffsets: offsets, data, ...nulls });
}

/** One bit a byte, padded to 8 bytes as Arrow's buffers are. */
function packBits(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(((bytes.length + 63) >> 6) << 3);
  for (let i = 0; i < bytes.length; i++) packed[i >> 3]! |= (bytes[i] === 0 ? 0 : 1) << (i & 7);
  return packed;
}

function countZeros(mask: Uint8Array): number {
  let zeros = 0;
  for (const byte of mask) zeros += byte === 0 ? 1 : 0;
  return zeros;
}

/**
 * Reads any Arrow table with the two key columns: those of the pandas index, or columns called `datetime`
 * (timestamp of any unit, or date) and `instrument` (Utf8, LargeUtf8, a dictionary of them, or whole numbers, which
 * are named by their digits). Columns share the table's buffers where Arrow's form is ours. `label` names the table in errors.
 * @throws DataServiceError flat-index, unsupported, unknown-field
 */
export function arrowToTable(table: Table, label: string, request: ArrowRequest = {}): FileTable {
  const { schema } = table;
  const names = schema.fields.map((field) => String(field.name));
  const kindOf = (name: string) => {
    return keyKind(storageOf(schema.fields[names.indexOf(name)]!.type));
  };
  const typeOf = (name: string) => String(schema.fields[names.indexOf(name)]!.type);
  const layout = layOut(
    names,
    kindOf,
    typeOf,
    parsePandasMetadata(schema.metadata.get("pandas")),
    label,
    request.keyNames,
  );
  const chosen = chooseColumns(layout.columns, request.columns, label);
  const column = (name: string) => columnOf(name, table.getChildAt(names.indexOf(name))!, label);
  const keys = arrowKeys(column(layout.datetime), column(layout.instrument), schema.metadata);
  const copies = layout.repeats.map(({ of, field }) => ({ of, cells: column(field) }));
  refuseOtherLevels(keys, copies, label);
  const sourceOf = ({ field, name, opaque }: LayoutColumn) => {
    const { type } = schema.fields[names.indexOf(field)]!;
    const isKnown = opaque === undefined && storageOf(type) !== undefined;
    return isKnown ? column(field) : refusedType(label, name, opaque ?? String(type), table.numRows);
  };
  return {
    label,
    keys,
    columns: new Map(chosen.map((own) => [own.name, sourceOf(own)])),
    groups: groupsOf(chosen),
    keyNames: layout.keyNames,
  };
}

function columnOf(name: string, vector: Vector, label: string): ArrowColumn {
  const storage = storageOf(vector.type);
  if (!storage) {
    throw new DataServiceError(
      "unsupported",
      `${label}: column "${name}" has the Arrow type ${vector.type}, which a panel cannot hold; leave it out with columns, or give numbers, times or text`,
      { ...pathOf(label), field: name },
    );
  }
  const isDictionary = arrowLibrary().DataType.isDictionary(vector.type);
  const entries: (string | null)[] = [];
  const type = columnTypeOf(storage);
  const cells = isDictionary && type !== "string" ? new EntryCells(type) : undefined;
  const seen = new Map<Vector, { first: number; count: number }>();
  const chunks: ArrowChunk[] = [];
  for (const data of vector.data) {
    if (data.length === 0) continue;
    const chunk = chunkOf(data, storage, isDictionary);
    if (!isDictionary) {
      chunks.push(chunk);
      continue;
    }
    const dictionary = data.dictionary!;
    let place = seen.get(dictionary);
    if (!place) {
      place = { first: cells ? cells.count : entries.length, count: dictionary.length };
      seen.set(dictionary, place);
      const own = columnOf(name, dictionary, label).read(0, dictionary.length);
      if (cells) cells.add(own);
      else for (const entry of own.values as (string | null)[]) entries.push(entry);
    }
    chunks.push({ ...chunk, entries: place });
  }
  const codeType = isDictionary ? integerName((vector.type as Dictionary).indices) : undefined;
  const dictionary = codeType && { codeType: codeType as ArrowDictionary["codeType"], entries, cells };
  return new ArrowColumn({ name, storage, dictionary }, chunks, label);
}

/**
 * The buffers of a chunk. apache-arrow's slices move the views of values and offsets by themselves; only bits
 * are counted from `offset`.
 */
function chunkOf(data: Data, storage: Storage, isDictionary: boolean): ArrowChunk {
  const { length, offset } = data;
  const validity = data.nullCount > 0 && data.nullBitmap ? memory(data.nullBitmap) : undefined;
  const shift = { validityOffset: offset, offset: storage.kind === "bits" ? offset : 0 };
  if (storage.kind === "null")
    return { length, offset: 0, validityOffset: 0, values: memory(new Uint8Array(0)) };
  const values = memory(bytesOf(data.values as NumericArray));
  const text = storage.kind === "text" && !isDictionary;
  return {
    length,
    ...shift,
    validity,
    values,
    offsets: text ? memory(bytesOf(data.valueOffsets)) : undefined,
    texts: storage.kind === "views" && !isDictionary ? data.variadicBuffers.map(memory) : undefined,
  };
}

function memory(bytes: Uint8Array): BufferRange {
  return { byteLength: bytes.byteLength, read: (first, last) => bytes.subarray(first, last) };
}

function storageOf(type: DataType): Storage | undefined {
  const { DataType, DateUnit, Precision } = arrowLibrary();
  if (DataType.isDictionary(type)) {
    const storage = storageOf(type.dictionary);
    return storage?.kind !== "null" && integerName(type.indices) !== "uint64" ? storage : undefined;
  }
  if (DataType.isNull(type)) return { kind: "null" };
  if (DataType.isBool(type)) return { kind: "bits" };
  if (DataType.isUtf8(type)) return { kind: "text", offsetBytes: 4 };
  if (DataType.isLargeUtf8(type)) return { kind: "text", offsetBytes: 8 };
  if (Number(type.typeId) === UTF8_VIEW) return { kind: "views" };
  if (DataType.isInt(type)) return { kind: "fixed", type: integerName(type) };
  if (DataType.isFloat(type)) {
    if (type.precision === Precision.HALF) return { kind: "half" };
    return { kind: "fixed", type: type.precision === Precision.SINGLE ? "float32" : "float64" };
  }
  if (DataType.isDate(type)) {
    return type.unit === DateUnit.DAY
      ? { kind: "time", bytes: 4, unitNs: NS_PER_DAY }
      : { kind: "time", bytes: 8, unitNs: NS_PER_MS };
  }
  if (!DataType.isTimestamp(type)) return undefined;
  const unitNs = [1_000_000_000n, 1_000_000n, 1_000n, 1n][type.unit]!;
  return { kind: "time", bytes: 8, unitNs, timezone: type.timezone ?? undefined };
}

function integerName(type: { bitWidth: number; isSigned: boolean }) {
  const bits = type.bitWidth as 8 | 16 | 32 | 64;
  return type.isSigned ? (`int${bits}` as const) : (`uint${bits}` as const);
}
