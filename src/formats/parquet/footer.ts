import type { ReadInto } from "../../files/byte-file.js";
import { CompactReader, TRUE } from "./compact-reader.js";
import { ParquetFault } from "./fault.js";

/** An element of the schema, which lists a tree from its root down (parquet.thrift, `SchemaElement`). */
export interface SchemaElement {
  readonly name: string;
  /** The physical type of a leaf; undefined for a group. */
  readonly type: number | undefined;
  readonly typeLength: number;
  /** 0 required, 1 optional, 2 repeated. */
  readonly repetition: number;
  readonly children: number;
  readonly converted: number | undefined;
  readonly scale: number;
  readonly precision: number;
  readonly logical: LogicalType | undefined;
}

/** `LogicalType` of parquet.thrift: the number of its kind, and what those that are read have besides. */
export interface LogicalType {
  readonly kind: number;
  readonly scale?: number;
  readonly precision?: number;
  readonly isUtc?: boolean;
  /** 1 milliseconds, 2 microseconds, 3 nanoseconds. */
  readonly unit?: number;
  readonly bits?: number;
  readonly isSigned?: boolean;
}

/** The least and the greatest cell of a chunk, as PLAIN bytes. */
export interface Statistics {
  readonly least: Uint8Array | undefined;
  readonly greatest: Uint8Array | undefined;
  readonly nullCount: number | undefined;
}

/** The cells of one column in one row group. */
export interface ColumnChunk {
  readonly type: number;
  readonly path: readonly string[];
  readonly codec: number;
  readonly valueCount: number;
  /** Bytes of its pages, decompressed, and as they lie in the file; page headers count. */
  readonly wholeBytes: number;
  readonly storedBytes: number;
  readonly dataAt: number;
  readonly dictionaryAt: number | undefined;
  readonly statistics: Statistics | undefined;
  readonly isElsewhere: boolean;
  readonly isEncrypted: boolean;
}

export interface RowGroup {
  readonly rows: number;
  readonly chunks: readonly ColumnChunk[];
}

/** What stands at the end of a Parquet file (`FileMetaData`). */
export interface Footer {
  readonly schema: readonly SchemaElement[];
  readonly rows: number;
  readonly groups: readonly RowGroup[];
  readonly metadata: ReadonlyMap<string, string>;
  /** The first byte of the footer, where the data ends. */
  readonly at: number;
}

/** The length of the footer and `PAR1` end the file. */
const TAIL_BYTES = 8;
/** Read at once: most footers fit. */
const FIRST_BYTES = 1 << 16;

/** @throws ParquetFault corrupt, unsupported (encrypted) */
export function readFooter(read: ReadInto, size: number): Footer {
  if (size < 4 + TAIL_BYTES) throw new ParquetFault(`it has ${size} bytes`);
  const end = new Uint8Array(Math.min(size, FIRST_BYTES));
  read(end, size - end.length);
  const view = new DataView(end.buffer, end.length - TAIL_BYTES);
  const mark = String.fromCharCode(...end.subarray(-4));
  if (mark === "PARE") throw new ParquetFault("its footer is encrypted", "unsupported");
  if (mark !== "PAR1") throw new ParquetFault("it does not end with PAR1: its end is missing");
  const length = view.getUint32(0, true);
  const at = size - TAIL_BYTES - length;
  if (at < 4) throw new ParquetFault(`its footer of ${length} bytes is longer than the file`);
  let bytes = end.subarray(Math.max(0, end.length - TAIL_BYTES - length), end.length - TAIL_BYTES);
  if (bytes.length < length) {
    bytes = new Uint8Array(length);
    read(bytes, at);
  }
  return { ...parse(new CompactReader(bytes)), at };
}

function parse(reader: CompactReader): Omit<Footer, "at"> {
  let schema: SchemaElement[] = [];
  let rows = -1;
  let groups: RowGroup[] = [];
  const metadata = new Map<string, string>();
  reader.fields((field) => {
    if (field === 2) schema = reader.list(() => schemaElement(reader));
    else if (field === 3) rows = reader.number();
    else if (field === 4) groups = reader.list(() => rowGroup(reader));
    else if (field === 5) {
      for (const [key, value] of reader.list(() => keyValue(reader))) metadata.set(key, value);
    } else return false;
    return true;
  });
  if (rows < 0) throw new ParquetFault("its footer does not say how many rows it has");
  return { schema, rows, groups, metadata };
}

