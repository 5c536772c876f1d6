import type { Column } from "../columns/column.js";
import type { Panel } from "../panel/panel.js";
import { SessionCorrelations } from "./correlation.js";

/** A return over the sessions [from, to] around a bar, as qlib writes it, and how sentences call it. */
export interface ReturnWindow {
  readonly from: number;
  readonly to: number;
  readonly called: string;
  readonly expression: string;
}

const ahead = (to: number, called: string): ReturnWindow => {
  return { from: 0, to, called, expression: `Ref($close, -${to})/$close - 1` };
};

/** The plainest look-ahead: the bar's own return, and those that begin at it. */
export const RETURN_WINDOWS: readonly ReturnWindow[] = [
  ahead(1, "the next bar"),
  ahead(2, "the next 2 bars"),
  ahead(5, "the next 5 bars"),
  ahead(10, "the next 10 bars"),
  { from: -1, to: 0, called: "their own bar", expression: "$close/Ref($close, 1) - 1" },
];

/** So many sessions, spread over all, are looked at: what looks ahead does so in each. */
const MOST_SESSIONS = 120;
/** Values that are apart by less than float32 rounds a return to are the same. */
const ROUNDING = 1e-6;
/** Pairs that have to be there before values can be said to be the same, and the share of them that is. */
const LEAST_PAIRS = 10;
const EQUAL_SHARE = 0.99;

/** The returns of a market's close around its sessions, over calendar positions as qlib's `Ref` counts them. */
export class BarReturns {
  readonly #market: Panel;
  readonly #close: Column;
  readonly #every: number;
  readonly #closes = new Map<number, Float64Array>();

  private constructor(market: Panel) {
    this.#market = market;
    this.#close = market.column("close");
    this.#every = Math.max(1, Math.ceil(market.index.sessionCount / MOST_SESSIONS));
  }

  /** None of a market without a close that is a number. */
  static of(market: Panel): BarReturns | undefined {
    if (!market.hasField("close") || !/^float/.test(market.column("close").type)) return undefined;
    return new BarReturns(market);
  }

  /** Whether a session is one of those looked at. */
  takes(session: number): boolean {
    return session % this.#every === 0;
  }

  /** The return of each instrument in a window around a session, by its code; undefined beyond the calendar. */
  around(session: number, { from, to }: ReturnWindow): Float64Array | undefined {
    const [before, after] = [this.#closesOf(session + from), this.#closesOf(session + to)];
    return before && after?.map((close, code) => close / before[code]! - 1);
  }

  /** Closes by instrument code, NaN where there is no row. */
  #closesOf(session: number): Float64Array | undefined {
    const { index } = this.#market;
    if (session < 0 || session >= index.sessionCount) return undefined;
    const known = this.#closes.get(session);
    if (known) return known;
    const [first, last] = [index.startOf(session), index.startOf(session + 1)];
    const cells = this.#close.read(first, last).values as Float32Array;
    const closes = new Float64Array(index.instruments.length).fill(Number.NaN);
    for (const [i, code] of index.codesOf(first, last).entries()) closes[code] = cells[i]!;
    if (this.#closes.size > 2 * MOST_SESSIONS) this.#closes.clear();
    this.#closes.set(session, closes);
    return closes;
  }
}

/** How a factor goes with the returns of one window. */
export class ReturnMatch {
  readonly #correlations = new SessionCorrelations();
  #pairs = 0;
  #equal = 0;

  constructor(readonly window: ReturnWindow) {}

  /** A session's cells, and the return beside each. */
  add(cells: Float64Array, returns: Float32Array): void {
    for (let i = 0; i < cells.length; i++) {
      const [a, b] = [cells[i]!, returns[i]!];
      if (a - a !== 0 || b - b !== 0) continue;
      this.#pairs++;
      if (Math.abs(a - b) <= ROUNDING) this.#equal++;
    }
    this.#correlations.add(cells, returns);
  }

  /** Whether nearly all values are the returns. */
  get isEqual(): boolean {
    return this.#pairs >= LEAST_PAIRS && this.#equal >= EQUAL_SHARE * this.#pairs;
  }

  /** The mean over sessions of the correlation of ranks; undefined where too few sessions count. */
  get rankIc(): number | undefined {
    return this.#correlations.coefficients()?.rankIc;
  }
}
