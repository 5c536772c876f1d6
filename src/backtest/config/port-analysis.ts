import { DataServiceError } from "../../errors.js";
import { listNames } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import type { ExchangeOptions } from "../exchange/exchange-options.js";
import type { InitialAccount, ReplayOptions } from "../replay/replay-options.js";
import type { StrategyOptions } from "../strategies/make-strategy.js";

/** A mapping of a workflow file. */
type Mapping = Readonly<Record<string, unknown>>;

/** What stands for a tuple in fixtures and in YAML that is safe to load, where lists and tuples are the same. */
const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * qlib's `port_analysis_config` of a workflow file, or what is under that key, as replay options. What only tells Python
 * where classes are (`module_path`) is passed over, as are `signal` and the parts of the daily executor that change no
 * number. Where qlib fails on what YAML can write (a list for a tuple, a whole number as a threshold, prices without `$`),
 * what is meant is done.
 * @param label how errors name the file
 * @throws DataServiceError bad-request, naming the key
 */
export function optionsOfPortAnalysis(config: unknown, label: string): ReplayOptions {
  const whole = mappingOf(config, "port_analysis_config", label);
  const own = isMapping(whole.port_analysis_config) ? whole.port_analysis_config : whole;
  refuseOthers(own, ["strategy", "backtest", "executor"], "port_analysis_config", label);
  const backtest = mappingOf(own.backtest, "backtest", label);
  refuseOthers(backtest, BACKTEST_KEYS, "backtest", label);
  const { start_time, end_time, account, benchmark, exchange_kwargs } = backtest;
  return {
    strategy: strategyOf(mappingOf(own.strategy, "strategy", label), label),
    exchange: exchangeOf(mappingOf(exchange_kwargs ?? {}, "exchange_kwargs", label), label),
    ...(account !== undefined && { account: accountOf(account) }),
    benchmark: (benchmark ?? null) as ReplayOptions["benchmark"],
    ...given("start", start_time as string | undefined),
    ...given("end", end_time as string | undefined),
    ...executorOf(own.executor === undefined ? {} : mappingOf(own.executor, "executor", label), label),
  };
}

const BACKTEST_KEYS = ["start_time", "end_time", "account", "benchmark", "exchange_kwargs", "pos_type"];

/** Python's names of parameters, and ours. */
const EXCHANGE_NAMES: Readonly<Record<string, keyof ExchangeOptions>> = {
  codes: "codes",
  deal_price: "dealPrice",
  limit_threshold: "limitThreshold",
  open_cost: "openCost",
  close_cost: "closeCost",
  min_cost: "minCost",
  impact_cost: "impactCost",
  trade_unit: "tradeUnit",
  volume_threshold: "volumeThreshold",
};

function exchangeOf(kwargs: Mapping, label: string): ExchangeOptions {
  refuseOthers(kwargs, [...Object.keys(EXCHANGE_NAMES), "freq"], "exchange_kwargs", label);
  const options: Partial<Record<keyof ExchangeOptions, unknown>> = {};
  for (const [name, value] of Object.entries(kwargs)) {
    const own = EXCHANGE_NAMES[name];
    if (own !== undefined) options[own] = value;
  }
  return options as ExchangeOptions;
}

interface StrategyNames {
  readonly name: StrategyOptions["name"];
  readonly parameters: Readonly<Record<string, string>>;
  /** Parameters that are passed over, each with the values that it may have; any where none are given. */
  readonly ignored: Readonly<Record<string, readonly unknown[] | undefined>>;
}

const SIGNAL = {
  signal: undefined,
  trade_exchange: undefined,
  level_infra: undefined,
  common_infra: undefined,
};

