import { matchSessions } from "../../align/align.js";
import { mapInstruments } from "../../align/instrument-map.js";
import { isNumeric } from "../../columns/floats.js";
import type { ColumnSource } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { numericCells } from "../../expression/table.js";
import type { PanelIndex } from "../../keys/panel-index.js";
import type { Panel } from "../../panel/panel.js";

/** Sessions are read together until they have so many rows. */
const BLOCK_ROWS = 1 << 16;

/** One factor's cells, laid beside a market's instruments a session at a time; only a block of them is in memory. */
export class FactorCells {
  /** The factor's rows; of these the finite and the infinite ones, counted as they are read. */
  readonly rowCount: number;
  finite = 0;
  infinite = 0;
  /** The factor's position of each of the market's sessions, or -1. */
  readonly sessions: Int32Array;
  readonly #index: PanelIndex;
  readonly #source: ColumnSource;
  readonly #toMarket: Int32Array;
  readonly #byCode: Float64Array;
  #block: { first: number; last: number; cells: ArrayLike<number> } = { first: 0, last: 0, cells: [] };
  #next = 0;

  /** @throws DataServiceError unknown-field, bad-request (cells that are no numbers) */
  constructor(factor: Panel, column: string, market: PanelIndex) {
    const source = factor.column(column);
    if (!isNumeric(source.type)) {
      const problem = `factorQuality: "${column}" holds ${source.type} cells; a factor holds numbers`;
      throw new DataServiceError("bad-request", problem, { field: column });
    }
    this.#index = factor.index;
    this.#source = source;
    this.rowCount = factor.rowCount;
    this.sessions = matchSessions(market.datetimes, factor.index.datetimes);
    this.#toMarket = mapInstruments(factor.index.instruments, market.instruments);
    this.#byCode = new Float64Array(market.instruments.length);
  }

  /** Writes the finite cells of a session beside the market's instruments into `out`, NaN where there is none. */
  beside(session: number, codes: Int32Array, out: Float64Array): void {
    const own = this.sessions[session]!;
    if (own < 0) {
      out.fill(Number.NaN, 0, codes.length);
      return;
    }
    this.#countUpTo(own);
    const byCode = this.#byCode.fill(Number.NaN);
    const [first, last] = [this.#index.startOf(own), this.#index.startOf(own + 1)];
    const { cells, from } = this.#read(own, first, last);
    const instruments = this.#index.codesOf(first, last);
    for (let i = 0; i < instruments.length; i++) {
      const code = this.#toMarket[instruments[i]!]!;
      const cell = cells[from + i]!;
      if (code >= 0 && cell - cell === 0) byCode[code] = cell;
      this.#count(cell);
    }
    this.#next = own + 1;
    for (let i = 0; i < codes.length; i++) out[i] = byCode[codes[i]!]!;
  }

  /** Counts what lies after the last session that was asked for. */
  finish(): void {
    this.#countUpTo(this.#index.sessionCount);
  }

  /** Sessions that the market lacks count as well. */
  #countUpTo(session: number): void {
    for (; this.#next < session; this.#next++) {
      const [first, last] = [this.#index.startOf(this.#next), this.#index.startOf(this.#next + 1)];
      const { cells, from } = this.#read(this.#next, first, last);
      for (let i = 0; i < last - first; i++) this.#count(cells[from + i]!);
    }
  }

  #count(cell: number): void {
    if (cell - cell === 0) this.finite++;
    else if (!Number.isNaN(cell)) this.infinite++;
  }

  #read(session: number, first: number, last: number): { cells: ArrayLike<number>; from: number } {
    if (first < this.#block.first || last > this.#block.last) {
      let to = session + 1;
      while (to < this.#index.sessionCount && this.#index.startOf(to + 1) - first <= BLOCK_ROWS) to++;
      const end = this.#index.startOf(to);
      this.#block = { first, last: end, cells: numericCells(this.#source.read(first, end)) };
    }
    return { cells: this.#block.cells, from: first - this.#block.first };
  }
}
