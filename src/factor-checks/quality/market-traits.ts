import type { Panel } from "../../panel/panel.js";
import type { SessionTraits } from "./exposure-tally.js";
import { FactorCells } from "./factor-cells.js";
import { pricesOf } from "./market-frames.js";
import type { QualityPlan } from "./quality-options.js";
import type { SessionFrame } from "./session-frame.js";
import { ReturnFrames } from "./session-frame.js";

/** Sessions of the past returns that exposure is measured to. */
export const PAST_LAGS = [1, 5, 20] as const;

/** Size and past returns of a market's rows, session by session, in the order of a frame's rows. */
export class MarketTraits {
  readonly #size: FactorCells | undefined;
  readonly #sizes: Float64Array;
  readonly #past: ReturnFrames[];
  readonly #pastReturns: Float64Array[];
  readonly #byCode: Float64Array;

  constructor(market: Panel, plan: QualityPlan) {
    const { index } = market;
    const instruments = index.instruments.length;
    const { size } = plan;
    if (size !== undefined) {
      const panel = typeof size === "string" ? market.select([size]) : size;
      this.#size = new FactorCells(panel, panel.columnNames[0] ?? "size", index);
    }
    const hasPrice = market.hasField(plan.price) && plan.compat === "own";
    this.#past = !hasPrice
      ? []
      : PAST_LAGS.map((lag) => {
          const codesOf = (session: number) =>
            index.codesOf(index.startOf(session), index.startOf(session + 1));
          return new ReturnFrames({
            sessionCount: index.sessionCount,
            instrumentCount: instruments,
            codesOf,
            pricesOf: pricesOf(market, plan.price),
            horizons: [lag],
            padded: false,
            cumulative: true,
            single: false,
          });
        });
    this.#sizes = new Float64Array(instruments);
    this.#byCode = new Float64Array(instruments);
    this.#pastReturns = this.#past.map(() => new Float64Array(instruments));
  }

  get lags(): readonly number[] {
    return this.#past.length > 0 ? PAST_LAGS : [];
  }

  /** Sessions come in ascending order; the next call overwrites what this one gives. */
  at({ session, codes, size: rows }: SessionFrame): SessionTraits {
    if (this.#size) {
      this.#size.beside(session, codes, this.#sizes);
      for (let i = 0; i < rows; i++) {
        this.#sizes[i] = this.#sizes[i]! > 0 ? Math.log(this.#sizes[i]!) : Number.NaN;
      }
    }
    for (const [k, frames] of this.#past.entries()) {
      const own = this.#pastReturns[k]!;
      const before = session - PAST_LAGS[k]!;
      if (before < 0) {
        own.fill(Number.NaN, 0, rows);
        continue;
      }
      const then = frames.at(before); // the return from there to here
      this.#byCode.fill(Number.NaN);
      for (let i = 0; i < then.size; i++) this.#byCode[then.codes[i]!] = then.returns[0]![i]!;
      for (let i = 0; i < rows; i++) own[i] = this.#byCode[codes[i]!]!;
    }
    return { size: this.#size && this.#sizes, past: this.#pastReturns };
  }
}
