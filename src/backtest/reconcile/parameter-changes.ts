import { isNumeric } from "../../columns/floats.js";
import type { ExchangeOptions } from "../exchange/exchange-options.js";
import { exchangeRules } from "../exchange/exchange-options.js";
import type { ReplayOptions } from "../replay/replay-options.js";
import type { StrategyOptions } from "../strategies/make-strategy.js";
import type { CauseKind, Change, RunParts } from "./cause.js";

/** Other values of the exchange's and the strategy's parameters, one changed at a time. */
export function parameterChanges(parts: RunParts): Change[] {
  return [
    ...limitChanges(parts),
    ...priceChanges(parts),
    ...lotChanges(parts),
    ...strategyChanges(parts),
    ...executionChanges(parts),
    ...columnChanges(parts),
  ];
}

/** A change of one option of the exchange. */
export function exchangeChange(
  kind: CauseKind,
  parameter: string,
  ours: unknown,
  recorded: unknown,
  exchange: ExchangeOptions,
  sentence = `the recorded run's ${parameter} is ${text(recorded)}, ours ${text(ours)}`,
): Change {
  return {
    kind,
    parameter,
    ours,
    recorded,
    sentence,
    apply: ({ options, ...rest }) => ({
      ...rest,
      options: { ...options, exchange: { ...options.exchange, ...exchange } },
    }),
  };
}

function text(value: unknown): string {
  return Array.isArray(value) ? value.join(" / ") : String(value);
}

/** The usual ones first, then every half percent. */
const THRESHOLDS = [
  ...new Set([0.095, 0.1, 0.097, 0.099, 0.0985, 0.05, 0.045, 0.2, 0.195, 0.3, ...steps(0.01, 0.3, 0.005)]),
];

/** Numbers from one to another, both of them taken. */
function steps(from: number, to: number, by: number): number[] {
  const count = Math.round((to - from) / by);
  return Array.from({ length: count + 1 }, (_, i) => Number((from + i * by).toFixed(6)));
}

function limitChanges({ options, market }: RunParts): Change[] {
  const { limits } = exchangeRules(options.exchange);
  const hasChange = market.hasField("$change");
  const none = exchangeChange(
    "limit-rule",
    "limit_threshold",
    limits,
    "none",
    { limitThreshold: "none" },
    `no price limit applied in the recorded run: its limit_threshold was above every change, or its prices had no $change (ours: ${text(limits)})`,
  );
  const others = THRESHOLDS.filter((own) => own !== limits).map((own) =>
    exchangeChange("limit-rule", "limit_threshold", limits, own, { limitThreshold: own }),
  );
  return hasChange || typeof limits !== "number" ? [none, ...others] : [];
}

/** Fields that are no prices. */
const NO_PRICE = /^\$(change|factor|volume|amount|turnover.*)$/;

function priceChanges({ options, market }: RunParts): Change[] {
  const { buyPrice, sellPrice } = exchangeRules(options.exchange);
  const names = market.fieldNames.filter((name) => !NO_PRICE.test(name));
  const pairs = names.flatMap((buy) => names.map((sell): [string, string] => [buy, sell]));
  const shown = (buy: string, sell: string) => (buy === sell ? buy.slice(1) : [buy, sell]);
  return pairs
    .filter(([buy, sell]) => buy !== buyPrice || sell !== sellPrice)
    .sort(([a, b], [c, d]) => Number(a !== b) - Number(c !== d)) // one price for both sides is the likelier
    .map((pair) =>
      exchangeChange("deal-price", "deal_price", shown(buyPrice, sellPrice), shown(...pair), {
        dealPrice: pair,
      }),
    );
}

function lotChanges({ options }: RunParts): Change[] {
  const { tradeUnit } = exchangeRules(options.exchange);
  return [null, 1, 10, 100, 200]
    .filter((unit) => unit !== tradeUnit)
    .map((unit) => {
      const none = `no lots applied in the recorded run: its trade_unit was none, or a $factor was missing in its prices (ours: ${text(tradeUnit)})`;
      return exchangeChange(
        "trade-unit",
        "trade_unit",
        tradeUnit,
        unit,
        { tradeUnit: unit },
        unit === null ? none : undefined,
      );
    });
}

/** Impact, volume limits, when a sale's money can be used, and in which order a day's orders are executed. */
function executionChanges({ options }: RunParts): Change[] {
  const { impactCost, buyVolume, sellVolume } = exchangeRules(options.exchange);
  const impacts = [0, 0.01, 0.05, 0.1, 0.5, 1].filter((impact) => impact !== impactCost);
  const volumes = options.exchange?.volumeThreshold;
  const isBound = buyVolume.length + sellVolume.length > 0;
  const others = isBound ? [null] : VOLUMES;
  const [settle, tradeType] = [options.settle === "cash", options.tradeType === "parallel"];
  return [
    ...impacts.map((impact) =>
      exchangeChange("cost", "impact_cost", impactCost, impact, { impactCost: impact }),
    ),
    ...others.map((limit) =>
      exchangeChange("parameter", "volume_threshold", volumes ?? null, limit, { volumeThreshold: limit }),
    ),
    optionChange("settle_type", settle ? "cash" : "none", settle ? "none" : "cash", {
      settle: settle ? undefined : "cash",
    }),
    optionChange("trade_type", tradeType ? "parallel" : "serial", tradeType ? "serial" : "parallel", {
      tradeType: tradeType ? "serial" : "parallel",
    }),
  ];
}

