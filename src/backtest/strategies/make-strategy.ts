import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { EnhancedTopkDropout, type EnhancedTopkDropoutOptions } from "./enhanced-topk-dropout.js";
import { SoftTopk, type SoftTopkOptions } from "./soft-topk.js";
import type { Strategy, StrategyMemory } from "./strategy.js";
import { ORDER_GENERATORS } from "./target-orders.js";
import { TopkDropout, type TopkDropoutOptions } from "./topk-dropout.js";
import {
  EqualWeight,
  type EqualWeightOptions,
  GivenWeights,
  type GivenWeightsOptions,
} from "./weight-strategies.js";

/** A strategy by its name, with its parameters. */
export type StrategyOptions =
  | TopkDropoutOptions
  | EnhancedTopkDropoutOptions
  | SoftTopkOptions
  | EqualWeightOptions
  | GivenWeightsOptions;

/** Every parameter of each strategy, by the strategy's name. */
const KEYS = {
  "topk-dropout": {
    name: true,
    topk: true,
    nDrop: true,
    holdThreshold: true,
    onlyTradable: true,
    forbidAllTradeAtLimit: true,
    riskDegree: true,
  } satisfies RequestKeys<TopkDropoutOptions>,
  "enhanced-topk-dropout": {
    name: true,
    topk: true,
    minScore: true,
    maxPositionRatio: true,
    stopLoss: true,
    maxSingleOrderValue: true,
    maxSingleOrderAmount: true,
  } satisfies RequestKeys<EnhancedTopkDropoutOptions>,
  "soft-topk": {
    name: true,
    topk: true,
    tradeImpactLimit: true,
    riskDegree: true,
  } satisfies RequestKeys<SoftTopkOptions>,
  "equal-weight": {
    name: true,
    topk: true,
    riskDegree: true,
    orders: true,
  } satisfies RequestKeys<EqualWeightOptions>,
  "given-weights": { name: true, riskDegree: true, orders: true } satisfies RequestKeys<GivenWeightsOptions>,
} as const;

export const STRATEGY_NAMES = Object.keys(KEYS) as readonly StrategyOptions["name"][];

/**
 * A strategy ready for one run.
 * @param memory what one of an earlier run remembered
 * @throws DataServiceError bad-request
 */
export function makeStrategy(options: StrategyOptions, memory?: StrategyMemory): Strategy {
  if (typeof options !== "object" || options === null) {
    throw new DataServiceError(
      "bad-request",
      `strategy: give { name: "topk-dropout", topk: 50, nDrop: 5 } or another`,
    );
  }
  checkChoice(options.name, STRATEGY_NAMES, "strategy: name");
  checkKeys(options as object, KEYS[options.name] as RequestKeys<object>, `strategy ${options.name}`);
  if ("topk" in options || options.name !== "given-weights")
    wholeNumber(options.name, "topk", options.topk, 1);
  if ("orders" in options && options.orders !== undefined) {
    checkChoice(options.orders, ORDER_GENERATORS, `strategy ${options.name}: orders`);
  }
  switch (options.name) {
    case "topk-dropout":
      wholeNumber(options.name, "nDrop", options.nDrop, 0);
      return new TopkDropout(options);
    case "enhanced-topk-dropout":
      return new EnhancedTopkDropout(options, memory);
    case "soft-topk":
      return new SoftTopk(options);
    case "equal-weight":
      return new EqualWeight(options);
    case "given-weights":
      return new GivenWeights(options);
  }
}

function wholeNumber(strategy: string, name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new DataServiceError(
    "bad-request",
    `strategy ${strategy}: ${name} ${String(value)} is not a whole number from ${least} on`,
    { field: name },
  );
}
