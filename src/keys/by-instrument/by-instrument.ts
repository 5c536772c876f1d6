import type { Column, ContiguousCells } from "../../columns/column.js";
import type { ColumnData } from "../../columns/table.js";
import { lowerBound } from "../../search.js";
import type { PanelIndex } from "../panel-index.js";
import { type InstrumentGroup, instrumentGroups, rowsOf } from "./instrument-groups.js";
import { layOut } from "./lay-out.js";

/** A group of instruments, and the cells of columns in its order. */
interface LaidOut {
  readonly group: Pick<InstrumentGroup, "first" | "last" | "starts" | "rows">;
  readonly cells: WeakMap<Column, Column>;
}

/** Made when it is asked for, and held as long as the index is. */
const heldBy = new WeakMap<PanelIndex, ByInstrument>();

/**
 * An index's second order, by instrument, and in it the cells of columns: a history is one run of cells then, which is
 * shared, where each is otherwise fetched from a memory page of its own. 4 bytes a row, and the cells once more.
 */
export class ByInstrument {
  readonly #laid: LaidOut[] = [];
  readonly #perGroup: number;

  private constructor(index: PanelIndex, columns: readonly Column[]) {
    for (const group of instrumentGroups(index)) {
      const cells = new WeakMap<Column, Column>();
      for (const column of columns) cells.set(column, layOut(column, group));
      const { first, last, starts, rows } = group; // not what is needed to lay out alone
      this.#laid.push({ group: { first, last, starts, rows }, cells });
    }
    this.#perGroup = this.#laid.length === 0 ? 1 : this.#laid[0]!.group.last;
  }

  /** That of an index, where it was made. */
  static of(index: PanelIndex): ByInstrument | undefined {
    return heldBy.get(index);
  }

  /** Makes it, of columns in memory; where some of them are in it already, for the others too. */
  static make(index: PanelIndex, columns: Iterable<Column>): void {
    const held = heldBy.get(index);
    if (!held) heldBy.set(index, new ByInstrument(index, [...columns]));
    else held.#add(index, [...columns]);
  }

  /** All rows of an instrument, ascending; a view, not to be written to. */
  rowsOf(code: number): Uint32Array {
    return rowsOf(this.#of(code).group, code);
  }

  /** The cells of some of an instrument's rows, none between them left out. */
  cells(code: number, rows: Uint32Array): ContiguousCells {
    const { group, cells } = this.#of(code);
    return {
      read: (column, first, last) => {
        const laid = cells.get(column);
        if (!laid || first === last) return undefined;
        const [start, end] = [group.starts[code - group.first]!, group.starts[code - group.first + 1]!];
        const from = lowerBound(group.rows, rows[first]!, start, end);
        const found = laid.read(from, from + last - first);
        return last - first === end - start ? found : copyOf(found); // a few bars should not hold a group in memory
      },
    };
  }

  #has(column: Column): boolean {
    return this.#laid.length === 0 || this.#laid[0]!.cells.has(column);
  }

  #add(index: PanelIndex, columns: readonly Column[]): void {
    const more = columns.filter((column) => !this.#has(column));
    if (more.length === 0) return;
    const made = new ByInstrument(index, more);
    for (const [at, { cells }] of this.#laid.entries()) {
      for (const column of more) cells.set(column, made.#laid[at]!.cells.get(column)!);
    }
  }

  #of(code: number): LaidOut {
    return this.#laid[Math.floor(code / this.#perGroup)]!;
  }
}

function copyOf({ values, mask }: ColumnData): ColumnData {
  return mask ? { values: values.slice(), mask: mask.slice() } : { values: values.slice() };
}
