import {
  asInt64,
  cellsOfBytes,
  maskedCells,
  newCells,
  pickCells,
  putCells,
  timeCells,
} from "../../columns/cells.js";
import { PIECE_ROWS, pickPiece, pieceScratch } from "../../columns/piece-cells.js";
import { endOfRun } from "../../columns/row-runs.js";
import {
  CELL_BYTES,
  type ColumnData,
  type ColumnSource,
  type ColumnType,
  type NumericArray,
} from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import type { BufferRange } from "../../files/file-range.js";
import { lowerBound } from "../../search.js";
import { NAT_NS, toNanoseconds, utcToWallClock } from "../../time.js";
import { allBelow } from "./code-check.js";
import type { EntryCells } from "./dictionary.js";
import { float32OfHalf } from "./float16.js";
import { textOfViews } from "./views.js";

/** How the cells of a field lie in its buffers. */
export type Storage =
  | { readonly kind: "fixed"; readonly type: Exclude<ColumnType, "string" | "bool"> }
  | { readonly kind: "bits" }
  | {
      readonly kind: "time";
      readonly bytes: 4 | 8;
      readonly unitNs: bigint;
      readonly timezone?: string | undefined;
    }
  | { readonly kind: "half" }
  | { readonly kind: "text"; readonly offsetBytes: 4 | 8 }
  | { readonly kind: "views" }
  | { readonly kind: "null" };

/** The dictionary of a field: its entries, which grow while batches are read, and the type of its codes. */
export interface ArrowDictionary {
  readonly codeType: "int8" | "int16" | "int32" | "uint8" | "uint16" | "uint32" | "int64";
  /** Those of text. */
  readonly entries: readonly (string | null)[];
  /** Those of another type. */
  readonly cells?: EntryCells | undefined;
}

/** A field that we can read. */
export interface ArrowField {
  readonly name: string;
  readonly storage: Storage;
  /** Where set, the cells are codes into it. */
  readonly dictionary?: ArrowDictionary | undefined;
}

/** The cells of one record batch: validity, then what the storage calls for. */
export interface ArrowChunk {
  readonly length: number;
  /** The first cell within the values and offsets. */
  readonly offset: number;
  /** The first cell within the validity bits. */
  readonly validityOffset: number;
  /** One bit a cell, 1 where it is present; absent when none is missing. */
  readonly validity?: BufferRange | undefined;
  readonly values: BufferRange;
  /** Text only: where each cell ends. */
  readonly offsets?: BufferRange | undefined;
  /** Views only: what they point into. */
  readonly texts?: readonly BufferRange[] | undefined;
  /** Where the dictionary of this chunk lies within the entries of the field; its codes count from there. */
  readonly entries?: { readonly first: number; readonly count: number } | undefined;
}

export function columnTypeOf(storage: Storage): ColumnType {
  switch (storage.kind) {
    case "fixed":
      return storage.type;
    case "bits":
      return "bool";
    case "time":
      return "datetime";
    case "half":
      return "float32";
    case "null":
      return "float64"; // numbers are what every format holds
    default:
      return "string";
  }
}

/** The type of the cells as they lie in the buffers. */
function storedType(storage: Storage): ColumnType {
  if (storage.kind === "time") return storage.bytes === 4 ? "int32" : "int64";
  return storage.kind === "half" ? "uint16" : columnTypeOf(storage);
}

/** Gathering reads across a gap of up to this many rows rather than asking the file twice. */
const BRIDGED_ROWS = 4096;
/** It reads all rows from the first to the last one where these are at most so many a row asked for. */
const DENSE_ROWS = 32;

