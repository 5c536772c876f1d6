import { createRequire } from "node:module";
import type { ReadInto } from "../../files/byte-file.js";
import type { ReadingBudget } from "./budget.js";
import { ChunkBytes } from "./chunk-bytes.js";
import { decompress } from "./decompress.js";
import { ParquetFault } from "./fault.js";
import type { ColumnChunk } from "./footer.js";
import { firstByte } from "./footer-check.js";
import type { PageHeader } from "./page-header.js";
import { PageMemory } from "./page-memory.js";

/** A page of cells, decompressed. */
export interface DataPage {
  /** Its first row in the row group. */
  readonly first: number;
  readonly rows: number;
  /** How many of them have a cell. */
  readonly cells: number;
  /** Where a byte a row tells which those are; undefined where all have one. */
  readonly present: number | undefined;
  readonly encoding: number;
  /** The bytes of its cells; they may lie in the memory. */
  readonly values: Uint8Array;
  readonly memory: PageMemory;
}

/** The entries of a dictionary, PLAIN. */
export interface DictionaryPage {
  readonly count: number;
  readonly values: Uint8Array;
  readonly memory: PageMemory;
}

/** A chunk to read, and what its footer and schema say of it. */
export interface ChunkRead {
  readonly chunk: ColumnChunk;
  readonly rows: number;
  readonly isOptional: boolean;
  readonly budget: ReadingBudget;
}

export interface PageVisitor {
  /** Whether the page is to be decompressed: the `number`th, with the rows [first, last). */
  wants(number: number, first: number, last: number): boolean;
  dictionary(page: DictionaryPage): void;
  page(page: DataPage, number: number): void;
  /** No page from here on is wanted. */
  isDone(row: number): boolean;
}

const [PLAIN, PLAIN_DICTIONARY, RLE] = [0, 2, 3];
/** What decoding takes for a row: its code, its cell as it lies and as it is, and whether it is there. */
const ROW_BYTES = 32;
/** A page that takes more is none that a writer makes, and none that WebAssembly holds. */
const MOST_PAGE_BYTES = 2 ** 31 - 2 ** 24;

/**
 * Goes through the pages of a chunk. Sizes and counts are checked against the footer before anything is made room for.
 * @throws ParquetFault corrupt, unsupported, over-budget
 */
export function visitPages(read: ReadInto, of: ChunkRead, visitor: PageVisitor): void {
  const { chunk, rows } = of;
  if (chunk.isEncrypted) throw new ParquetFault("it is encrypted", "unsupported");
  if (rows === 0) return;
  const begin = firstByte(chunk);
  const bytes = new ChunkBytes(read, begin, begin + chunk.storedBytes);
  let [row, number, whole, dictionaryBytes, hasDictionary] = [0, 0, 0, 0, false];
  while (row < rows && !visitor.isDone(row)) {
    if (bytes.at >= bytes.end) throw new ParquetFault(`its pages end at row ${row} of ${rows}`);
    const header = bytes.header();
    whole += header.wholeBytes;
    if (whole > chunk.wholeBytes)
      throw new ParquetFault(`its pages have more bytes than the ${chunk.wholeBytes} that its footer says`);
    if (header.kind === "other") {
      bytes.pass(header.storedBytes);
      continue;
    }
    if (header.kind === "dictionary") {
      if (hasDictionary || row > 0) throw new ParquetFault("it has a dictionary where none can be");
      hasDictionary = true;
      dictionaryBytes = header.wholeBytes;
      visitor.dictionary(dictionaryPage(bytes, header, of));
      continue;
    }
    const last = row + header.values;
    if (last > rows) throw new ParquetFault(`its pages have more cells than the ${rows} of its row group`);
    if (visitor.wants(number, row, last)) {
      visitor.page(dataPage(bytes, header, of, row, dictionaryBytes), number);
    } else {
      bytes.pass(header.storedBytes);
    }
    row = last;
    number++;
  }
}

