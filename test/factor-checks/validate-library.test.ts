import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FactorReport } from "#src/factor-checks/factor-report.js";
import { validateFactors } from "#src/factor-checks/validate-factors.js";
import { openPanel } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";
import { sharedFixtures } from "../shared-fixtures.js";
import { faultyLibrary, hasPandas } from "./python/python-library.js";

interface Expected {
  readonly status: string;
  readonly findings: readonly string[];
  readonly recorded?: {
    readonly cells: number;
    readonly equalBits: number;
    readonly within4Ulps: number;
    readonly differ: number;
    readonly missingOnlyOurs: number;
    readonly missingOnlyRecorded: number;
    readonly explanation?: { readonly code: string };
  } | null;
}

/** What a report must agree in with `expected.json`. */
function told({ status, findings, comparison }: FactorReport) {
  const [main] = comparison?.columns ?? [];
  return {
    status,
    findings: findings.map(({ code }) => code).sort(),
    explanation: comparison?.explanation.code,
    cells: main && [main.equal, main.rounding, main.missingOnlyLeft, main.missingOnlyRight],
  };
}

describe.skipIf(!hasPandas || !faultyLibrary)("validateFactors on the library with every fault", () => {
  const folder = scratchFolder();
  const expected = faultyLibrary
    ? (JSON.parse(readFileSync(join(faultyLibrary, "expected.json"), "utf8")) as {
        factors: Record<string, Expected>;
      })
    : { factors: {} };

  it("gives every factor its status, its findings and the reason why it differs", async () => {
    const market = await openPanel(join(sharedFixtures("snapshot")!, "daily_pv.h5"));
    const reports = await validateFactors(market, {
      library: join(faultyLibrary!, "rd_factors_lib"),
      recorded: join(faultyLibrary!, "recorded"),
      factors: Object.keys(expected.factors),
      seconds: 20,
      parallel: 6,
      cache: join(folder, "cache"),
      onProgress: ({ factor, factors }) => process.env.PROOF_LOG && console.log(factors, factor),
    });
    const found = Object.fromEntries(reports.map((report) => [report.factor, told(report)]));
    const wanted = Object.fromEntries(
      reports.map(({ factor, comparison }) => {
        const { status, findings, recorded } = expected.factors[factor]!;
        const single = comparison?.columns.length === 1;
        return [
          factor,
          {
            status,
            findings: [...findings].sort(),
            explanation: comparison ? recorded?.explanation?.code : undefined,
            cells: !comparison
              ? undefined
              : single
                ? [
                    recorded!.equalBits,
                    recorded!.within4Ulps,
                    recorded!.missingOnlyOurs,
                    recorded!.missingOnlyRecorded,
                  ]
                : found[factor]!.cells,
          },
        ];
      }),
    );
    expect(found).toEqual(wanted);
  }, 1_200_000);
});
