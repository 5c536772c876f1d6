import { describe, expect, it } from "vitest";
import { computeQuality } from "#src/factor-checks/quality/compute-quality.js";
import type { FactorQuality } from "#src/factor-checks/quality/quality-figures.js";
import type { QualityOptions } from "#src/factor-checks/quality/quality-options.js";
import { DataServiceError, type Panel, panelFromColumns } from "#src/index.js";
import {
  factorOf,
  made,
  market,
  num,
  readJson,
  readSeries,
  references,
  shifted,
} from "./validation-cases.js";

interface Case {
  readonly name: string;
  readonly factor: string;
  readonly quantiles?: number | number[];
  readonly bins?: number | number[];
  readonly periods: number[];
  readonly max_loss: number;
  readonly filter_zscore: number | null;
  readonly cumulative_returns?: boolean;
  readonly zero_aware?: boolean;
  readonly groupby?: string;
  readonly binning_by_group?: boolean;
  readonly group_neutral?: boolean;
  readonly long_short?: boolean;
  readonly equal_weight?: boolean;
  readonly forward?: "strict" | "label";
  readonly prices?: string;
  readonly series?: string;
  readonly empty?: boolean;
  readonly error?: { readonly type: string; readonly message: string };
}

const cases = references ? readJson<{ cases: Case[] }>("cases.json").cases : [];

async function pricesOf(one: Case): Promise<Panel> {
  const panel = await market();
  if (one.prices === "other-years") return shifted(panel, 3650n);
  return one.prices === "open-next" ? nextOpen(panel) : panel;
}

/** Every session of every instrument, with the next session's open as its price: a wide table moved up by one. */
function nextOpen(panel: Panel): Panel {
  const { index } = panel;
  const open = panel.column("open").floats();
  const keys = Array.from(index.datetimes.keys()).flatMap((session) =>
    index.instruments.map((instrument, code) => ({ session, instrument, code })),
  );
  const price = keys.map(({ session, code }) => {
    const row = session + 1 < index.sessionCount ? index.rowOf(session + 1, code) : -1;
    return row < 0 ? Number.NaN : open[row]!;
  });
  const datetime = BigInt64Array.from(keys, ({ session }) => index.datetimes[session]!);
  return panelFromColumns({ datetime, instrument: keys.map((key) => key.instrument), columns: { price } });
}

async function groupsOf(one: Case): Promise<QualityOptions["groups"]> {
  if (one.groupby === undefined) return undefined;
  if (one.groupby === "size_group") {
    const panel = (await made()).select(["size_group"]);
    const groups = Array.from(panel.column("size_group").floats(), (group) =>
      group === 0 ? Number.NaN : group,
    );
    return panel.withColumns({ size_group: groups });
  }
  const codes = (await market()).index.instruments;
  const named = codes.filter((code) => !(one.groupby === "board-without-one" && code === "000004.SZ"));
  return Object.fromEntries(named.map((code) => [code, code.slice(-2)]));
}

async function run(one: Case): Promise<FactorQuality> {
  const isLabel = one.forward === "label";
  const [quality] = computeQuality(await pricesOf(one), await factorOf(one.factor), {
    compat: "alphalens",
    ...(isLabel ? { label: "Ref($close, -2)/Ref($close, -1) - 1" } : { horizons: one.periods }),
    ...(one.forward === "strict" && { padded: false }),
    ...(one.prices === "open-next" && { price: "price" }),
    ...(one.bins === undefined || one.quantiles !== undefined ? { quantiles: one.quantiles } : {}),
    bins: one.bins,
    zeroAware: one.zero_aware,
    cumulative: one.cumulative_returns,
    single: one.prices === "float32",
    maxLoss: one.max_loss,
    zscore: one.filter_zscore,
    groups: await groupsOf(one),
    binByGroup: one.binning_by_group,
    groupNeutral: one.group_neutral,
    longShort: one.long_short,
    equalWeight: one.equal_weight,
  });
  return quality!;
}

interface Told {
  readonly rows: { input: number; finite: number; final: number };
  readonly periods: string[];
  readonly quantileStatistics: Record<string, Record<string, number>>;
  readonly icTable: Record<string, Record<string, number | string>>;
  readonly icSessions: Record<string, number>;
  readonly icRows: number;
  readonly meanMonthlyIc: Record<string, Record<string, number | string>>;
  readonly meanReturnByQuantile: Record<string, Record<string, number | string>>;
  readonly stdErrorByQuantile: Record<string, Record<string, number | string>>;
  readonly rateOfReturnByQuantile: Record<string, Record<string, number | string>>;
  readonly spread: Record<string, number | string>;
  readonly alphaBeta: Record<string, Record<string, number | string>>;
  readonly meanTurnover: Record<string, Record<string, number | string>>;
  readonly meanRankAutocorrelation: Record<string, number | string>;
  readonly finalCumulative?: number;
  readonly icByGroup?: Record<string, Record<string, number | string>>;
  readonly meanReturnByQuantileAndGroup?: Record<string, Record<string, number | string>>;
  readonly stdErrorByQuantileAndGroup?: Record<string, Record<string, number | string>>;
}

