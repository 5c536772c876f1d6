import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { FactorReport } from "#src/factor-checks/factor-report.js";
import { openPanel, type Panel, validateFactors } from "#src/index.js";
import { isThorough } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";
import { sharedFixtures } from "../shared-fixtures.js";
import { faultyLibrary, hasPandas } from "./python/python-library.js";

interface Expected {
  readonly status: string;
  readonly findings: readonly string[];
  readonly deterministic?: boolean;
  readonly sameOnSecondCallInOneProcess?: boolean;
  readonly dependsOnInput?: boolean;
  readonly scaleInvariant?: boolean;
  readonly crossSectional?: boolean;
  readonly dependsOnOrderOfInstruments?: boolean;
  readonly lookback?: { readonly rows: number | null; readonly bitEqualThere: boolean | null };
  readonly lookAhead?: { readonly verdict: boolean | null };
  readonly recorded?: {
    readonly equalBits: number;
    readonly within4Ulps: number;
    readonly missingOnlyOurs: number;
    readonly missingOnlyRecorded: number;
    readonly explanation?: { readonly code: string };
  } | null;
}

/** LAPACK's least squares round otherwise on other machines. */
const LAPACK = "size_neutral_rev";
/** Their record is a file of its own. */
const ALPHA158 = ["KLEN", "ROC60"];
/** A sound one, one that looks ahead, some that fail: proving all takes minutes of pandas. */
const SOME = ["mom_10d", "bfill_gap", "vwap_dev", "values_only", "ELG_Share_In_Main_5D", "random_factor"];

const codesOf = ({ findings }: FactorReport) => findings.map(({ code }) => code).sort();

describe.skipIf(!hasPandas || !faultyLibrary)("validateFactors on the library with every fault", () => {
  const folder = scratchFolder();
  const { factors } = faultyLibrary
    ? (JSON.parse(readFileSync(join(faultyLibrary, "expected.json"), "utf8")) as {
        factors: Record<string, Expected>;
      })
    : { factors: {} };
  const names = Object.keys(factors).filter((name) => isThorough || SOME.includes(name));
  const library = faultyLibrary && join(faultyLibrary, "rd_factors_lib");
  let market: Panel;
  const reports = new Map<string, FactorReport>();
  const request = {
    library,
    recorded: faultyLibrary && join(faultyLibrary, "recorded"),
    factors: names.filter((name) => !ALPHA158.includes(name)),
    seconds: 20,
    parallel: 6,
    cache: join(folder, "cache"),
  };

  beforeAll(async () => {
    market = await openPanel(join(sharedFixtures("snapshot")!, "daily_pv.h5"));
    const recorded = join(sharedFixtures("snapshot")!, "alpha158.h5");
    const own = await validateFactors(market, request);
    const others = isThorough
      ? await validateFactors(market, { ...request, recorded, factors: ALPHA158 })
      : [];
    for (const report of [...own, ...others]) reports.set(report.factor, report);
  }, 1_200_000);

  it.each(names)("%s has its status and its findings", (name) => {
    const { status, findings } = factors[name]!;
    const report = reports.get(name)!;
    expect([report.status, codesOf(report)]).toEqual([status, [...findings].sort()]);
    for (const { sentence, sentenceZh } of report.findings)
      expect(sentence.length * sentenceZh.length).toBeGreaterThan(0);
  });

  it.each(names)("%s is proven as far as it can be", (name) => {
    const wanted = factors[name]!;
    const proof = reports.get(name)!.proof;
    expect(proof === undefined).toBe(wanted.lookAhead === undefined);
    if (!proof) return;
    const verdict = proof.verdict === "undetermined" ? null : proof.verdict === "look-ahead";
    expect(verdict).toBe(wanted.lookAhead!.verdict);
    expect({
      deterministic: proof.deterministic,
      sameOnSecondCall: proof.sameOnSecondCall,
      dependsOnInput: proof.dependsOnInput,
      scaleInvariant: proof.scaleInvariant,
      crossSectional: proof.crossSectional,
      dependsOnOrder: proof.dependsOnOrder,
      lookback: proof.lookback && [proof.lookback.rows ?? null, proof.lookback.bitEqual ?? null],
    }).toEqual({
      deterministic: wanted.deterministic,
      sameOnSecondCall: wanted.sameOnSecondCallInOneProcess ?? undefined,
      dependsOnInput: wanted.dependsOnInput,
      scaleInvariant: wanted.scaleInvariant,
      crossSectional: wanted.crossSectional,
      dependsOnOrder: wanted.dependsOnOrderOfInstruments,
      lookback: wanted.lookback && [wanted.lookback.rows, wanted.lookback.bitEqualThere],
    });
  });

  it.each(names.filter((name) => factors[name]!.recorded))("%s is compared with its record", (name) => {
    const { equalBits, within4Ulps, missingOnlyOurs, missingOnlyRecorded, explanation } =
      factors[name]!.recorded!;
    const { columns, explanation: found } = reports.get(name)!.comparison!;
    if (name === LAPACK) expect(["identical", "rounding"]).toContain(found.code);
    else {
      expect(found.code).toBe(explanation!.code);
      const total = (key: "equal" | "rounding" | "missingOnlyLeft" | "missingOnlyRight") =>
        columns.reduce((sum, column) => sum + column[key], 0);
      expect([
        total("equal"),
        total("rounding"),
        total("missingOnlyLeft"),
        total("missingOnlyRight"),
      ]).toEqual([equalBits, within4Ulps, missingOnlyOurs, missingOnlyRecorded]);
    }
  });

  it("takes an unchanged library from the cache", async () => {
    const again = await validateFactors(market, {
      ...request,
      factors: ["mom_10d", "bfill_gap", "vwap_dev"],
    });
    expect(again.map(({ cached }) => cached)).toEqual([true, true, true]);
    for (const report of again) {
      const { relations: _, cached: __, ...rest } = report;
      const { relations: ___, cached: ____, ...first } = reports.get(report.factor)!;
      expect(rest).toEqual(first);
    }
  }, 60_000);

  it("stops when it is told to", async () => {
    const stop = AbortSignal.abort();
    await expect(validateFactors(market, { library, signal: stop })).rejects.toThrow(/stopped as asked/);
  }, 60_000);
});