function dictionaryPage(bytes: ChunkBytes, header: PageHeader, of: ChunkRead): DictionaryPage {
  const { encoding, wholeBytes, values } = header;
  if (encoding !== PLAIN && encoding !== PLAIN_DICTIONARY)
    throw new ParquetFault(`its dictionary has the encoding ${encoding}, which is not read`, "unsupported");
  const memory = memoryFor(header, of, 2 * wholeBytes);
  const stored = take(bytes, header);
  return { count: values, values: decompress(of.chunk.codec, stored, wholeBytes, memory), memory };
}

function memoryFor({ wholeBytes, storedBytes }: PageHeader, of: ChunkRead, work: number): PageMemory {
  const wanted = 2 * wholeBytes + storedBytes + work;
  of.budget.check(wholeBytes, "a page");
  if (wanted > MOST_PAGE_BYTES) throw new ParquetFault(`a page of ${wholeBytes} bytes`, "over-budget");
  return new PageMemory(wanted);
}

function take(bytes: ChunkBytes, { storedBytes, checksum }: PageHeader): Uint8Array {
  const stored = bytes.take(storedBytes);
  const own = checksum === undefined ? undefined : checksumOf(stored);
  if (own !== undefined && own !== checksum! >>> 0)
    throw new ParquetFault("a page of it is not what its checksum says");
  return stored;
}

function dataPage(
  bytes: ChunkBytes,
  header: PageHeader,
  of: ChunkRead,
  first: number,
  dictionaryBytes: number,
): DataPage {
  const memory = memoryFor(header, of, header.values * ROW_BYTES + 2 * dictionaryBytes);
  const stored = take(bytes, header);
  const { encoding, values: rows } = header;
  const { codec } = of.chunk;
  const common = { first, rows, encoding, memory };
  if (header.kind === "data") {
    const page = decompress(codec, stored, header.wholeBytes, memory);
    if (!of.isOptional) return { ...common, cells: rows, present: undefined, values: page };
    if (header.levelEncoding !== RLE)
      throw new ParquetFault(`its levels have the encoding ${header.levelEncoding}`, "unsupported");
    const length =
      page.length < 4 ? page.length : new DataView(page.buffer, page.byteOffset).getUint32(0, true);
    if (length > page.length - 4) throw new ParquetFault("the levels of a page end beyond it");
    return {
      ...common,
      ...levels(page.subarray(4, 4 + length), rows, memory),
      values: page.subarray(4 + length),
    };
  }
  const { definitionBytes, repetitionBytes, wholeBytes } = header;
  const levelBytes = definitionBytes + repetitionBytes;
  if (levelBytes > Math.min(stored.length, wholeBytes))
    throw new ParquetFault("the levels of a page end beyond it");
  const own = of.isOptional
    ? levels(stored.subarray(repetitionBytes, levelBytes), rows, memory)
    : { cells: rows, present: undefined };
  if (header.nulls >= 0 && rows - own.cells !== header.nulls)
    throw new ParquetFault(`a page has ${rows - own.cells} rows without a cell, and says ${header.nulls}`);
  const rest = stored.subarray(levelBytes);
  const wanted = wholeBytes - levelBytes;
  const values = decompress(header.isCompressed ? codec : 0, rest, wanted, memory);
  return { ...common, ...own, values };
}

function levels(bytes: Uint8Array, rows: number, memory: PageMemory): Pick<DataPage, "cells" | "present"> {
  const from = memory.put(bytes);
  const present = memory.room(rows);
  const cells = memory.loops.levels(from, from + bytes.length, rows, present);
  if (cells < 0) throw new ParquetFault("the levels of a page are damaged");
  return { cells, present: cells === rows ? undefined : present };
}

/** Undefined where Node has none: it does from 20.15 on. */
function checksumOf(bytes: Uint8Array): number | undefined {
  const zlib = createRequire(import.meta.url)("node:zlib") as { crc32?: (bytes: Uint8Array) => number };
  return zlib.crc32?.(bytes);
}