/** Equal to 1e-9 of the larger, sums near zero to 1e-12. */
function near(found: number, wanted: number | string, tolerance: number, what: string): void {
  const [a, b] = [found, num(wanted)];
  if (Object.is(a, b) || a === b) return;
  const least = tolerance > 1e-9 ? 1e-7 : 1e-12;
  if (Math.abs(a - b) <= Math.max(least, tolerance * Math.max(Math.abs(a), Math.abs(b)))) return;
  expect(a, what).toBe(b);
}

function compare(one: Case, quality: FactorQuality, told: Told): void {
  const tolerance = one.prices === "float32" || one.forward === "label" ? 1e-6 : 1e-9;
  const same = (found: number, wanted: number | string, what: string) => near(found, wanted, tolerance, what);
  expect([quality.rows.input, quality.rows.finite, quality.rows.binned]).toEqual(Object.values(told.rows));
  expect(quality.sessions.length).toBe(told.icRows);
  expect(quality.quantileStatistics.map(({ quantile }) => quantile)).toEqual(
    Object.keys(told.quantileStatistics).map(Number),
  );
  for (const { quantile, min, max, mean, std, count, share } of quality.quantileStatistics) {
    const wanted = told.quantileStatistics[quantile]!;
    expect(count).toBe(wanted.count);
    for (const [key, value] of Object.entries({ min, max, mean, std, "count %": 100 * share })) {
      same(value, wanted[key]!, `${key} of quantile ${quantile}`);
    }
  }
  for (const [h, period] of told.periods.entries()) {
    const { rankIc, rankIcByMonth } = quality.ic[h]!;
    const table = told.icTable[period]!;
    expect(rankIc.sessions).toBe(told.icSessions[period]);
    same(rankIc.mean, table["IC Mean"]!, "IC Mean");
    same(rankIc.std, table["IC Std."]!, "IC Std.");
    same(rankIc.ratio, table["Risk-Adjusted IC"]!, "Risk-Adjusted IC");
    same(rankIc.t, table["t-stat(IC)"]!, "t");
    same(rankIc.p, table["p-value(IC)"]!, "p");
    same(rankIc.skew, table["IC Skew"]!, "skew");
    same(rankIc.kurtosis, table["IC Kurtosis"]!, "kurtosis");
    for (const { period: month, mean } of rankIcByMonth)
      same(mean, told.meanMonthlyIc[month]![period]!, month);
    expect(rankIcByMonth.length).toBe(Object.keys(told.meanMonthlyIc).length);
    const { quantiles, spread, byGroup } = quality.quantileReturns[h]!;
    for (const { quantile, mean, stdError, rate } of quantiles) {
      same(mean, told.meanReturnByQuantile[quantile]![period]!, `return of quantile ${quantile}`);
      same(stdError, told.stdErrorByQuantile[quantile]![period]!, `error of quantile ${quantile}`);
      same(rate, told.rateOfReturnByQuantile[quantile]![period]!, `rate of quantile ${quantile}`);
    }
    same(spread.mean, told.spread[period]!, `spread ${period}`);
    const portfolio = quality.portfolios.find(
      (p) => p.weights === "factor" && p.horizon === quality.horizons[h],
    )!;
    same(portfolio.annualAlpha, told.alphaBeta["Ann. alpha"]![period]!, `alpha ${period}`);
    same(portfolio.beta, told.alphaBeta.beta![period]!, `beta ${period}`);
    if (told.icByGroup) {
      for (const { group, rankIc: mean, quantiles: within } of byGroup) {
        same(mean, told.icByGroup[group]?.[period] ?? Number.NaN, `IC of ${group}`);
        for (const { quantile, mean: r, stdError } of within) {
          const key = `${quantile}|${group}`;
          same(r, told.meanReturnByQuantileAndGroup![key]?.[period] ?? Number.NaN, `return of ${key}`);
          same(stdError, told.stdErrorByQuantileAndGroup![key]?.[period] ?? Number.NaN, `error of ${key}`);
        }
      }
    }
  }
  for (const { lag, byQuantile, rankAutocorrelation } of quality.turnover) {
    const wanted = told.meanTurnover[lag]!;
    for (const [k, { quantile }] of quality.quantileStatistics.entries()) {
      same(byQuantile[k]!, wanted[quantile]!, `turnover of quantile ${quantile} over ${lag}`);
    }
    same(rankAutocorrelation, told.meanRankAutocorrelation[lag]!, `autocorrelation over ${lag}`);
  }
  if (told.finalCumulative !== undefined) {
    const held = quality.portfolios.find((p) => p.weights === "factor" && p.horizon === quality.horizons[0])!;
    if (held.cumulative.length > 0) same(held.cumulative.at(-1)!, told.finalCumulative, "cumulative");
  }
}

