import { rankFirst } from "../scores/rank-names.js";
import type { Signal } from "../scores/score-book.js";
import type { Order, Strategy, TradingDay } from "./strategy.js";
import { ordersOfTargets, type TargetWeights } from "./target-orders.js";

/**
 * qlib's `SoftTopkStrategy` (qlib.contrib.strategy.cost_control, as rewritten after 0.9.7), which moves weights towards
 * equal ones by so much a day. Its `risk_degree` counts twice, as in qlib: in the weights and in the orders.
 */
export interface SoftTopkOptions {
  readonly name: "soft-topk";
  readonly topk: number;
  /** The most by which a weight may change in a day; no limit where it is omitted. */
  readonly tradeImpactLimit?: number | undefined;
  /** 0.95. */
  readonly riskDegree?: number | undefined;
}

/** Weights that differ by less are equal. */
const NO_WEIGHT = 1e-8;

export class SoftTopk implements Strategy {
  readonly #topk: number;
  readonly #limit: number;
  readonly #riskDegree: number;

  constructor({ topk, tradeImpactLimit = 1, riskDegree = 0.95 }: SoftTopkOptions) {
    this.#topk = topk;
    this.#limit = tradeImpactLimit;
    this.#riskDegree = riskDegree;
  }

  decide(day: TradingDay): Order[] {
    if (!day.signal) return [];
    return ordersOfTargets(day, this.#targets(day, day.signal), this.#riskDegree, "deal-price");
  }

  #targets({ book, order, ties }: TradingDay, { codes, values }: Signal): TargetWeights {
    const best = rankFirst(values, this.#topk, ties, () => false).map((place) => codes[place]!);
    const each = this.#riskDegree / this.#topk;
    const total = book.stockValue;
    const current = new Map<number, number>();
    for (const code of book.held) {
      current.set(code, (book.amountOf(code) * book.priceOf(code)) / total);
    }
    if (current.size === 0) return new Map(best.map((code) => [code, Math.min(each, this.#limit)]));
    const next = new Map<number, number>();
    for (const code of order.sorted([...new Set([...current.keys(), ...best])]))
      next.set(code, current.get(code) ?? 0);
    const released = this.#release(next, new Set(best), each);
    const free = released + (this.#riskDegree - sum(current.values()));
    this.#fill(next, best, each, free);
    return new Map([...next].filter(([, weight]) => weight > NO_WEIGHT));
  }

  /** Takes weight from what is no longer among the best, and from what has too much; gives how much that is. */
  #release(next: Map<number, number>, best: ReadonlySet<number>, each: number): number {
    let released = 0;
    for (const [code, weight] of next) {
      if (weight <= NO_WEIGHT) continue;
      const surplus = best.has(code) ? (weight > each + NO_WEIGHT ? weight - each : 0) : weight;
      const taken = Math.min(surplus, this.#limit);
      next.set(code, weight - taken);
      released += taken;
    }
    return released;
  }

  /** Gives what is free to the best that have too little, in proportion to what they lack. */
  #fill(next: Map<number, number>, best: readonly number[], each: number, free: number): void {
    if (!(free > NO_WEIGHT)) return;
    const lacking = best.filter((code) => next.get(code)! < each - NO_WEIGHT);
    if (lacking.length === 0) return;
    const gaps = lacking.map((code) => each - next.get(code)!);
    const total = sum(gaps);
    const spent = Math.min(free, total);
    for (const [i, code] of lacking.entries()) {
      const given = Math.min((gaps[i]! / total) * spent, Math.min(gaps[i]!, this.#limit));
      next.set(code, next.get(code)! + given);
    }
  }
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
