import { Argsort } from "./argsort.js";

/** One session of a market: which instruments, and what each returned over the horizons that follow. */
export interface SessionFrame {
  /** Position among the market's sessions. */
  readonly session: number;
  /** How many rows; arrays may be longer. */
  readonly size: number;
  /** The market's code of each row's instrument, ascending. */
  readonly codes: Int32Array;
  /** By horizon, the return of each row; NaN where there is none. */
  readonly returns: readonly Float64Array[];
  /** By horizon, the rows that have a return, ascending by it. */
  order(horizon: number): { readonly rows: Uint32Array; readonly count: number };
}

/** What frames are made of. */
export interface ReturnsRequest {
  readonly sessionCount: number;
  readonly instrumentCount: number;
  /** The rows of a session, as codes. */
  codesOf(session: number): Int32Array;
  /** The price of each of these rows. */
  pricesOf(session: number): ArrayLike<number>;
  /** Sessions ahead, ascending. */
  readonly horizons: readonly number[];
  /** Whether a price that is missing is the last one before it, for ever: pandas' `pct_change` in alphalens. */
  readonly padded: boolean;
  /** Whether a return spans the horizon; else its last session alone. */
  readonly cumulative: boolean;
  /** Whether returns are rounded to float32 at each step, as pandas does of float32 prices. */
  readonly single: boolean;
}

/**
 * The returns of a market's rows, session by session: P(t + h) / P(t) - 1 at positions of the market's calendar, both
 * prices of those sessions themselves, or padded. In padded frames every instrument has a row in every session.
 */
export class ReturnFrames {
  readonly #request: ReturnsRequest;
  /** Prices by instrument of the sessions in sight; session s in slot s % slots. */
  readonly #prices: Float64Array[];
  #known = 0;
  readonly #frame: FrameInMemory;
  readonly #all: Int32Array | undefined;

  constructor(request: ReturnsRequest) {
    this.#request = request;
    const slots = (request.horizons.at(-1) ?? 0) + 1;
    this.#prices = Array.from({ length: slots }, () => new Float64Array(request.instrumentCount));
    this.#frame = new FrameInMemory(request.horizons.length, request.instrumentCount);
    if (request.padded) this.#all = Int32Array.from({ length: request.instrumentCount }, (_, code) => code);
  }

  /** The frame of a session, which the next call overwrites; sessions come in ascending order. */
  at(session: number): SessionFrame {
    const { horizons, cumulative, sessionCount, single } = this.#request;
    const codes = this.#all ?? this.#request.codesOf(session);
    const frame = this.#frame.begin(session, codes);
    while (this.#known < Math.min(session + this.#prices.length, sessionCount)) this.#see(this.#known++);
    for (const [h, horizon] of horizons.entries()) {
      const returns = frame.returns[h]!;
      if (session + horizon >= sessionCount) {
        returns.fill(Number.NaN, 0, codes.length);
        continue;
      }
      const from = this.#slot(cumulative ? session : session + horizon - 1);
      const to = this.#slot(session + horizon);
      for (let i = 0; i < codes.length; i++) {
        const ratio = to[codes[i]!]! / from[codes[i]!]!;
        const r = single ? Math.fround(Math.fround(ratio) - 1) : ratio - 1;
        returns[i] = r - r === 0 ? r : Number.NaN; // a price of 0 gives none
      }
    }
    return frame;
  }

  #slot(session: number): Float64Array {
    return this.#prices[session % this.#prices.length]!;
  }

  #see(session: number): void {
    const { padded } = this.#request;
    const slot = this.#slot(session);
    if (padded && session > 0) slot.set(this.#slot(session - 1));
    else slot.fill(Number.NaN);
    const [codes, prices] = [this.#request.codesOf(session), this.#request.pricesOf(session)];
    for (let i = 0; i < codes.length; i++) {
      if (!padded || !Number.isNaN(prices[i]!)) slot[codes[i]!] = prices[i]!;
    }
  }
}

/** Frames whose returns are given a row of the market, such as a label: one horizon of one session. */
export class LabelFrames {
  readonly #codesOf: (session: number) => Int32Array;
  readonly #labelsOf: (session: number) => ArrayLike<number>;
  readonly #frame: FrameInMemory;

  constructor(
    instrumentCount: number,
    codesOf: (session: number) => Int32Array,
    labelsOf: (session: number) => ArrayLike<number>,
  ) {
    this.#codesOf = codesOf;
    this.#labelsOf = labelsOf;
    this.#frame = new FrameInMemory(1, instrumentCount);
  }

  at(session: number): SessionFrame {
    const frame = this.#frame.begin(session, this.#codesOf(session));
    frame.returns[0]!.set(this.#labelsOf(session));
    return frame;
  }
}

class FrameInMemory implements SessionFrame {
  session = 0;
  size = 0;
  codes = new Int32Array(0);
  readonly returns: Float64Array[];
  readonly #orders: { rows: Uint32Array; count: number; of: number }[];
  readonly #argsort = new Argsort();

  constructor(horizons: number, rows: number) {
    this.returns = Array.from({ length: horizons }, () => new Float64Array(rows));
    this.#orders = this.returns.map(() => ({ rows: new Uint32Array(rows), count: 0, of: -1 }));
  }

  begin(session: number, codes: Int32Array): this {
    this.session = session;
    this.codes = codes as Int32Array<ArrayBuffer>;
    this.size = codes.length;
    for (const order of this.#orders) order.of = -1;
    return this;
  }

  order(horizon: number): { readonly rows: Uint32Array; readonly count: number } {
    const order = this.#orders[horizon]!;
    if (order.of !== this.session) {
      order.count = this.#argsort.sort(this.returns[horizon]!, this.size, order.rows);
      order.of = this.session;
    }
    return order;
  }
}
