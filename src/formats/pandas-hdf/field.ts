import { bytesOf, newCells, timeCells } from "../../columns/cells.js";
import { CELL_BYTES, type ColumnData, type ColumnType, type NumericArray } from "../../columns/table.js";
import { toNanoseconds, utcToWallClock } from "../../time.js";
import { cellCopier } from "./cell-copy.js";
import { H5T, type H5TypeInfo } from "./h5-types.js";
import { TextDictionary } from "./text-dictionary.js";
import type { DecodeText } from "./text-encoding.js";

/** One column's place in a row of bytes, and what its bytes mean. */
export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  /** Bytes from the row's beginning. */
  readonly offset: number;
  /** Datetimes only: nanoseconds of the stored unit. */
  readonly unitNs?: bigint;
  /** Datetimes only: the known zone whose wall clock they become, where they are stored in UTC. */
  readonly timezone?: string | undefined;
  /** Strings only: what the cells are positions in, where they are categories; -1 is a missing one. */
  readonly categories?: { readonly texts: readonly string[]; readonly type: CodeType };
  /** Strings only: the fixed width in bytes, how they are decoded, and the text that stands for a missing one. */
  readonly text?: TextField;
}

/** How positions of categories are stored. */
export type CodeType = "int8" | "int16" | "int32" | "int64";

export interface TextField {
  readonly width: number;
  readonly decode: DecodeText;
  readonly missingText: string;
}

/** Takes the rows of a column slab by slab. */
export interface Sink {
  /** The cells taken so far, missing ones marked. */
  finish(): ColumnData;
  /** The first `count` rows of `rows` become the cells from `at` on. */
  take(rows: Uint8Array, count: number, at: number): void;
}

/** Where the rows are that a column is read of. */
export interface Rows {
  /** The file. */
  readonly label: string;
  /** The row in the file of the i-th. */
  rowOf(i: number): number;
}

/** Room for `length` cells of a field, and the loop that fills it, chosen once. */
export function sinkFor(field: Field, rowBytes: number, length: number, of: Rows): Sink {
  const values = newCells(field.type, length);
  if (Array.isArray(values)) {
    return field.categories
      ? categorySink(field, rowBytes, values)
      : textSink(field, field.text!, rowBytes, values);
  }
  const copy = cellCopier(rowBytes, field.offset, CELL_BYTES[field.type]);
  const bytes = bytesOf(values);
  return {
    finish: () => columnOf(values, field, of),
    take(rows, count, at) {
      copy(rows, count, bytes, at);
      if (field.type === "bool") toZeroOrOne(bytes, at, at + count);
    },
  };
}

/**
 * A field's cells, copied as they are in the file, as a column's data: NaT cells are masked, and times with a zone are
 * shown by its clocks. @throws DataServiceError unsupported (a time beyond the span of cells)
 */
export function columnOf(values: NumericArray, field: Field, of: Rows): ColumnData {
  if (field.type !== "datetime") return { values };
  const { name, unitNs = 1n, timezone } = field;
  const ns = toNanoseconds(values as BigInt64Array, unitNs, { ...of, field: name });
  return timeCells((timezone !== undefined && utcToWallClock(ns, timezone)) || ns);
}

function textSink(
  { name, offset }: Field,
  { width, decode, missingText }: TextField,
  rowBytes: number,
  values: (string | null)[],
): Sink {
  const texts = new TextDictionary(width);
  const decoded: (string | null)[] = [];
  return {
    finish: () => ({ values }),
    take(rows, count, at) {
      for (let i = 0, from = offset; i < count; i++, from += rowBytes) {
        const code = texts.codeOf(rows, from);
        if (code === decoded.length) {
          const text = decode(texts.textBytes(code), name);
          decoded.push(text === missingText ? null : text);
        }
        values[at + i] = decoded[code]!;
      }
    },
  };
}

function categorySink({ offset, categories }: Field, rowBytes: number, values: (string | null)[]): Sink {
  const { texts, type } = categories!;
  return {
    finish: () => ({ values }),
    take(rows, count, at) {
      const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
      for (let i = 0, from = offset; i < count; i++, from += rowBytes) {
        values[at + i] = texts[codeAt(view, from, type)] ?? null;
      }
    },
  };
}

function codeAt(view: DataView, at: number, type: CodeType): number {
  if (type === "int8") return view.getInt8(at);
  if (type === "int16") return view.getInt16(at, true);
  return type === "int32" ? view.getInt32(at, true) : Number(view.getBigInt64(at, true));
}

function toZeroOrOne(bytes: Uint8Array, first: number, last: number): void {
  for (let i = first; i < last; i++) if (bytes[i]! > 1) bytes[i] = 1;
}

const UNIT_NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
};

/** Nanoseconds of the unit in `datetime64`, `datetime64[s]`, `datetime64[ns, Asia/Shanghai]`; undefined for other text. */
export function datetimeUnitNs(dtype: string | undefined): bigint | undefined {
  const match = dtype === undefined ? null : /^datetime64(?:\[(\w+)(?:, .*)?\])?$/.exec(dtype);
  return match ? UNIT_NS[match[1] ?? "ns"] : undefined;
}

/** The column type of cells of an HDF5 type that is a plain number or bool; undefined for any other. */
export function columnTypeOf(info: H5TypeInfo): ColumnType | undefined {
  if (info.size > 1 && !info.littleEndian) return undefined;
  if (info.type === H5T.float) return info.size === 4 ? "float32" : info.size === 8 ? "float64" : undefined;
  if (info.type === H5T.bitfield || info.type === H5T.enumeration)
    return info.size === 1 ? "bool" : undefined;
  if (info.type !== H5T.integer) return undefined;
  const bits = info.size * 8;
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) return undefined;
  return info.signed ? `int${bits}` : `uint${bits}`;
}