const STRATEGIES: Readonly<Record<string, StrategyNames>> = {
  TopkDropoutStrategy: {
    name: "topk-dropout",
    parameters: {
      topk: "topk",
      n_drop: "nDrop",
      hold_thresh: "holdThreshold",
      only_tradable: "onlyTradable",
      forbid_all_trade_at_limit: "forbidAllTradeAtLimit",
      risk_degree: "riskDegree",
    },
    ignored: { ...SIGNAL, method_sell: ["bottom"], method_buy: ["top"] },
  },
  EnhancedTopkDropoutStrategy: {
    name: "enhanced-topk-dropout",
    parameters: {
      topk: "topk",
      min_score: "minScore",
      max_position_ratio: "maxPositionRatio",
      stop_loss: "stopLoss",
      max_single_order_value: "maxSingleOrderValue",
      max_single_order_amount: "maxSingleOrderAmount",
    },
    ignored: { ...SIGNAL, n_drop: undefined, risk_degree: undefined, hold_thresh: undefined },
  },
  SoftTopkStrategy: {
    name: "soft-topk",
    parameters: { topk: "topk", trade_impact_limit: "tradeImpactLimit", risk_degree: "riskDegree" },
    ignored: SIGNAL,
  },
};

function strategyOf(config: Mapping, label: string): StrategyOptions {
  const { class: className, kwargs } = config;
  const own = STRATEGIES[String(className)];
  if (!own) {
    const near = nearestName(String(className), Object.keys(STRATEGIES));
    throw refused(
      label,
      `the strategy ${String(className)} is not known${suggestion(near) || `; it is ${listNames(Object.keys(STRATEGIES))}`}`,
    );
  }
  const parameters = mappingOf(kwargs ?? {}, "strategy.kwargs", label);
  const known = [...Object.keys(own.parameters), ...Object.keys(own.ignored)];
  refuseOthers(parameters, known, `strategy.kwargs of ${String(className)}`, label);
  const options: Record<string, unknown> = { name: own.name };
  for (const [name, value] of Object.entries(parameters)) {
    const choices = own.ignored[name];
    if (choices && !choices.includes(value)) {
      throw refused(
        label,
        `${name} "${String(value)}" cannot be replayed; it is ${listNames(choices.map(String))}`,
      );
    }
    const ours = own.parameters[name];
    if (ours !== undefined && value !== null) options[ours] = value;
  }
  return options as unknown as StrategyOptions; // makeStrategy checks the values
}

function executorOf(config: Mapping, label: string): Pick<ReplayOptions, "settle" | "tradeType"> {
  const kwargs = mappingOf(config.kwargs ?? {}, "executor.kwargs", label);
  const { time_per_step: step = "day", settle_type: settle, trade_type: tradeType } = kwargs;
  if (step !== "day")
    throw refused(
      label,
      `the executor's time_per_step is ${String(step)}; only daily backtests are replayed`,
    );
  return {
    ...(settle === "cash" && { settle }),
    ...(tradeType === "parallel" && { tradeType }),
  };
}

/** qlib takes `{ cash, CODE: amount, CODE: { amount, price } }`. */
function accountOf(account: unknown): number | InitialAccount {
  if (!isMapping(account)) return Number(account);
  const { cash, ...positions } = account;
  return { cash: Number(cash), positions: positions as InitialAccount["positions"] };
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): Partial<Record<Name, Value>> {
  return value === undefined || value === null ? {} : ({ [name]: value } as Record<Name, Value>);
}

function mappingOf(value: unknown, what: string, label: string): Mapping {
  if (isMapping(value)) return value;
  throw refused(
    label,
    `${what} is ${value === undefined ? "not there" : JSON.stringify(value)}; it is a mapping`,
  );
}

function refuseOthers(own: Mapping, known: readonly string[], what: string, label: string): void {
  const unknown = Object.keys(own).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const near = nearestName(unknown, known);
  throw refused(
    label,
    `${what} has "${unknown}", which is not known${suggestion(near) || `; it takes ${listNames(known, 20)}`}`,
  );
}

function refused(label: string, problem: string): DataServiceError {
  return new DataServiceError("bad-request", `${label}: ${problem}`);
}
