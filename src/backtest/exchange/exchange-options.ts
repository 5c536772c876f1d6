import { DataServiceError } from "../../errors.js";
import type { MemberSpan } from "../../formats/qlib/lists.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";

/** What a limit on a side's amount is: `current` bounds each order, `cum` all orders of an instrument that day. */
export type VolumeLimit = readonly [kind: "current" | "cum", expression: string];

/** The rules of an exchange, as qlib's `Exchange` (qlib.backtest.exchange) takes them, with its defaults. */
export interface ExchangeOptions {
  /** Who may be traded: the name of an instrument list, codes, or dated spans; `"all"`, or everybody where there is no such list. */
  readonly codes?: string | readonly string[] | readonly MemberSpan[] | undefined;
  /** The field that orders fill at, or one a side, each a field or an expression; `"close"`. */
  readonly dealPrice?: string | readonly [buy: string, sell: string] | undefined;
  /**
   * From which `$change` of the day on no buy (no sell, at its negative) fills; or two conditions as expressions. `null`
   * is China's 0.095, as in qlib; `"none"` no limit.
   */
  readonly limitThreshold?: number | readonly [buy: string, sell: string] | "none" | null | undefined;
  /** Rates of the traded value; 0.0015 and 0.0025. */
  readonly openCost?: number | undefined;
  readonly closeCost?: number | undefined;
  /** The least cost of an order, in money; 5. */
  readonly minCost?: number | undefined;
  /** Added to the rate, times the square of the order's share in the day's value; 0. */
  readonly impactCost?: number | undefined;
  /** Real shares in a lot; 100. `null`: any amount. */
  readonly tradeUnit?: number | null | undefined;
  /** The most that fills, for both sides or for each. */
  readonly volumeThreshold?:
    | VolumeLimit
    | Readonly<Partial<Record<"all" | "buy" | "sell", VolumeLimit>>>
    | null
    | undefined;
}

/** The same with every choice made. */
export interface ExchangeRules {
  readonly codes: string | readonly string[] | readonly MemberSpan[] | undefined;
  readonly buyPrice: string;
  readonly sellPrice: string;
  readonly limits: number | readonly [buy: string, sell: string];
  readonly openCost: number;
  readonly closeCost: number;
  readonly minCost: number;
  readonly impactCost: number;
  readonly tradeUnit: number | null;
  readonly buyVolume: readonly VolumeLimit[];
  readonly sellVolume: readonly VolumeLimit[];
}

export const EXCHANGE_KEYS: RequestKeys<ExchangeOptions> = {
  codes: true,
  dealPrice: true,
  limitThreshold: true,
  openCost: true,
  closeCost: true,
  minCost: true,
  impactCost: true,
  tradeUnit: true,
  volumeThreshold: true,
};

/** China's limit in qlib (`limit_threshold` of its region `cn`). */
const CHINA_LIMIT = 0.095;

/** @throws DataServiceError bad-request */
export function exchangeRules(options: ExchangeOptions = {}): ExchangeRules {
  checkKeys(options, EXCHANGE_KEYS, "exchange");
  const { dealPrice = "close", limitThreshold, tradeUnit = 100, volumeThreshold } = options;
  const [buyPrice, sellPrice] = typeof dealPrice === "string" ? [dealPrice, dealPrice] : dealPrice;
  if (tradeUnit !== null && !(tradeUnit > 0))
    throw refused("tradeUnit", tradeUnit, "a lot above 0, or null for none");
  return {
    codes: options.codes,
    buyPrice: priceExpression(buyPrice),
    sellPrice: priceExpression(sellPrice),
    limits: limitsOf(limitThreshold),
    openCost: rate("openCost", options.openCost ?? 0.0015),
    closeCost: rate("closeCost", options.closeCost ?? 0.0025),
    minCost: rate("minCost", options.minCost ?? 5),
    impactCost: rate("impactCost", options.impactCost ?? 0),
    tradeUnit,
    buyVolume: volumeLimits(volumeThreshold, "buy"),
    sellVolume: volumeLimits(volumeThreshold, "sell"),
  };
}

/** `close` is the field `$close`; what has a `$` in it is an expression. */
function priceExpression(text: string): string {
  if (typeof text !== "string" || text.trim() === "")
    throw refused("dealPrice", text, 'a field such as "close"');
  return text.includes("$") ? text.trim() : `$${text.trim()}`;
}

function limitsOf(given: ExchangeOptions["limitThreshold"]): ExchangeRules["limits"] {
  if (given === undefined || given === null) return CHINA_LIMIT;
  if (given === "none") return Number.POSITIVE_INFINITY;
  if (typeof given === "number" && !Number.isNaN(given)) return given;
  if (Array.isArray(given) && given.length === 2 && given.every((side) => typeof side === "string"))
    return given;
  throw refused("limitThreshold", given, 'a number such as 0.095, two expressions [buy, sell], or "none"');
}

const SIDES = ["all", "buy", "sell"] as const;

function volumeLimits(given: ExchangeOptions["volumeThreshold"], side: "buy" | "sell"): VolumeLimit[] {
  if (given === undefined || given === null) return [];
  const bySide = isVolumeLimit(given) ? { all: given } : given;
  if (typeof bySide !== "object") throw badVolume(given);
  for (const [key, limit] of Object.entries(bySide)) {
    if (!SIDES.includes(key as (typeof SIDES)[number]) || !isVolumeLimit(limit)) throw badVolume(given);
  }
  // qlib takes them in the order in which they are written.
  return Object.entries(bySide)
    .filter(([key]) => key === "all" || key === side)
    .map(([, limit]) => limit);
}

function isVolumeLimit(given: unknown): given is VolumeLimit {
  if (!Array.isArray(given) || given.length !== 2) return false;
  return (given[0] === "current" || given[0] === "cum") && typeof given[1] === "string";
}

function badVolume(given: unknown): DataServiceError {
  return refused("volumeThreshold", given, '["cum", "0.05*$volume"] or { buy: …, sell: … } of such');
}

function rate(name: string, value: number): number {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
  throw refused(name, value, "a number, 0 or more");
}

function refused(name: string, value: unknown, wanted: string): DataServiceError {
  return new DataServiceError("bad-request", `exchange: ${name} ${JSON.stringify(value)} is not ${wanted}`, {
    field: name,
  });
}
