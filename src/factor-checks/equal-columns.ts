import type { Column } from "../columns/column.js";
import { numericCells } from "../expression/table.js";
import type { PanelIndex } from "../keys/panel-index.js";
import type { Panel } from "../panel/panel.js";

/**
 * Which columns of a market a factor repeats. Nearly all differ in the first rows that are compared, so that little of
 * them is read.
 */
export class EqualColumns {
  readonly #index: PanelIndex;
  readonly #equal: Map<string, Column>;
  readonly #isSingle: boolean;

  /** @param fields the market's numeric columns @param isSingle whether the factor has 32-bit cells */
  constructor(market: Panel, fields: Iterable<string>, isSingle: boolean) {
    this.#index = market.index;
    this.#equal = new Map(Array.from(fields, (name) => [name, market.column(name)]));
    this.#isSingle = isSingle;
  }

  /** Those that no compared cell differed from. */
  get names(): string[] {
    return [...this.#equal.keys()];
  }

  /**
   * Compares a session's finite cells with those beside them: `rows` holds the market's row of each, or -1. As float32
   * where one of both has no more digits.
   */
  compare(cells: Float64Array, rows: Int32Array): void {
    if (this.#equal.size === 0) return;
    const met = rows.find((row) => row >= 0);
    if (met === undefined) return;
    const session = this.#index.sessionOf(met);
    const [first, last] = [this.#index.startOf(session), this.#index.startOf(session + 1)];
    for (const [name, column] of this.#equal) {
      const there = numericCells(column.read(first, last));
      const round = this.#isSingle || column.type === "float32" ? Math.fround : Number;
      const differs = cells.some((cell, i) => {
        return cell - cell === 0 && rows[i]! >= 0 && round(cell) !== round(there[rows[i]! - first]!);
      });
      if (differs) this.#equal.delete(name);
    }
  }
}