/** A column over the chunks of an Arrow field. Fixed-width cells without nulls are not copied within a chunk. */
export class ArrowColumn implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;
  /** The type of the cells in the buffers: times are integers there. Those of a dictionary are read already. */
  readonly #stored: ColumnType;
  /** The first row of each chunk, and the row count. */
  readonly #starts: Float64Array;

  constructor(
    readonly field: ArrowField,
    readonly chunks: readonly ArrowChunk[],
    readonly label: string,
  ) {
    this.type = columnTypeOf(field.storage);
    this.#stored = field.dictionary ? this.type : storedType(field.storage);
    this.#starts = new Float64Array(chunks.length + 1);
    for (const [i, chunk] of chunks.entries()) this.#starts[i + 1] = this.#starts[i]! + chunk.length;
    this.length = this.#starts[chunks.length]!;
  }

  /** @param into where the cells may lie until it is used again */
  read(first: number, last: number, into?: Uint8Array): ColumnData {
    const data = this.#ofStored(this.#read(first, last, into), (i) => first + i);
    if (first === 0 && last === this.length) this.release();
    return data;
  }

  /** Lets go of bytes that are kept to be read again: whoever has read all rows has their cells. */
  release(): void {
    for (const { values, validity, offsets, texts = [] } of this.chunks) {
      for (const buffer of [values, validity, offsets, ...texts]) buffer?.release?.();
    }
  }

  #read(first: number, last: number, into?: Uint8Array): ColumnData {
    const parts: ColumnData[] = [];
    for (const [i, chunk] of this.chunks.entries()) {
      const start = this.#starts[i]!;
      const [a, b] = [Math.max(first, start), Math.min(last, start + chunk.length)];
      const own = a === first && b === last ? into : undefined; // parts of several chunks would overwrite each other
      if (a < b) parts.push(this.#cells(chunk, a - start, b - start, own));
    }
    if (parts.length === 1) return parts[0]!;
    const values = newCells(this.#stored, last - first);
    const mask = parts.some((part) => part.mask) ? new Uint8Array(last - first).fill(1) : undefined;
    let at = 0;
    for (const part of parts) {
      putCells(values, at, part.values);
      if (part.mask) mask!.set(part.mask, at);
      at += part.values.length;
    }
    return mask ? { values, mask } : { values };
  }

  gather(rows: Uint32Array): ColumnData {
    const values = newCells(this.#stored, rows.length);
    let mask: Uint8Array | undefined;
    const isDense = rows[rows.length - 1]! - rows[0]! < rows.length * DENSE_ROWS;
    for (let from = 0; from < rows.length; ) {
      const piece = lowerBound(rows, rows[from]! + PIECE_ROWS, from + 1, rows.length);
      const to = isDense ? piece : endOfRun(rows, from, piece, BRIDGED_ROWS);
      const [first, some] = [rows[from]!, rows.subarray(from, to)];
      const run = this.#read(first, rows[to - 1]! + 1, pieceScratch());
      pickPiece(values, from, run.values, some, first);
      if (run.mask) {
        mask ??= new Uint8Array(rows.length).fill(1);
        pickCells(mask, from, run.mask, some, first);
      }
      from = to;
    }
    return this.#ofStored(mask ? { values, mask } : { values }, (i) => rows[i]!);
  }

  /** Cells as they are in the buffers as those of the column; `rowOf` tells the row of the i-th. */
  #ofStored(data: ColumnData, rowOf: (i: number) => number): ColumnData {
    const { storage, name, dictionary } = this.field;
    if (storage.kind === "half" && !dictionary) {
      const values = float32OfHalf(data.values as Uint16Array);
      return data.mask ? maskedCells(values, data.mask) : { values };
    }
    if (storage.kind !== "time" || dictionary) return data;
    let times = asInt64(data.values as Int32Array | BigInt64Array);
    if (data.mask) {
      times = times.slice();
      for (let i = 0; i < times.length; i++) if (data.mask[i] === 0) times[i] = NAT_NS;
    }
    const ns = toNanoseconds(times, storage.unitNs, { label: this.label, field: name, rowOf });
    if (storage.timezone === undefined) return timeCells(ns);
    const shown = utcToWallClock(ns, storage.timezone);
    if (shown) return timeCells(shown);
    throw new DataServiceError(
      "unsupported",
      `${this.label}: column "${name}" is in the time zone "${storage.timezone}", which is not known here; write it with tz_localize(None)`,
      { path: this.label, field: name },
    );
  }

  /** Codes into the dictionary, −1 where missing; only of a field that has one. They may be shared. */
  readCodes(first: number, last: number): Int32Array {
    let all: Int32Array | undefined;
    for (const [i, chunk] of this.chunks.entries()) {
      const start = this.#starts[i]!;
      const [a, b] = [Math.max(first, start), Math.min(last, start + chunk.length)];
      if (a >= b) continue;
      const codes = this.#codes(chunk, a - start, b - start);
      if (codes.length === last - first) return codes;
      all ??= new Int32Array(last - first);
      all.set(codes, a - first);
    }
    return all ?? new Int32Array(0);
  }

  #cells(chunk: ArrowChunk, first: number, last: number, into?: Uint8Array): ColumnData {
    const { storage, dictionary } = this.field;
    if (storage.kind === "null") return { values: new Float64Array(last - first).fill(Number.NaN) };
    if (dictionary?.cells) return this.#dictionaryCells(chunk, dictionary.cells, first, last);
    if (dictionary) return { values: this.#dictionaryText(chunk, first, last) };
    const present = this.readPresent(chunk, first, last);
    if (isText(storage)) return { values: this.#text(chunk, first, last, present) };
    if (storage.kind === "bits")
      return withMask(this.#bits(chunk.values, chunk.offset + first, last - first), present);
    const values = this.#fixed(chunk, this.#stored as Exclude<ColumnType, "string">, first, last, into);
    if (!present || !(values instanceof Float32Array || values instanceof Float64Array))
      return withMask(values, present);
    const filled = values.slice();
    for (let i = 0; i < filled.length; i++) if (present[i] === 0) filled[i] = Number.NaN;
    return { values: filled };
  }

  /** One byte a cell of a chunk, 1 where it is present; undefined when all are. */
  readPresent(chunk: ArrowChunk, first: number, last: number): Uint8Array | undefined {
    if (!chunk.validity) return undefined;
    const bytes = this.#bits(chunk.validity, chunk.validityOffset + first, last - first);
    return bytes.includes(0) ? bytes : undefined;
  }

  #fixed(
    chunk: ArrowChunk,
    type: Exclude<ColumnType, "string">,
    first: number,
    last: number,
    into?: Uint8Array,
  ): NumericArray {
    const width = CELL_BYTES[type];
    const [a, b] = [(chunk.offset + first) * width, (chunk.offset + last) * width];
    return cellsOfBytes(type, this.#range(chunk.values, a, b, into), last - first);
  }

  #bits(buffer: BufferRange, first: number, count: number): Uint8Array {
    const packed = this.#range(buffer, first >> 3, (first + count + 7) >> 3);
    const out = new Uint8Array(count);
    for (let i = 0, bit = first & 7; i < count; i++, bit++) out[i] = (packed[bit >> 3]! >> (bit & 7)) & 1;
    return out;
  }

  #text(chunk: ArrowChunk, first: number, last: number, present: Uint8Array | undefined): (string | null)[] {
    const { ends, bytes } = this.readText(chunk, first, last);
    const out = new Array<string | null>(last - first);
    for (let i = 0; i < out.length; i++) {
      out[i] = present?.[i] === 0 ? null : this.decode(bytes.subarray(ends[i]!, ends[i + 1]!));
    }
    return out;
  }

  /** A text of the column. @throws DataServiceError corrupt (it is not UTF-8) */
  decode(bytes: Uint8Array): string {
    try {
      return UTF8.decode(bytes);
    } catch {
      throw this.#corrupt("a text is not UTF-8");
    }
  }

  /** The bytes of the text cells [first, last), cell i at [ends[i], ends[i + 1]). */
  readText(chunk: ArrowChunk, first: number, last: number): { ends: Float64Array; bytes: Uint8Array } {
    const { storage } = this.field;
    if (storage.kind === "views") {
      const views = this.#range(chunk.values, (chunk.offset + first) * 16, (chunk.offset + last) * 16);
      const refuse = (what: string) => {
        throw this.#corrupt(what);
      };
      return textOfViews(views, this.readPresent(chunk, first, last), chunk.texts ?? [], refuse);
    }
    const offsetBytes = storage.kind === "text" ? storage.offsetBytes : 4;
    const [a, b] = [chunk.offset + first, chunk.offset + last + 1];
    const range = this.#range(chunk.offsets!, a * offsetBytes, b * offsetBytes);
    const raw = cellsOfBytes(offsetBytes === 4 ? "int32" : "int64", range, b - a);
    const ends = Float64Array.from(raw as Int32Array, Number);
    const start = ends[0]!;
    for (let i = 1; i < ends.length; i++) {
      if (ends[i]! < ends[i - 1]!) throw this.#corrupt("its text offsets run backwards");
    }
    const bytes = this.#range(chunk.values, start, ends[ends.length - 1]!);
    if (start !== 0) for (let i = 0; i < ends.length; i++) ends[i]! -= start;
    return { ends, bytes };
  }

  #dictionaryText(chunk: ArrowChunk, first: number, last: number): (string | null)[] {
    const entries = this.field.dictionary!.entries;
    const codes = this.#codes(chunk, first, last);
    return Array.from(codes, (code) => (code < 0 ? null : entries[code]!));
  }

  #dictionaryCells(chunk: ArrowChunk, entries: EntryCells, first: number, last: number): ColumnData {
    const { values, present } = entries.pick(this.#codes(chunk, first, last));
    if (!present.includes(0)) return { values };
    if (this.type === "datetime") {
      for (let i = 0; i < present.length; i++) if (present[i] === 0) values[i] = NAT_NS;
    }
    return maskedCells(values, present);
  }

  #codes(chunk: ArrowChunk, first: number, last: number): Int32Array {
    const raw = this.#fixed(chunk, this.field.dictionary!.codeType, first, last);
    const present = this.readPresent(chunk, first, last);
    const { first: shift, count } = chunk.entries!;
    if (raw instanceof Int32Array && !present && shift === 0) {
      if (allBelow(raw, count)) return raw;
      this.#refuseCode(raw.find((code) => code >>> 0 >= count)!, count);
    }
    const out = new Int32Array(last - first);
    for (let i = 0; i < out.length; i++) {
      const code = present?.[i] === 0 ? -1 : Number(raw[i]);
      if (present?.[i] !== 0 && !(code >= 0 && code < count)) this.#refuseCode(code, count);
      out[i] = code < 0 ? -1 : shift + code;
    }
    return out;
  }

  #refuseCode(code: number, count: number): never {
    throw this.#corrupt(`code ${code} is not in its dictionary of ${count}`);
  }

  #range(buffer: BufferRange, first: number, last: number, into?: Uint8Array): Uint8Array {
    if (!(first >= 0 && first <= last && last <= buffer.byteLength)) {
      throw this.#corrupt(`bytes ${first} to ${last} of a buffer of ${buffer.byteLength} are needed`);
    }
    return buffer.read(first, last, into);
  }

  #corrupt(what: string): DataServiceError {
    return new DataServiceError(
      "corrupt",
      `${this.label}: column "${this.field.name}" is damaged: ${what}; write the file again`,
      { path: this.label, field: this.field.name },
    );
  }
}

/** A mark of a byte order is a character of a text as others are. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function isText({ kind }: Storage): boolean {
  return kind === "text" || kind === "views";
}

function withMask(values: NumericArray, mask: Uint8Array | undefined): ColumnData {
  return mask ? { values, mask } : { values };
}

/** The least that the second buffer of `length` cells can have: their values, codes, or text offsets. */
export function minimumBytes(field: ArrowField, length: number): number {
  const { storage, dictionary } = field;
  if (dictionary) return length * CELL_BYTES[dictionary.codeType];
  switch (storage.kind) {
    case "fixed":
      return length * CELL_BYTES[storage.type];
    case "time":
      return length * storage.bytes;
    case "text":
      return (length + 1) * storage.offsetBytes;
    case "views":
      return length * 16;
    case "half":
      return length * 2;
    case "bits":
      return Math.ceil(length / 8);
    case "null":
      return 0;
  }
}
