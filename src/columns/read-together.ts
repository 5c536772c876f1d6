import type { Column } from "./column.js";
import type { ColumnBlock, ColumnData, ColumnSource } from "./table.js";

/**
 * Columns to read slab by slab, as writers do. Those that lie together in a file are read together: the first
 * that is asked for some rows reads them for all, and the others take theirs from memory. Holds one slab.
 */
export function readTogether(columns: ReadonlyMap<string, Column>): Map<string, ColumnSource> {
  const slabs: Slab[] = [];
  const out = new Map<string, ColumnSource>();
  for (const [name, column] of columns) {
    const origin = column.origin();
    const block = origin?.source.block;
    if (!origin || !block) {
      out.set(name, column);
      continue;
    }
    let slab = slabs.find((one) => one.block === block && one.offset === origin.first);
    if (!slab) {
      slab = new Slab(block, origin.first);
      slabs.push(slab);
    }
    out.set(name, new SlabColumn(column, slab, slab.add(origin.source)));
  }
  return out;
}

class Slab {
  readonly #sources: ColumnSource[] = [];
  #rows: readonly [number, number] | undefined;
  #data: readonly ColumnData[] = [];

  constructor(
    readonly block: ColumnBlock,
    /** Where row 0 of the columns lies in the block. */
    readonly offset: number,
  ) {}

  /** The position of a source among those that are read together. */
  add(source: ColumnSource): number {
    return this.#sources.push(source) - 1;
  }

  read(position: number, first: number, last: number): ColumnData {
    if (this.#rows?.[0] !== first || this.#rows[1] !== last) {
      this.#data = this.block.read(this.#sources, this.offset + first, this.offset + last);
      this.#rows = [first, last];
    }
    return this.#data[position]!;
  }
}

class SlabColumn implements ColumnSource {
  constructor(
    readonly column: Column,
    readonly slab: Slab,
    readonly position: number,
  ) {}

  get type() {
    return this.column.type;
  }

  get length() {
    return this.column.length;
  }

  read(first: number, last: number): ColumnData {
    return this.slab.read(this.position, first, last);
  }

  gather(rows: Uint32Array): ColumnData {
    return this.column.gather(rows);
  }
}
