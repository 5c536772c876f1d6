import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { EnhancedTopkDropout, type EnhancedTopkDropoutOptions } from "./enhanced-topk-dropout.js";
import { LongShort, type LongShortStrategyOptions } from "./long-short.js";
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
  | LongShortStrategyOptions
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
  "long-short": {
    name: true,
    quantile: true,
    riskDegree: true,
  } satisfies RequestKeys<LongShortStrategyOptions>,
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
  if ("topk" in options || !WITHOUT_TOPK.includes(options.name)) {
    wholeNumber(options.name, "topk", (options as { readonly topk: number }).topk, 1);
  }
  checkNumbers(options);
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
    case "long-short":
      return new LongShort(options);
    case "given-weights":
      return new GivenWeights(options);
  }
}

const WITHOUT_TOPK: readonly StrategyOptions["name"][] = ["given-weights", "long-short"];

/** Numbers that a strategy may be given, with what they lie between. */
const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  holdThreshold: [0, Number.MAX_SAFE_INTEGER],
  riskDegree: [0, Number.MAX_VALUE],
  quantile: [Number.MIN_VALUE, 0.5],
  tradeImpactLimit: [0, Number.MAX_VALUE],
  minScore: [-Number.MAX_VALUE, Number.MAX_VALUE],
  maxPositionRatio: [0, Number.MAX_VALUE],
  stopLoss: [-Number.MAX_VALUE, Number.MAX_VALUE],
  maxSingleOrderValue: [0, Number.POSITIVE_INFINITY],
  maxSingleOrderAmount: [0, Number.POSITIVE_INFINITY],
};

/** @throws DataServiceError bad-request */
function checkNumbers(options: StrategyOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const range = RANGES[name];
    if (range === undefined || value === undefined) continue;
    if (typeof value === "number" && value >= range[0] && value <= range[1]) continue;
    throw new DataServiceError(
      "bad-request",
      `strategy ${options.name}: ${name} ${JSON.stringify(value)} is not ${rangeText(range)}`,
      { field: name },
    );
  }
}

function rangeText([least, most]: readonly [least: number, most: number]): string {
  if (least === Number.MIN_VALUE) return `a number above 0 and up to ${most}`;
  return least === 0 ? "a number, 0 or more" : "a number";
}

function wholeNumber(strategy: string, name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new DataServiceError(
    "bad-request",
    `strategy ${strategy}: ${name} ${String(value)} is not a whole number from ${least} on`,
    { field: name },
  );
}
