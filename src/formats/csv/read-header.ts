import { DataServiceError } from "../../errors.js";
import { bare } from "./key-cells.js";
import { CsvRecords } from "./records.js";

/** The first record of a table, which names its columns. */
export interface CsvHeader {
  readonly names: readonly string[];
  readonly separator: number;
  /** Where what comes behind it begins in the piece. */
  readonly next: number;
  /** The line of that. */
  readonly line: number;
}

/** A header of more cells is none, or has another separator. */
const MOST_COLUMNS = 1 << 17;
/** Lines of one cell, notes or comments, that may stand above the header of a table of several columns. */
const MOST_ABOVE = 20;

/**
 * The header at the beginning of a text: its names without blanks around them, and those that are empty by their place.
 * Undefined where there is none.
 * @throws DataServiceError over-budget (more than 131,072 cells)
 */
export function readHeader(piece: Buffer, path: string): CsvHeader | undefined {
  const separator = separatorOf(piece, path);
  let first: CsvHeader | undefined;
  let found: CsvHeader | undefined;
  let above = 0;
  const records = new CsvRecords(separator, 0);
  records.push(Buffer.from(piece), true, ({ bytes, starts, ends, count, next }) => {
    if (count > MOST_COLUMNS) {
      const problem = `${path}: its first line has ${count} cells, and a table at most ${MOST_COLUMNS} columns; check what parts them`;
      throw new DataServiceError("over-budget", problem, { path, count });
    }
    const names = Array.from({ length: count }, (_, i) => {
      return bare(bytes.toString("utf8", starts[i]!, ends[i]!)) || `column${i}`;
    });
    const header = { names, separator, next, line: records.line };
    first ??= header;
    if (count > 1) found = header;
    return count === 1 && above++ < MOST_ABOVE;
  });
  return found ?? first;
}

/** The separator of which the first line has most. */
function separatorOf(piece: Buffer, path: string): number {
  const end = piece.indexOf(10);
  const line = piece
    .toString("utf8", 0, end < 0 ? Math.min(piece.length, 1 << 20) : end)
    .replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t", "|"].map((one) => [one, line.split(one).length] as const);
  const most = counts.reduce((best, one) => (one[1] > best[1] ? one : best));
  return (most[1] === 1 && /\.tsv(\.|$)/i.test(path) ? "\t" : most[0]).charCodeAt(0);
}
