import { describe, expect, it } from "vitest";
import { computeQlibFigures } from "#src/factor-checks/quality/qlib-figures.js";
import { factorOf, market, num, readJson, readSeries, references } from "./validation-cases.js";

type Told = Record<string, number | string | Record<string, number | string>>;

const told = references ? readJson<{ factors: Record<string, Told> }>("qlib/qlib.json").factors : {};
const { sessions, columns } = references
  ? readSeries("qlib/series.csv.gz")
  : { sessions: [], columns: new Map<string, number[]>() };

/** The label has float32 cells, whose means pandas rounds to float32. */
function near(found: number, wanted: number | string | undefined, what: string): void {
  if (wanted === undefined) return;
  const b = num(wanted);
  if (Object.is(found, b) || Math.abs(found - b) <= Math.max(3e-8, 3e-6 * Math.abs(b))) return;
  expect(found, what).toBe(b);
}

/** Scores of one session are equal: which of them is in a group is up to the order that numpy's quicksort leaves. */
const TIED = ["RESI5", "CORR10", "RSQR20", "CNTP20", "RANK10", "sign_mom", "constant"];

describe.skipIf(!references)("computeQlibFigures as qlib has them", () => {
  it.each(Object.keys(told))("%s", async (name) => {
    const one = told[name]!;
    const part = (key: string) => (one[key] ?? {}) as Record<string, number | string>;
    const found = computeQlibFigures(await market(), await factorOf(name));
    expect([found.sessions, found.icSessions]).toEqual([one.sessions, one.icSessions]);
    near(found.icMean, one.ic as number, "ic");
    near(found.icir, one.icir as number, "icir");
    near(found.rankIcMean, one.rankIc as number, "rank ic");
    near(found.rankIcir, one.rankIcir as number, "rank icir");
    for (const [key, own] of [
      ["longShort q0.2", found.longShort],
      ["longShort q0.2 dropna", found.longShortDropna],
    ] as const) {
      const wanted = part(key);
      near(own.mean, wanted.mean, key);
      near(own.std, wanted.std, `${key} std`);
      near(own.annualReturn / 252, num(wanted.annualReturn ?? Number.NaN) / 252, `${key} a year`);
      near(own.averageAnnualReturn / 252, num(wanted.avgAnnualReturn ?? Number.NaN) / 252, `${key} average`);
    }
    near(found.longPrecision, one.longPrecision as number, "long precision");
    near(found.shortPrecision, one.shortPrecision as number, "short precision");
    for (const { lag, mean } of found.autocorrelation)
      near(mean, one[`predAutocorr ${lag}`] as number, `autocorrelation ${lag}`);
    if (name !== "constant") {
      near(found.rankAutocorrelation, one.reportAutocorr as number | undefined, "report autocorrelation");
    }
    near(found.turnover.top, part("reportTurnover").Top, "top turnover");
    near(found.turnover.bottom, part("reportTurnover").Bottom, "bottom turnover");
    const groups = part("groupReturnCumulativeEnd");
    if (!TIED.includes(name)) {
      for (const [k, value] of found.groupReturns.entries())
        near(value, groups[`Group${k + 1}`], `group ${k + 1}`);
      near(found.longShortOfGroups, groups["long-short"], "groups' long-short");
      near(found.longAverageOfGroups, groups["long-average"], "groups' long-average");
    }
    const risk = part("riskAnalysis sum day");
    near(found.risk.annualizedReturn / 238, num(risk.annualized_return ?? Number.NaN) / 238, "risk: a year");
    near(found.risk.maxDrawdown, risk.max_drawdown, "risk: drawdown");
    for (const [key, series] of [
      ["ic", found.ic],
      ["rankIc", found.rankIc],
      ["longShort", found.longShort.series],
    ] as const) {
      const wanted = columns.get(`${name} ${key}`)!;
      for (const [k, value] of series.entries()) near(value, wanted[k], `${key} at ${sessions[k]}`);
    }
  });
});
