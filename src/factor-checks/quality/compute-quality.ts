import { DataServiceError } from "../../errors.js";
import { listNames } from "../../names/field.js";
import type { Panel } from "../../panel/panel.js";
import { percent } from "../../text/figures.js";
import { FactorCells } from "./factor-cells.js";
import { FactorPass } from "./factor-pass.js";
import { GroupCodes } from "./group-codes.js";
import { marketFrames } from "./market-frames.js";
import { MarketTraits } from "./market-traits.js";
import type { FactorQuality } from "./quality-figures.js";
import { qualityOfPass } from "./quality-of-pass.js";
import { planQuality, type QualityOptions, type QualityPlan } from "./quality-options.js";
import { ReturnLimits } from "./return-limits.js";

/**
 * How good factors are: information coefficients, returns by quantile, a long-short portfolio, turnover, coverage and
 * distribution, for each numeric column of `factors`. One pass over the market's sessions serves all columns; only some
 * sessions are in memory if the files allow it. Definitions are alphalens' and qlib's, with better choices where theirs
 * are faults; `compat` gives theirs.
 * @returns one entry a column, in order
 * @throws DataServiceError bad-request, unknown-field, bad-expression (the label), max-loss
 */
export function computeQuality(market: Panel, factors: Panel, options: QualityOptions = {}): FactorQuality[] {
  const plan = planQuality(options, "factorQuality");
  if (plan.compat === "alphalens") refuseOtherCalendar(market, factors);
  const groups = plan.groups === undefined ? undefined : new GroupCodes(plan.groups, market.index);
  const size = { sessions: market.index.sessionCount, instruments: market.index.instruments.length };
  const traits = plan.compat === "own" ? new MarketTraits(market, plan) : undefined;
  const passes = factors.columnNames.map((column) => {
    return new FactorPass(
      new FactorCells(factors, column, market.index),
      plan,
      groups,
      size,
      traits?.lags ?? [],
    );
  });
  const frames = marketFrames(market, plan);
  const limits =
    plan.zscore === null ? undefined : limitsOf(market, plan, passes[0]?.cells.sessions ?? new Int32Array());
  const { index } = market;
  for (let session = 0; session < index.sessionCount; session++) {
    const frame = frames.at(session);
    limits?.apply(frame);
    const codes = index.codesOf(index.startOf(session), index.startOf(session + 1));
    const beside = traits?.at(frame);
    for (const pass of passes) pass.take(frame, codes, beside);
  }
  return passes.map((pass, k): FactorQuality => {
    pass.cells.finish();
    if (groups) refuseGroupless(pass, groups, market);
    refuseLoss(pass);
    const column = factors.columnNames[k]!;
    return qualityOfPass(pass, factors, column, market, groups?.names ?? []);
  });
}

/** @param sessions the factor's position of each of the market's sessions, or -1 */
function limitsOf(market: Panel, plan: QualityPlan, sessions: Int32Array): ReturnLimits {
  const limits = new ReturnLimits(plan.horizons.length, market.index.instruments.length, plan.zscore!);
  const frames = marketFrames(market, plan);
  for (let session = 0; session < market.index.sessionCount; session++) {
    const frame = frames.at(session);
    if (sessions[session]! >= 0) limits.count(frame);
  }
  return limits;
}

/** alphalens wants every session of the prices between the factor's first and last. @throws DataServiceError bad-request */
function refuseOtherCalendar(market: Panel, { index, label }: Panel): void {
  if (index.timezone !== market.index.timezone) {
    const problem = `${label} has the time zone ${index.timezone ?? "none"}, ${market.label} ${market.index.timezone ?? "none"}`;
    throw refusal(`${problem}; give both in one zone`);
  }
  const common = index.datetimes.filter((ns) => market.index.sessionAt(ns) >= 0);
  if (common.length === 0) throw refusal(`${label} and ${market.label} have no session in common`);
  const [first, last] = [market.index.sessionAt(common[0]!), market.index.sessionAt(common.at(-1)!)];
  if (last - first + 1 === common.length) return;
  const missing = last - first + 1 - common.length;
  throw refusal(
    `${label} lacks ${missing} of the sessions of ${market.label} between its first and last; compat "alphalens" needs all, "own" does not`,
  );
}

function refuseGroupless({ groupless, plan }: FactorPass, groups: GroupCodes, market: Panel): void {
  const missing = groups.missing(market.index);
  if (plan.compat !== "alphalens" || missing.length === 0 || groupless.size === 0) return;
  const names = [...groupless].map((code) => market.index.instruments[code]!).sort();
  throw refusal(`groups name no group for ${listNames(names)}; name one for every instrument`);
}

function refuseLoss({
  plan: { maxLoss, binning },
  cells,
  withReturns,
  binned,
  sessionsWithoutBins,
}: FactorPass): void {
  if (maxLoss === null) return;
  if (maxLoss === 0 && sessionsWithoutBins > 0) {
    throw refusal(
      `in ${sessionsWithoutBins} sessions ${String(binning.edges)} ${binning.by} have equal edges, so that none of their cells has one; take fewer, or repeatedEdges: "keep"`,
    );
  }
  const lost = 1 - binned / cells.rowCount;
  if (lost <= maxLoss) return;
  const [returns, bins] = [1 - withReturns / cells.rowCount, (withReturns - binned) / cells.rowCount];
  const parts = `${percent(returns)} have no value or no return, ${percent(bins)} no quantile`;
  const problem = `factorQuality: ${percent(lost)} of the factor's rows are lost, maxLoss is ${percent(maxLoss)}: ${parts}; raise maxLoss, or take fewer quantiles`;
  throw new DataServiceError("max-loss", problem, { count: cells.rowCount - binned });
}

function refusal(problem: string): DataServiceError {
  return new DataServiceError("bad-request", `factorQuality: ${problem}`);
}
