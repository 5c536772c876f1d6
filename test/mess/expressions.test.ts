import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openPanel } from "#src/index.js";

const ALPHA = "data-fixtures/mess/rolling-with-alpha";
type Values = Readonly<Record<string, readonly (number | boolean | null)[]>> | string;

describe("qlib's spellings of expressions", () => {
  const recorded: Readonly<Record<string, Values>> = JSON.parse(readFileSync(`${ALPHA}/ref15.json`, "utf8"));
  const computed = Object.entries(recorded).filter(([, values]) => typeof values !== "string");

  /** What is refused here though qlib computes it: by its text, and what the refusal says. */
  const REFUSED: ReadonlyMap<string, RegExp> = new Map([
    ["$close and $open", /"and" is not in this language/],
    ["$close if $close else 1", /"if" is not in this language/],
    ["1 < $close < 12", /comparisons do not chain/],
    ["0x10*$close", /unexpected|missing/],
    ["Ref($close,$volume)", /must be a number/],
    ["Mean($close,-5)", /whole number/],
  ]);

  it.each(computed)("%s has qlib's values", async (text, values) => {
    const market = await openPanel(`${ALPHA}/market.h5`);
    const refusal = REFUSED.get(text);
    if (refusal) {
      expect(() => market.evaluate({ x: text })).toThrow(refusal);
      return;
    }
    const got = market.evaluate({ x: text });
    for (const [instrument, wanted] of Object.entries(values)) {
      const column = got.series(instrument).column("x");
      for (const [row, value] of wanted.entries()) {
        expect(`row ${row}: ${isAs(column.at(row), value)}`).toBe(`row ${row}: true`);
      }
    }
  });

  /** JSON has neither NaN nor infinities, and the recorded figures are float32. */
  function isAs(got: unknown, want: number | boolean | null): boolean {
    if (want === null || !Number.isFinite(Number(want))) return !Number.isFinite(Number(got));
    return Math.abs(Number(got) - Number(want)) <= 2e-5 * Math.max(1, Math.abs(Number(want)));
  }
});

describe("what other dialects call an operator", () => {
  it.each([
    ["Delay($close,1)", "Ref"],
    ["Lag($close,1)", "Ref"],
    ["ts_rank($close,5)", "Rank"],
    ["Ts_Rank($close,5)", "Rank"],
    ["ts_mean($close,5)", "Mean"],
    ["MA($close,5)", "Mean"],
    ["SMA($close,5)", "Mean"],
    ["mean($close,5)", "Mean"],
    ["Sqrt($close)", "Power($close, 0.5)"],
    ["sqrt($close/$open)", "Power(($close/$open), 0.5)"],
    ["pct_change($close,5)", "$close / Ref($close, 5) - 1"],
    ["ts_zscore(Mean($close,3),5)", "(Mean($close,3) - Mean(Mean($close,3), 5)) / Std(Mean($close,3), 5)"],
    ["SignedPower($close-1,2)", "Sign(($close-1)) * Power(Abs(($close-1)), 2)"],
    ["Max($close,$open)", "the greater of two series is Greater(x, y)"],
    ["Min($close,$open)", "the lesser of two series is Less(x, y)"],
  ])("%s", async (text, advice) => {
    const market = await openPanel("data-fixtures/mess/suggests-another-operator/market.h5");
    expect(() => market.evaluate({ x: text })).toThrow(advice);
    if (/^[$(S].*\$/.test(advice)) expect(market.evaluate({ x: advice }).rowCount).toBe(market.rowCount);
  });

  it.each([
    ["Feature(close)", 'a field is written "$close"'],
    ["Feature($close)", "takes the name of a field in quotes"],
    ["Rolling($close,5)", "Rolling takes a series, a window and a function of pandas"],
    ["Rolling($close,5,'quantile')", 'Rolling has no "quantile"'],
    ["Skew($close,0.5)", "a whole number from 3"],
    ["Rank($close,0.5)", "a whole number from 1"],
  ])("%s is refused", async (text, advice) => {
    const market = await openPanel("data-fixtures/mess/suggests-another-operator/market.h5");
    expect(() => market.evaluate({ x: text })).toThrow(advice);
  });
});
