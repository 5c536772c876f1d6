import type { DataPage, DictionaryPage } from "./chunk-pages.js";
import { ParquetFault } from "./fault.js";
import { DELTA_BYTE_ARRAY } from "./fixed-cells.js";
import type { PageMemory } from "./page-memory.js";

/** Texts, or other cells of any length: the i-th has the bytes [starts[i], ends[i]). They share a page's memory. */
export interface TextBytes {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const PLAIN = 0;
const DELTA_LENGTH_BYTE_ARRAY = 6;

/** The entries of a dictionary of texts. @throws ParquetFault corrupt */
export function dictionaryTexts({ values, count, memory }: DictionaryPage): TextBytes {
  return plainTexts(values, count, memory);
}

/** The texts that a page has, without its dictionary's. @throws ParquetFault corrupt, unsupported */
export function pageTexts({ encoding, values, cells, memory }: DataPage): TextBytes {
  if (encoding === PLAIN) return plainTexts(values, cells, memory);
  if (encoding === DELTA_LENGTH_BYTE_ARRAY) return deltaTexts(values, cells, memory).texts;
  if (encoding === DELTA_BYTE_ARRAY) return prefixedTexts(values, cells, memory);
  throw new ParquetFault(`a page of it has the encoding ${encoding}, which is not read`, "unsupported");
}

function plainTexts(values: Uint8Array, count: number, memory: PageMemory): TextBytes {
  if (count > values.length >> 2)
    throw new ParquetFault(`a page of ${count} texts has ${values.length} bytes`);
  const from = memory.put(values);
  const [starts, ends] = [memory.room(4 * count), memory.room(4 * count)];
  if (!memory.loops.textEnds(from, from + values.length, count, starts, ends))
    throw new ParquetFault("a text of it ends beyond its page");
  return { bytes: values, starts: memory.int32(starts, count), ends: memory.int32(ends, count) };
}

/** The lengths of all, and then all texts. */
function deltaTexts(
  values: Uint8Array,
  count: number,
  memory: PageMemory,
): { texts: TextBytes; end: number } {
  const { lengths, end } = readLengths(values, count, memory);
  const bytes = values.subarray(end);
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    starts[i] = at;
    at += lengths[i]!;
    if (lengths[i]! < 0 || at > bytes.length) throw new ParquetFault("a text of it ends beyond its page");
    ends[i] = at;
  }
  return { texts: { bytes, starts, ends }, end: end + at };
}

function readLengths(
  values: Uint8Array,
  count: number,
  memory: PageMemory,
): { lengths: Int32Array; end: number } {
  const from = memory.put(values);
  const out = memory.room(4 * count);
  const end = memory.loops.delta32(from, from + values.length, count, out);
  if (end === 0) throw new ParquetFault("the lengths of its texts are damaged");
  return { lengths: memory.int32(out, count), end: end - from };
}

/** How much each shares with the one before it, and then the rest of each. */
function prefixedTexts(values: Uint8Array, count: number, memory: PageMemory): TextBytes {
  const { lengths: shares, end } = readLengths(values, count, memory);
  const prefixes = shares.slice();
  const { texts: rests } = deltaTexts(values.subarray(end), count, memory);
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let total = 0;
  for (let i = 0; i < count; i++) {
    const before = i === 0 ? 0 : ends[i - 1]! - starts[i - 1]!;
    if (prefixes[i]! < 0 || prefixes[i]! > before)
      throw new ParquetFault("a text of it shares more with the one before it than that has");
    starts[i] = total;
    total += prefixes[i]! + rests.ends[i]! - rests.starts[i]!;
    ends[i] = total;
    if (total > MOST_TEXT_BYTES)
      throw new ParquetFault("the texts of a page have more than 512 MB", "over-budget");
  }
  const bytes = new Uint8Array(total);
  for (let i = 0; i < count; i++) {
    const at = starts[i]!;
    if (i > 0) bytes.copyWithin(at, starts[i - 1]!, starts[i - 1]! + prefixes[i]!);
    bytes.set(rests.bytes.subarray(rests.starts[i]!, rests.ends[i]!), at + prefixes[i]!);
  }
  return { bytes, starts, ends };
}

const MOST_TEXT_BYTES = 2 ** 29;
