import { CELL_BYTES } from "../../columns/table.js";
import { type TensorType, tensorBytes } from "../tensor.js";

/** What a tensor of a file is: its numbers come later. */
export interface TensorLayout {
  readonly type: TensorType;
  readonly shape: readonly number[];
}

/** Where a tensor's bytes lie, counted from the end of the header. */
export interface PlacedTensor extends TensorLayout {
  readonly first: number;
  readonly last: number;
}

const DTYPE: Readonly<Record<TensorType, string>> = {
  float32: "F32",
  float64: "F64",
  int8: "I8",
  int16: "I16",
  int32: "I32",
  int64: "I64",
  uint8: "U8",
  uint16: "U16",
  uint32: "U32",
  uint64: "U64",
  bool: "BOOL",
};

/** The name under which the file keeps its texts, and which no tensor can have. */
export const METADATA = "__metadata__";
/** The length of the header, a 64-bit number. */
export const LENGTH_BYTES = 8;

export function dtypeOf(type: TensorType): string {
  return DTYPE[type];
}

/** The type called `dtype`; undefined for half-precision and 8-bit floats, which no array of JavaScript holds. */
export function typeOfDtype(dtype: unknown): TensorType | undefined {
  return (Object.keys(DTYPE) as TensorType[]).find((type) => DTYPE[type] === dtype);
}

/** Places tensors one after another, the widest numbers first, so that each begins at a multiple of its own width. */
export function placeTensors(tensors: Readonly<Record<string, TensorLayout>>): Map<string, PlacedTensor> {
  const placed = new Map<string, PlacedTensor>();
  const order = Object.entries(tensors).sort(([, a], [, b]) => CELL_BYTES[b.type] - CELL_BYTES[a.type]);
  let first = 0;
  for (const [name, { type, shape }] of order) {
    const last = first + tensorBytes(type, shape);
    placed.set(name, { type, shape, first, last });
    first = last;
  }
  return placed;
}

/** The header as bytes, its length before it and padded with spaces to a multiple of 8. */
export function safetensorsHeader(
  placed: ReadonlyMap<string, PlacedTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = Array.from(placed, ([name, { type, shape, first, last }]) => {
    return [name, { dtype: dtypeOf(type), shape, data_offsets: [first, last] }];
  });
  if (Object.keys(metadata).length > 0) entries.unshift([METADATA, metadata]);
  const text = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const header = Buffer.alloc(LENGTH_BYTES + Math.ceil(text.length / 8) * 8, " ");
  header.writeBigUInt64LE(BigInt(header.length - LENGTH_BYTES));
  header.set(text, LENGTH_BYTES);
  return header;
}
