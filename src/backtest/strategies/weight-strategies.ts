import type { Signal } from "../scores/score-book.js";
import { pairwiseSum } from "./pairwise-sum.js";
import type { Order, Strategy, TradingDay } from "./strategy.js";
import { type OrderGenerator, ordersOfTargets, type TargetWeights } from "./target-orders.js";

/** The same weight, 1 / topk, for each of the topk best scores. */
export interface EqualWeightOptions {
  readonly name: "equal-weight";
  readonly topk: number;
  /** The share of the account that is invested; 0.95. */
  readonly riskDegree?: number | undefined;
  readonly orders?: OrderGenerator | undefined;
}

/** The scores are the weights: each session the account is brought to those dated the session before. */
export interface GivenWeightsOptions {
  readonly name: "given-weights";
  /** The share of the account that weights of 1 invest; 0.95. */
  readonly riskDegree?: number | undefined;
  readonly orders?: OrderGenerator | undefined;
}

/** A strategy that wants weights, and leaves it to an order generator to trade them (qlib: WeightStrategyBase). */
abstract class WeightStrategy implements Strategy {
  readonly #riskDegree: number;
  readonly #generator: OrderGenerator;

  constructor(riskDegree = 0.95, generator: OrderGenerator = "previous-close") {
    this.#riskDegree = riskDegree;
    this.#generator = generator;
  }

  decide(day: TradingDay): Order[] {
    if (!day.signal) return [];
    const weights = this.targets(day, day.signal);
    return ordersOfTargets(day, weights, this.#riskDegree, this.#generator);
  }

  protected abstract targets(day: TradingDay, signal: Signal): TargetWeights;
}

export class EqualWeight extends WeightStrategy {
  readonly #topk: number;

  constructor({ topk, riskDegree, orders }: EqualWeightOptions) {
    super(riskDegree, orders);
    this.#topk = topk;
  }

  protected override targets(_: TradingDay, { codes, values }: Signal): TargetWeights {
    const best = bestScored(values, this.#topk);
    return new Map(best.map((place) => [codes[place]!, 1 / this.#topk]));
  }
}

export class GivenWeights extends WeightStrategy {
  constructor({ riskDegree, orders }: GivenWeightsOptions) {
    super(riskDegree, orders);
  }

  protected override targets(_: TradingDay, { codes, values }: Signal): TargetWeights {
    const weights = new Map<number, number>();
    for (let i = 0; i < codes.length; i++) if (values[i]! > 0) weights.set(codes[i]!, values[i]!);
    return weights;
  }
}

/** The places of the highest scores, high to low, equal ones in their own order; NaN never. */
export function bestScored(scores: ArrayLike<number>, count: number): number[] {
  const places: number[] = [];
  for (let i = 0; i < scores.length; i++) if (!Number.isNaN(scores[i]!)) places.push(i);
  return places.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count);
}

/** Weights by the square of the score, over those that are given; they add up to 1. */
export function squaredWeights(scores: readonly number[]): number[] {
  const squares = scores.map((score) => score * score);
  const total = pairwiseSum(squares);
  return squares.map((square) => square / total);
}
