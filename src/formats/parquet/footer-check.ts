import { ParquetFault } from "./fault.js";
import type { Footer } from "./footer.js";
import type { SchemaLeaf } from "./schema-fields.js";

/** No row number is larger. */
const MOST_ROWS = 2 ** 31 - 1;
/** The mark that begins the file. */
const HEAD_BYTES = 4;

/**
 * Refuses a footer that contradicts itself or the file: rows that do not add up, chunks that are none of the schema's, lie
 * beyond the data or in each other. What a column holds is checked against it when its pages are read.
 * @throws ParquetFault corrupt, unsupported (columns in other files)
 */
export function checkFooter({ groups, rows, at }: Footer, leaves: readonly SchemaLeaf[]): void {
  const spans: { first: number; last: number }[] = [];
  let counted = 0;
  for (const [g, group] of groups.entries()) {
    const where = `row group ${g}`;
    counted += group.rows;
    if (group.chunks.length !== leaves.length)
      throw new ParquetFault(`${where} has ${group.chunks.length} columns, its schema ${leaves.length}`);
    for (const [i, chunk] of group.chunks.entries()) {
      const { element, isFlat } = leaves[i]!;
      const { name, type } = element;
      const what = `column "${name}" of ${where}`;
      if (chunk.isElsewhere) throw new ParquetFault(`${what} lies in another file`, "unsupported");
      if (chunk.isEncrypted || group.rows === 0) continue; // nothing of it is read; old pyarrow gives it no place
      if (chunk.type !== type || (chunk.path.length > 0 && chunk.path.at(-1) !== name))
        throw new ParquetFault(`${what} is said to be "${chunk.path.join(".")}", of another type`);
      if (isFlat && chunk.valueCount !== group.rows)
        throw new ParquetFault(`${what} has ${chunk.valueCount} cells, and the row group ${group.rows} rows`);
      const first = firstByte(chunk);
      const last = first + chunk.storedBytes;
      if (chunk.storedBytes < 0 || chunk.wholeBytes < 0 || first < HEAD_BYTES || last > at)
        throw new ParquetFault(`${what} lies at the bytes ${first} to ${last}, and the data ends at ${at}`);
      if (chunk.storedBytes > 0) spans.push({ first, last });
    }
  }
  if (counted !== rows) throw new ParquetFault(`its row groups have ${counted} rows, and the file ${rows}`);
  if (rows > MOST_ROWS) throw new ParquetFault(`it has ${rows} rows`, "unsupported");
  spans.sort((a, b) => a.first - b.first);
  for (let i = 1; i < spans.length; i++) {
    if (spans[i]!.first < spans[i - 1]!.last)
      throw new ParquetFault(`two of its columns lie at the byte ${spans[i]!.first}`);
  }
}

/** Where a chunk begins: with its dictionary, if it has one. */
export function firstByte({
  dataAt,
  dictionaryAt,
}: {
  readonly dataAt: number;
  readonly dictionaryAt: number | undefined;
}): number {
  return dictionaryAt !== undefined && dictionaryAt > 0 && dictionaryAt < dataAt ? dictionaryAt : dataAt;
}
