import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ReturnFrequency, type RiskFigures, riskAnalysis } from "#src/backtest/risk/risk-analysis.js";
import { caseIds, folder, readJson, readNumbers } from "./referee.js";

interface Figures {
  readonly mean: number;
  readonly std: number;
  readonly annualized_return: number;
  readonly information_ratio: number;
  readonly max_drawdown: number;
}

type RiskCase = Readonly<Record<string, Figures>> & { readonly case: string };

/** Powers of the two languages differ in the last digit, of which subtracting 1 leaves few to a small return. */
const close = (value: number, expected: number, within: number) =>
  Object.is(value, expected) || Math.abs(value - expected) <= within * Math.abs(expected);

describe("riskAnalysis", () => {
  const cases = readJson<RiskCase[]>(join(folder, "signals", "risk.json.gz")).filter(({ case: id }) =>
    caseIds().includes(id),
  );
  it.each(cases.map((own) => [own.case, own] as const))("equals qlib's risk_analysis: %s", (id, own) => {
    const { columns } = readNumbers(join(folder, "cases", id, "report.csv"));
    const series: Record<string, readonly number[]> = {
      return: columns.get("return")!,
      bench: columns.get("bench")!,
    };
    let checked = 0;
    for (const [key, figures] of Object.entries<Figures | string>(own)) {
      const [name, mode, frequency] = key.split("|");
      if (
        name === undefined ||
        !series[name] ||
        typeof figures === "string" ||
        (mode !== "sum" && mode !== "product")
      )
        continue;
      const found = riskAnalysis(series[name], { mode, frequency: frequency as ReturnFrequency });
      expectFigures(found, figures, key);
      checked++;
    }
    expect(checked).toBe(8);
  });
});

function expectFigures(found: RiskFigures, expected: Figures, key: string): void {
  const within = key.includes("product") ? 1e-9 : 1e-12;
  const pairs = [
    [found.mean, expected.mean],
    [found.std, expected.std],
    [found.annualizedReturn, expected.annualized_return],
    [found.informationRatio, expected.information_ratio],
    [found.maxDrawdown, expected.max_drawdown],
  ] as const;
  for (const [value, wanted] of pairs)
    expect(close(value, wanted, within), `${key}: ${value} is ${wanted}`).toBe(true);
}

describe("riskAnalysis by hand", () => {
  it("adds returns up, or compounds them", () => {
    const returns = [0.1, -0.5, 0.2, Number.NaN];
    const summed = riskAnalysis(returns, { frequency: 4 });
    expect(summed.mean).toBeCloseTo(-0.2 / 3, 12);
    expect(summed.annualizedReturn).toBeCloseTo((4 * -0.2) / 3, 12);
    expect(summed.maxDrawdown).toBeCloseTo(-0.5, 12);
    const compounded = riskAnalysis(returns, { frequency: 3, mode: "product" });
    expect(compounded.annualizedReturn).toBeCloseTo(1.1 * 0.5 * 1.2 - 1, 12);
    expect(compounded.maxDrawdown).toBeCloseTo(-0.5, 12);
  });

  it("refuses a frequency that qlib does not have, with the nearest", () => {
    expect(() => riskAnalysis([1], { frequency: "days" as "day" })).toThrow(
      expect.objectContaining({
        code: "bad-request",
        details: expect.objectContaining({ suggestion: "day" }),
      }),
    );
  });
});