/** Volume limits that people set. */
const VOLUMES = ["current", "cum"].flatMap((kind) =>
  [0.01, 0.05, 0.1, 0.2, 0.25].map((share) => [kind as "current" | "cum", `${share}*$volume`] as const),
);

function optionChange(
  parameter: string,
  ours: unknown,
  recorded: unknown,
  changed: Partial<ReplayOptions>,
): Change {
  return {
    kind: "parameter",
    parameter,
    ours,
    recorded,
    sentence: `the recorded run's ${parameter} is ${text(recorded)}, ours ${text(ours)}`,
    apply: ({ options, ...rest }) => ({ ...rest, options: { ...options, ...changed } }),
  };
}

/** Another column of the scores. */
function columnChanges({ scores, options }: RunParts): Change[] {
  const own = options.column ?? scores.columnNames[0];
  return scores.columnNames
    .filter((name) => name !== own && isNumeric(scores.column(name).type))
    .map((column) => optionChange("column", own, column, { column }));
}

/** A parameter of a strategy: its name here and in qlib, what it is by default, and other values near its own. */
interface Parameter {
  readonly key: string;
  readonly qlib: string;
  readonly byDefault: unknown;
  others(own: number | boolean): readonly unknown[];
}

const flag = (): readonly unknown[] => [true, false];
const nearWhole =
  (least: number) =>
  (own: number | boolean): number[] =>
    [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 7, -7, 10, -10, 15, -15, 20, -20, 25, 30, -30, 40, 50]
      .map((by) => Number(own) + by)
      .filter((value) => value >= least);
const orderSizes = (): number[] => [1e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1e8];
const shares = (): number[] => [
  ...new Set([1, 0.95, 0.9, 0.99, 0.98, 0.97, ...steps(0.05, 1, 0.05), ...steps(0.51, 0.99, 0.01)]),
];

const PARAMETERS: readonly Parameter[] = [
  { key: "nDrop", qlib: "n_drop", byDefault: undefined, others: nearWhole(0) },
  { key: "holdThreshold", qlib: "hold_thresh", byDefault: 1, others: nearWhole(0) },
  { key: "topk", qlib: "topk", byDefault: undefined, others: nearWhole(1) },
  { key: "onlyTradable", qlib: "only_tradable", byDefault: false, others: flag },
  { key: "forbidAllTradeAtLimit", qlib: "forbid_all_trade_at_limit", byDefault: true, others: flag },
  { key: "riskDegree", qlib: "risk_degree", byDefault: 0.95, others: shares },
  { key: "quantile", qlib: "quantile", byDefault: 0.2, others: () => [0.05, 0.1, 0.2, 0.25, 0.3, 0.5] },
  { key: "minScore", qlib: "min_score", byDefault: 0.1, others: () => steps(0, 1, 0.05) },
  { key: "maxPositionRatio", qlib: "max_position_ratio", byDefault: 0.9, others: shares },
  { key: "stopLoss", qlib: "stop_loss", byDefault: -0.1, others: () => steps(-0.3, -0.01, 0.01) },
  { key: "maxSingleOrderValue", qlib: "max_single_order_value", byDefault: 5e6, others: orderSizes },
  { key: "maxSingleOrderAmount", qlib: "max_single_order_amount", byDefault: 5e6, others: orderSizes },
  { key: "tradeImpactLimit", qlib: "trade_impact_limit", byDefault: 1, others: shares },
];

/** The parameters that a strategy takes. */
const OF: Readonly<Record<StrategyOptions["name"], readonly string[]>> = {
  "topk-dropout": ["nDrop", "holdThreshold", "topk", "onlyTradable", "forbidAllTradeAtLimit", "riskDegree"],
  "enhanced-topk-dropout": [
    "topk",
    "minScore",
    "maxPositionRatio",
    "stopLoss",
    "maxSingleOrderValue",
    "maxSingleOrderAmount",
  ],
  "soft-topk": ["topk", "riskDegree", "tradeImpactLimit"],
  "equal-weight": ["topk", "riskDegree"],
  "long-short": ["quantile", "riskDegree"],
  "given-weights": ["riskDegree"],
};

function strategyChanges({ options }: RunParts): Change[] {
  const strategy = options.strategy as StrategyOptions & Readonly<Record<string, unknown>>;
  const taken = PARAMETERS.filter(({ key }) => OF[strategy.name].includes(key));
  return taken.flatMap(({ key, qlib, byDefault, others }) => {
    const ours = (strategy[key] ?? byDefault) as number | boolean;
    return others(ours)
      .filter((value) => value !== ours)
      .map((value) => ({
        kind: "parameter" as const,
        parameter: qlib,
        ours,
        recorded: value,
        sentence: `the recorded run's ${qlib} is ${String(value)}, ours ${String(ours)}`,
        apply: ({ options: own, ...rest }: RunParts) => ({
          ...rest,
          options: { ...own, strategy: { ...own.strategy, [key]: value } as ReplayOptions["strategy"] },
        }),
      }));
  });
}
