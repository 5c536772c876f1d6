import { NAT_NS, utcToWallClock } from "../../time.js";
import { bytesOf, newCells, timeCells } from "../cells.js";
import { CELL_BYTES, type ColumnData, type ColumnType, type NumericArray } from "../table.js";
import { cellCopier } from "./cell-copy.js";
import { H5T, type H5TypeInfo } from "./h5-types.js";
import { TextDictionary } from "./text-dictionary.js";

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
  /** Strings only: the fixed width in bytes, and the text that stands for a missing one. */
  readonly width?: number;
  readonly missingText?: string | undefined;
}

/** Takes the rows of a column slab by slab. */
export interface Sink {
  /** The cells taken so far, missing ones marked. */
  finish(): ColumnData;
  /** The first `count` rows of `rows` become the cells from `at` on. */
  take(rows: Uint8Array, count: number, at: number): void;
}

/** Room for `length` cells of a field, and the loop that fills it, chosen once. */
export function sinkFor(field: Field, rowBytes: number, length: number): Sink {
  const values = newCells(field.type, length);
  if (Array.isArray(values)) return textSink(field, rowBytes, values);
  const copy = cellCopier(rowBytes, field.offset, CELL_BYTES[field.type]);
  const bytes = bytesOf(values);
  const { unitNs = 1n } = field;
  return {
    finish: () => columnOf(values, field),
    take(rows, count, at) {
      copy(rows, count, bytes, at);
      if (field.type === "bool") toZeroOrOne(bytes, at, at + count);
      if (unitNs !== 1n) toNanoseconds(values as BigInt64Array, unitNs, at, at + count);
    },
  };
}

/** A field's cells, copied as they are in the file, as a column's data. */
export function columnOf(values: NumericArray, field: Field): ColumnData {
  return field.type === "datetime" ? times(values as BigInt64Array, field) : { values };
}

/** NaT cells are masked; times with a zone are shown by its clocks. */
function times(ns: BigInt64Array, { timezone }: Field): ColumnData {
  return timeCells((timezone !== undefined && utcToWallClock(ns, timezone)) || ns);
}

function textSink(field: Field, rowBytes: number, values: (string | null)[]): Sink {
  const width = field.width ?? 0;
  const texts = new TextDictionary(width);
  const decoded: (string | null)[] = [];
  return {
    finish: () => ({ values }),
    take(rows, count, at) {
      for (let i = 0, from = field.offset; i < count; i++, from += rowBytes) {
        const code = texts.codeOf(rows, from);
        if (code === decoded.length) {
          const text = texts.text(code);
          decoded.push(text === field.missingText ? null : text);
        }
        values[at + i] = decoded[code]!;
      }
    },
  };
}

function toZeroOrOne(bytes: Uint8Array, first: number, last: number): void {
  for (let i = first; i < last; i++) if (bytes[i]! > 1) bytes[i] = 1;
}

/** Other units than nanoseconds are rare in columns, so BigInt arithmetic a cell is affordable here. */
export function toNanoseconds(values: BigInt64Array, unitNs: bigint, first = 0, last = values.length): void {
  for (let i = first; i < last; i++) if (values[i] !== NAT_NS) values[i] = values[i]! * unitNs;
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
