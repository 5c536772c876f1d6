import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { calendarRows } from "#src/factor-checks/compare/other-inputs.js";
import { computeQuality } from "#src/factor-checks/quality/compute-quality.js";
import { correlationMap } from "#src/factor-checks/quality/factor-relations.js";
import { layPanel } from "#src/factor-checks/sources/lay-beside.js";
import { openPanel } from "#src/index.js";
import { sharedFixtures } from "../../shared-fixtures.js";
import { factorOf, market, num, readJson, references } from "./validation-cases.js";

type Numbers = Record<string, number>;

interface More {
  readonly factors: readonly string[];
  readonly correlation: Record<"pearson" | "spearman", Record<string, Numbers>>;
  readonly decay: { horizons: number[]; mean: Record<string, Numbers>; sessions: Record<string, Numbers> };
  readonly coverage: { mean: Numbers; first: Record<string, string>; sessionsBelowHalf: Numbers };
  readonly distribution: Record<string, Numbers>;
  readonly neutralised: { ic: Record<string, Numbers> };
}

describe.skipIf(!references)("factorQuality by its own definitions", () => {
  const more = references ? readJson<More>("more.json") : undefined;
  const near = (found: number, wanted: number, digits = 1e-9) => {
    if (Math.abs(found - wanted) <= Math.max(1e-12, digits * Math.abs(wanted))) return;
    expect(found).toBe(wanted);
  };

  it("has pandas' correlations among factors", async () => {
    const { index } = calendarRows(await market())!; // some factors have rows of the calendar that the market lacks
    const named = await Promise.all(
      more!.factors.map(async (name) => {
        const [cells] = layPanel(await factorOf(name), index, 0).columns.values();
        return { name, cells: cells!, known: false };
      }),
    );
    const map = correlationMap(named, index);
    for (const kind of ["pearson", "spearman"] as const) {
      for (const [a, left] of more!.factors.entries()) {
        for (const [b, right] of more!.factors.entries())
          near(map[kind][a]![b]!, more!.correlation[kind][left]![right]!);
      }
    }
  });

  it.each(references ? readJson<More>("more.json").factors : [])(
    "has pandas' figures of %s",
    async (name) => {
      const { horizons, mean, sessions } = more!.decay;
      const [quality] = computeQuality(await market(), await factorOf(name), { decay: horizons });
      if (mean[name]) {
        for (const step of quality!.decay) {
          near(step.rankIc, mean[name][step.horizon]!);
          expect(step.sessions).toBe(sessions[name]![step.horizon]);
        }
      }
      near(quality!.coverage.mean, more!.coverage.mean[name]!);
      expect(quality!.coverage.first).toBe(more!.coverage.first[name]);
      expect(quality!.coverage.sessionsBelowHalf).toBe(more!.coverage.sessionsBelowHalf[name]);
      const { count, mean: level, std, skew, kurtosis, distinct, quantiles } = quality!.distribution;
      const wanted = more!.distribution[name]!;
      expect([count, distinct]).toEqual([wanted.count, wanted.distinct]);
      for (const [key, value] of Object.entries({ mean: level, std, skew, kurtosis }))
        near(value, num(wanted[key]!), 1e-8);
      for (const { at, value } of quantiles) near(value, num(wanted[`q${at}`]!));
    },
  );

  it("takes size and industry out by least squares", async () => {
    const panel = await market();
    const size = (await openPanel(join(sharedFixtures("snapshot")!, "daily_basic.h5"))).select([
      "db_total_mv",
    ]);
    const groups = Object.fromEntries(panel.index.instruments.map((code) => [code, code.slice(-2)]));
    for (const [name, wanted] of Object.entries(more!.neutralised.ic)) {
      const [quality] = computeQuality(panel, await factorOf(name), { size, groups, decay: [] });
      for (const { against, rankIc } of quality!.neutral) {
        const key = against === "industry+size" ? "industry+size" : against;
        // an industry of one has a residual of rounding, whose rank is chance
        expect(Math.abs(rankIc.mean - wanted[key]!), `${name} less ${against}`).toBeLessThan(1e-2);
        if (against === "size") near(rankIc.mean, wanted.size!);
      }
      expect(quality!.neutral.map(({ against }) => against)).toEqual(["industry", "size", "industry+size"]);
    }
  });
});