function keyValue(reader: CompactReader): [string, string] {
  let [key, value] = ["", ""];
  reader.fields((field) => {
    if (field === 1) key = reader.text();
    else if (field === 2) value = reader.text();
    else return false;
    return true;
  });
  return [key, value];
}

function schemaElement(reader: CompactReader): SchemaElement {
  let [name, typeLength, repetition, children, scale, precision] = ["", 0, 0, 0, 0, 0];
  let type: number | undefined;
  let converted: number | undefined;
  let logical: LogicalType | undefined;
  reader.fields((field) => {
    if (field === 1) type = reader.number();
    else if (field === 2) typeLength = reader.number();
    else if (field === 3) repetition = reader.number();
    else if (field === 4) name = reader.text();
    else if (field === 5) children = reader.number();
    else if (field === 6) converted = reader.number();
    else if (field === 7) scale = reader.number();
    else if (field === 8) precision = reader.number();
    else if (field === 10) logical = logicalType(reader);
    else return false;
    return true;
  });
  return { name, type, typeLength, repetition, children, converted, scale, precision, logical };
}

/** Kinds of `LogicalType` that have fields of their own. */
const [DECIMAL, TIME, TIMESTAMP, INTEGER] = [5, 7, 8, 10];

function logicalType(reader: CompactReader): LogicalType | undefined {
  let found: LogicalType | undefined;
  reader.fields((kind) => {
    const own: { -readonly [Key in keyof LogicalType]: LogicalType[Key] } = { kind };
    const isTime = kind === TIME || kind === TIMESTAMP;
    reader.fields((field, type) => {
      if (kind === DECIMAL && field === 1) own.scale = reader.number();
      else if (kind === DECIMAL && field === 2) own.precision = reader.number();
      else if (isTime && field === 1) own.isUtc = type === TRUE;
      else if (isTime && field === 2) own.unit = unionOf(reader);
      else if (kind === INTEGER && field === 1) own.bits = reader.byte();
      else if (kind === INTEGER && field === 2) own.isSigned = type === TRUE;
      else return false;
      return true;
    });
    found = own;
    return true;
  });
  return found;
}

/** Which of its fields a union has. */
function unionOf(reader: CompactReader): number {
  let which = 0;
  reader.fields((field) => {
    which = field;
    return false;
  });
  return which;
}

function rowGroup(reader: CompactReader): RowGroup {
  let rows = -1;
  let chunks: ColumnChunk[] = [];
  reader.fields((field) => {
    if (field === 1) chunks = reader.list(() => columnChunk(reader));
    else if (field === 3) rows = reader.number();
    else return false;
    return true;
  });
  if (rows < 0) throw new ParquetFault("a row group does not say how many rows it has");
  return { rows, chunks };
}

function columnChunk(reader: CompactReader): ColumnChunk {
  let [type, codec, valueCount, wholeBytes, storedBytes, dataAt] = [-1, -1, -1, -1, -1, -1];
  let path: string[] = [];
  let dictionaryAt: number | undefined;
  let statistics: Statistics | undefined;
  let [isElsewhere, isEncrypted] = [false, false];
  const metadata = (field: number) => {
    if (field === 1) type = reader.number();
    else if (field === 3) path = reader.list(() => reader.text());
    else if (field === 4) codec = reader.number();
    else if (field === 5) valueCount = reader.number();
    else if (field === 6) wholeBytes = reader.number();
    else if (field === 7) storedBytes = reader.number();
    else if (field === 9) dataAt = reader.number();
    else if (field === 11) dictionaryAt = reader.number();
    else if (field === 12) statistics = readStatistics(reader);
    else return false;
    return true;
  };
  reader.fields((field) => {
    if (field === 3) reader.fields(metadata);
    else {
      if (field === 1) isElsewhere = true;
      if (field === 8 || field === 9) isEncrypted = true;
      return false;
    }
    return true;
  });
  return {
    ...{ type, path, codec, valueCount, wholeBytes, storedBytes, dataAt },
    ...{ dictionaryAt, statistics, isElsewhere, isEncrypted },
  };
}

function readStatistics(reader: CompactReader): Statistics {
  let nullCount: number | undefined;
  const bounds: (Uint8Array | undefined)[] = [];
  reader.fields((field) => {
    if (field === 3) nullCount = reader.number();
    else if (field === 1 || field === 2 || field === 5 || field === 6) bounds[field] = reader.binary();
    else return false;
    return true;
  });
  return { least: bounds[6] ?? bounds[2], greatest: bounds[5] ?? bounds[1], nullCount };
}
