import { newCells, putCells } from "./cells.js";
import { Column } from "./column.js";
import type { ColumnData, ColumnSource, ColumnType } from "./table.js";

/** The cells of `first`, then those of `second`: read from either when they are first needed. Both of one type. */
export function appendColumn(first: Column, second: Column): Column {
  if (first.length === 0) return second;
  const grown = first.origin();
  // A panel that grows session by session keeps one list of parts rather than a chain of pairs.
  const parts =
    grown?.source instanceof AppendedSource && grown.first === 0 && grown.last === grown.source.length
      ? grown.source.parts
      : [first];
  return Column.from(new AppendedSource([...parts, second]));
}

class AppendedSource implements ColumnSource {
  readonly type: ColumnType;
  readonly length: number;
  /** The first row of each part, and the row count. */
  readonly #starts: Float64Array;

  constructor(readonly parts: readonly Column[]) {
    this.type = parts[0]!.type;
    this.#starts = new Float64Array(parts.length + 1);
    for (const [i, part] of parts.entries()) this.#starts[i + 1] = this.#starts[i]! + part.length;
    this.length = this.#starts[parts.length]!;
  }

  read(first: number, last: number): ColumnData {
    const found: ColumnData[] = [];
    for (const [i, part] of this.parts.entries()) {
      const start = this.#starts[i]!;
      const [from, to] = [Math.max(first, start), Math.min(last, this.#starts[i + 1]!)];
      if (from < to) found.push(part.read(from - start, to - start));
    }
    return concat(this.type, found, last - first);
  }

  gather(rows: Uint32Array): ColumnData {
    const found: ColumnData[] = [];
    let from = 0;
    for (const [i, part] of this.parts.entries()) {
      const start = this.#starts[i]!;
      let to = from;
      while (to < rows.length && rows[to]! < this.#starts[i + 1]!) to++;
      if (to > from) found.push(part.gather(rows.subarray(from, to).map((row) => row - start)));
      from = to;
    }
    return concat(this.type, found, rows.length);
  }
}

/** One array of all cells; a single piece is shared. */
function concat(type: ColumnType, pieces: readonly ColumnData[], length: number): ColumnData {
  if (pieces.length === 1) return pieces[0]!;
  const values = newCells(type, length);
  const masked = pieces.some(({ mask }) => mask !== undefined);
  const mask = masked ? new Uint8Array(length).fill(1) : undefined;
  let at = 0;
  for (const piece of pieces) {
    putCells(values, at, piece.values);
    if (piece.mask) mask?.set(piece.mask, at);
    at += piece.values.length;
  }
  return mask ? { values, mask } : { values };
}
