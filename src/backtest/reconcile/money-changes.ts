import { exchangeRules } from "../exchange/exchange-options.js";
import type { Backtest, ReportColumn } from "../replay/backtest.js";
import { benchmarkReturns } from "../replay/benchmark.js";
import type { CauseOf, Change, RunParts } from "./cause.js";
import { isEqual, type Parting } from "./compare-runs.js";
import { exchangeChange } from "./parameter-changes.js";
import type { Recorded } from "./recorded.js";

/** What the recorded report's own numbers say about the money it began with and what its trades cost. */
export function moneyChanges(
  parts: RunParts,
  ours: Backtest,
  recorded: Recorded,
  parting: Parting,
): Change[] {
  return [
    ...cashChanges(parts, ours, recorded),
    ...costChanges(parts, ours, recorded, parting),
    ...benchmarkChanges(parts, recorded, parting),
  ];
}

/** The first return is of the cash alone: cash = (account + cost) / (1 + return). */
function cashChanges({ options }: RunParts, ours: Backtest, { report }: Recorded): Change[] {
  if (!["account", "return", "total_cost"].every((name) => report.has(name))) return [];
  const firstOf = (name: string) => report.column(name)[0]!;
  const exact = (firstOf("account") + firstOf("total_cost")) / (1 + firstOf("return"));
  const cash = Number(exact.toPrecision(9));
  const start = typeof options.account === "object" ? options.account.cash : options.account;
  const own = start ?? ours.report.column("account")[0]!;
  if (!(cash > 0) || isEqual(cash, own, 1) || options.after) return [];
  const account = typeof options.account === "object" ? { ...options.account, cash } : cash;
  return [
    {
      kind: "initial-cash",
      parameter: "account",
      ours: own,
      recorded: cash,
      sentence: `the recorded run began with ${cash}, ours with ${own}`,
      apply: ({ options: old, ...rest }) => ({ ...rest, options: { ...old, account } }),
    },
  ];
}

/** Rates that people set; the day's numbers do not give one where the least cost of an order applies. */
const COMMON_RATES = [0, 0.0001, 0.0002, 0.0003, 0.0005, 0.001, 0.0013, 0.0015, 0.002, 0.0025, 0.003];

/** The least costs of an order that people set. */
const COMMON_LEAST = [0, 1, 5, 10, 2, 3, 15, 20, 30, 50, 100, 200, 300, 500, 1000];

/** Rates that would give the day's recorded cost on our trades of that day. */
function costChanges(
  { options }: RunParts,
  ours: Backtest,
  { report }: Recorded,
  { datetime }: Parting,
): Change[] {
  const [row, there] = [ours.report.rowOf(datetime), report.rowOf(datetime)];
  if (row < 0 || there < 0 || !report.has("total_cost")) return [];
  const { openCost, closeCost, minCost } = exchangeRules(options.exchange);
  const more = (name: ReportColumn): number => {
    const of = (column: Float64Array, at: number) => column[at]! - (at === 0 ? 0 : column[at - 1]!);
    return of(report.column(name), there) - of(ours.report.column(name), row);
  };
  const orders = ours.orders.filter((order) => order.datetime === datetime && order.value > 0);
  const tradedValue = (side: string) =>
    orders.filter((order) => order.side === side).reduce((sum, { value }) => sum + value, 0);
  // Another cost leaves other cash, and so other purchases, on which the old rate of purchases is paid.
  const purchases = report.has("total_turnover") ? more("total_turnover") : 0;
  const [bought, sold] = [tradedValue("buy"), tradedValue("sell")];
  const changes: Change[] = [];
  const add = (name: "openCost" | "closeCost", qlib: string, own: number, exact: number) => {
    for (const rate of new Set([Number(exact.toPrecision(6)), ...COMMON_RATES])) {
      if (!(rate >= 0 && rate < 1) || rate === own) continue;
      changes.push(exchangeChange("cost", qlib, own, rate, { [name]: rate }));
    }
  };
  add("closeCost", "close_cost", closeCost, closeCost + (more("total_cost") - openCost * purchases) / sold);
  add("openCost", "open_cost", openCost, (openCost * bought + more("total_cost")) / (bought + purchases));
  for (const least of COMMON_LEAST) {
    if (least !== minCost)
      changes.push(exchangeChange("cost", "min_cost", minCost, least, { minCost: least }));
  }
  return changes;
}

/** Every instrument of the market whose returns are the recorded benchmark's, or none. */
function benchmarkChanges(
  { market, options }: RunParts,
  { report }: Recorded,
  { columns }: Parting,
): Change[] {
  if (!columns.some(({ column }) => column === "bench")) return [];
  const bench = report.column("bench");
  const sessions = Array.from(report.datetimes, (ns) => market.sessionAtOrBefore(ns));
  const ours = typeof options.benchmark === "string" ? options.benchmark : (options.benchmark ?? "SH000300");
  const changeTo = (benchmark: string | false, cause: Pick<CauseOf, "recorded" | "sentence">): Change => ({
    kind: "benchmark",
    parameter: "benchmark",
    ours,
    ...cause,
    apply: ({ options: old, ...rest }) => ({ ...rest, options: { ...old, benchmark } }),
  });
  if (bench.every((value) => value === 0)) {
    return [
      changeTo(false, {
        recorded: "none",
        sentence: "the recorded run has no benchmark: it is 0 on every day",
      }),
    ];
  }
  const same = market.instruments.filter((instrument) => {
    const returnOf = benchmarkReturns(market, instrument);
    return sessions.every((session, i) => isEqual(returnOf(session), bench[i]!, 1));
  });
  return same.map((instrument) =>
    changeTo(instrument, {
      recorded: instrument,
      sentence: `the recorded run's benchmark is ${instrument}, ours ${String(ours)}`,
    }),
  );
}