/** A case's series, where they are its own. */
function compareSeries(one: Case, quality: FactorQuality): void {
  if (one.series !== one.name) return;
  const { sessions, columns } = readSeries(`alphalens/${one.name}.csv.gz`);
  expect(quality.sessions).toEqual(sessions);
  const tolerance = one.prices === "float32" || one.forward === "label" ? 1e-6 : 1e-9;
  const same = (found: readonly number[], name: string) => {
    const wanted = columns.get(name);
    if (wanted)
      for (const [k, value] of found.entries())
        near(value, wanted[k]!, tolerance, `${name} at ${sessions[k]}`);
  };
  for (const [h, horizon] of quality.horizons.entries()) {
    same(quality.ic[h]!.rankSeries, `ic ${horizon}D`);
    const { spread, quantiles } = quality.quantileReturns[h]!;
    same(spread.series, `spread ${horizon}D`);
    same(spread.stdErrors, `spreadErr ${horizon}D`);
    for (const { quantile, cumulative } of quantiles)
      if (horizon === 1) same(cumulative, `cumulative 1D q${quantile}`);
    const portfolio = quality.portfolios.find((p) => p.weights === "factor" && p.horizon === horizon)!;
    same(portfolio.series, `return ${horizon}D`);
    if (horizon === 1) same(portfolio.cumulative, "cumulative 1D");
    const { bottom, top, rankAutocorrelationSeries } = quality.turnover[h]!;
    const last = quality.quantileStatistics.at(-1)!.quantile;
    same(bottom, `turnover ${horizon}D q${quality.quantileStatistics[0]!.quantile}`);
    same(top, `turnover ${horizon}D q${last}`);
    same(rankAutocorrelationSeries, `autocorrelation ${horizon}D`);
  }
}

const REFUSED: Readonly<Record<string, RegExp>> = {
  MaxLossExceededError: /rows are lost, maxLoss is/,
  "Bin edges": /have equal edges/,
  "Inferred frequency": /lacks \d+ of the sessions/,
  "Either quantiles": /quantiles and bins are both given/,
  zero_aware: /zeroAware halves a number/,
  NonMatchingTimezoneError: /time zone/,
  "Factor and prices": /no session in common/,
  KeyError: /name no group for "000004\.SZ"/,
};

describe.skipIf(!references)("factorQuality as alphalens has it", () => {
  it("has all the cases", () => {
    expect(cases.length).toBe(81);
    expect(cases.filter(({ error }) => error).length).toBe(13);
  });

  it.each(cases.filter(({ error, empty }) => !error && !empty))("$name", async (one) => {
    const quality = await run(one);
    compare(one, quality, readJson<Told>(`alphalens/${one.name}.json`));
    compareSeries(one, quality);
  });

  it.each(cases.filter(({ empty }) => empty))("$name has nothing left, and says so", async (one) => {
    const quality = await run(one);
    expect(quality.rows.binned).toBe(0);
    expect(quality.rows.sessionsWithoutBins).toBeGreaterThan(0);
    expect(quality.sessions).toEqual([]);
    expect(quality.ic.every(({ rankIc }) => rankIc.sessions === 0 && Number.isNaN(rankIc.mean))).toBe(true);
  });

  it.each(cases.filter(({ error }) => error))("$name is refused", async (one) => {
    const { type, message } = one.error!;
    const [, sentence] = Object.entries(REFUSED).find(([key]) => type === key || message.includes(key))!;
    if (one.name === "mom_10d.tz") {
      const zoned = await factorOf(one.factor);
      Object.assign(zoned.index, { timezone: "UTC" });
      await expect(run(one)).rejects.toThrow(sentence);
      Object.assign(zoned.index, { timezone: undefined });
      return;
    }
    await expect(run(one)).rejects.toThrow(DataServiceError);
    await expect(run(one)).rejects.toThrow(sentence);
  });
});
