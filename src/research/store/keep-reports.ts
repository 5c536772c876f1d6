import type { FactorReport } from "../../factor-checks/factor-report.js";
import { utcNow } from "../registry/utc-time.js";
import { summariseFactors } from "./factor-figures.js";
import { keepQuality } from "./keep-quality.js";
import type { Store } from "./store.js";

/**
 * Keeps what a validation found of factors in the store: verdicts, findings and figures with their series, which the library
 * shows as charts. What an earlier run found of the same factors is replaced.
 * @param reports of `validateFactors`, or read from the JSON of `aistock-data validate --json`
 */
export async function keepReports(store: Store, reports: readonly FactorReport[]): Promise<void> {
  const checked_at_utc = utcNow();
  await store.db.transaction().execute(async (db) => {
    for (const { factor, status, proof, findings, quality } of reports) {
      const said = findings.map(({ code, severity, sentence, sentenceZh }) => ({
        ...{ code, severity, sentence, sentenceZh },
      }));
      const columns = {
        status,
        look_ahead: proof?.verdict ?? null,
        look_back: proof?.lookback?.rows ?? null,
        findings: JSON.stringify(said),
        quality: quality[0] === undefined ? null : JSON.stringify(quality[0], shortened),
        checked_at_utc,
      };
      await db
        .insertInto("factor_checks")
        .values({ factor_name: factor, ...columns })
        .onConflict((conflict) => conflict.column("factor_name").doUpdateSet(columns))
        .execute();
    }
  });
  await keepQuality(
    store,
    reports.flatMap(({ factor, quality }) => quality.slice(0, 1).map((one) => ({ ...one, column: factor }))),
  );
  await summariseFactors(store.db);
}

/** Series are drawn, not computed with: six digits are more than a chart shows. JSON has no NaN. */
const shortened = (_: string, value: unknown): unknown =>
  typeof value === "number" ? (Number.isFinite(value) ? Number(value.toPrecision(6)) : null) : value;
