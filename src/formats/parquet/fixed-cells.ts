import { cellsOfBytes } from "../../columns/cells.js";
import type { DataPage, DictionaryPage } from "./chunk-pages.js";
import { ParquetFault } from "./fault.js";
import { BOOLEAN, DOUBLE, FLOAT, INT32, INT64, PHYSICAL_BYTES } from "./physical-type.js";

/** Cells as they lie in a file; those of other widths as their bytes. */
export type FixedCells = Int32Array | BigInt64Array | Float32Array | Float64Array | Uint8Array;

// parquet.thrift, `Encoding`.
const PLAIN = 0;
const RLE = 3;
const DELTA_BINARY_PACKED = 5;
export const DELTA_BYTE_ARRAY = 7;
const BYTE_STREAM_SPLIT = 9;

export function isDictionaryEncoding(encoding: number): boolean {
  return encoding === 2 || encoding === 8;
}

const TYPES = { [INT32]: "int32", [INT64]: "int64", [FLOAT]: "float32", [DOUBLE]: "float64" } as const;

/** Bytes of a cell of a physical type. */
export function widthOf(physical: number, typeLength: number): number {
  return PHYSICAL_BYTES[physical] || typeLength;
}

/** The entries of a dictionary. @throws ParquetFault corrupt */
export function dictionaryCells(
  { values, count }: DictionaryPage,
  physical: number,
  width: number,
): FixedCells {
  return plainCells(values, count, physical, width).slice();
}

/** PLAIN cells; they may share the memory of their bytes. */
function plainCells(values: Uint8Array, count: number, physical: number, width: number): FixedCells {
  if (values.length !== count * width)
    throw new ParquetFault(`a page of ${count} cells has ${values.length} bytes, not ${count * width}`);
  return physical in TYPES
    ? (cellsOfBytes(TYPES[physical as keyof typeof TYPES], values, count) as FixedCells)
    : values;
}

/**
 * The cells that a page has, one after another, without its dictionary's: they lie in its memory, or in its bytes.
 * @throws ParquetFault corrupt, unsupported (encodings that are not known, or not for this type)
 */
export function fixedCells(page: DataPage, physical: number, width: number): FixedCells {
  const { encoding, values, cells } = page;
  if (physical === BOOLEAN) return booleans(page);
  switch (encoding) {
    case PLAIN:
      return plainCells(values, cells, physical, width);
    case DELTA_BINARY_PACKED:
      if (physical === INT32 || physical === INT64) return deltas(page, physical);
      break;
    case BYTE_STREAM_SPLIT:
      return splitStreams(page, physical, width);
  }
  throw new ParquetFault(`a page of it has the encoding ${encoding}, which is not read`, "unsupported");
}

function booleans({ encoding, values, cells, memory }: DataPage): Uint8Array {
  const out = memory.room(cells);
  if (encoding === PLAIN) {
    if (values.length !== (cells + 7) >> 3)
      throw new ParquetFault(`a page of ${cells} bits has ${values.length} bytes`);
    memory.loops.bits(memory.put(values), cells, out);
  } else if (encoding === RLE) {
    const length = values.length < 4 ? -1 : new DataView(values.buffer, values.byteOffset).getUint32(0, true);
    if (length !== values.length - 4) throw new ParquetFault("the runs of a page do not end with it");
    const from = memory.put(values) + 4;
    if (memory.loops.levels(from, from + length, cells, out) < 0)
      throw new ParquetFault("the runs of a page are damaged");
  } else
    throw new ParquetFault(`a page of it has the encoding ${encoding}, which is not read`, "unsupported");
  return memory.bytes(out, cells);
}

function deltas({ values, cells, memory }: DataPage, physical: number): FixedCells {
  const from = memory.put(values);
  const isWide = physical === INT64;
  const out = memory.room(cells * (isWide ? 8 : 4));
  const decode = isWide ? memory.loops.delta64 : memory.loops.delta32;
  if (decode(from, from + values.length, cells, out) === 0)
    throw new ParquetFault("the differences of a page are damaged");
  return cellsOfBytes(
    isWide ? "int64" : "int32",
    memory.bytes(out, cells * (isWide ? 8 : 4)),
    cells,
  ) as FixedCells;
}

function splitStreams({ values, cells, memory }: DataPage, physical: number, width: number): FixedCells {
  if (values.length !== cells * width)
    throw new ParquetFault(`a page of ${cells} cells has ${values.length} bytes, not ${cells * width}`);
  const out = memory.room(values.length);
  memory.loops.splitStreams(memory.put(values), cells, width, out);
  return plainCells(memory.bytes(out, values.length), cells, physical, width);
}

/**
 * Where a page's codes into its dictionary lie, 32 bits each. They are not checked: what takes cells by them is.
 * @throws ParquetFault corrupt
 */
export function dictionaryCodes({ values, cells, memory }: DataPage): number {
  const out = memory.room(4 * cells);
  if (cells === 0) return out;
  const width = values[0] ?? 255;
  const from = memory.put(values);
  if (width > 32 || !memory.loops.hybrid(from + 1, from + values.length, width, cells, out))
    throw new ParquetFault("the codes of a page are damaged");
  return out;
}

/** The entries that a page's codes point to; entries of 2, 4 or 8 bytes. @throws ParquetFault corrupt */
export function takeCells<T extends ArrayBufferView & ArrayLike<unknown>>(
  page: DataPage,
  entries: T & { readonly BYTES_PER_ELEMENT: number; readonly length: number },
): T {
  const { memory, cells } = page;
  const codes = dictionaryCodes(page);
  const width = entries.BYTES_PER_ELEMENT;
  const from = memory.put(entries);
  const out = memory.room(cells * width);
  const { take16, take32, take64 } = memory.loops;
  const take = width === 2 ? take16 : width === 4 ? take32 : take64;
  if (!take(codes, cells, from, entries.length, out))
    throw new ParquetFault(`a code of it is not in its dictionary of ${entries.length}`);
  return memory.cells(entries, out, cells);
}

/** The same of entries of any other number of bytes. */
export function takeBytes(page: DataPage, entries: Uint8Array, width: number): Uint8Array {
  const { memory, cells } = page;
  const count = entries.length / width;
  const codes = memory.int32(dictionaryCodes(page), cells);
  const out = new Uint8Array(cells * width);
  for (let i = 0; i < cells; i++) {
    const code = codes[i]! >>> 0;
    if (code >= count) throw new ParquetFault(`a code of it is not in its dictionary of ${count}`);
    out.set(entries.subarray(code * width, (code + 1) * width), i * width);
  }
  return out;
}
