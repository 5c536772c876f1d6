import type { FactorReport } from "#src/factor-checks/factor-report.js";
import { computeQuality } from "#src/factor-checks/quality/compute-quality.js";
import { openPanel } from "#src/index.js";

/** Two factors with figures of the fixture's market, and one that failed, whose texts are hostile. */
export async function someReports(): Promise<FactorReport[]> {
  const market = await openPanel("data-fixtures/snapshot/daily_pv.h5");
  const factors = market.evaluate({
    mom_5: "$close/Ref($close,5)-1",
    vol_10: "Std($close/Ref($close,1)-1,10)",
  });
  const quality = computeQuality(market, factors, { horizons: [1, 5, 10] });
  const names = quality.map(({ column }) => column);
  const good = quality.map((one, i): FactorReport => {
    const other = { factor: names[1 - i]!, known: false, pearson: -0.12, spearman: -0.15 };
    return {
      factor: one.column,
      status: i === 0 ? "ok" : "warning",
      source: { kind: "expression", text: one.column },
      findings:
        i === 0 ? [] : [finding("low-coverage", "warning", "only 60% of the market's rows have a value")],
      quality: [one],
      relations: { others: [other], cluster: [] },
      cached: false,
    };
  });
  return [...good, HOSTILE];
}

const finding = (
  code: FactorReport["findings"][number]["code"],
  severity: "error" | "warning",
  sentence: string,
): FactorReport["findings"][number] => ({
  code,
  severity,
  sentence,
  sentenceZh: `（${sentence}）`,
  rows: [],
});

const ATTACK = `<img src=x onerror=alert(1)>"'</script><script>alert(2)</script>`;

const HOSTILE: FactorReport = {
  factor: ATTACK,
  status: "error",
  source: { kind: "python", text: `module.${ATTACK}` },
  findings: [
    {
      ...finding("raised", "error", `the function raised: ${ATTACK}`),
      rows: [{ datetime: "2019-02-01", instrument: ATTACK, value: ATTACK }],
    },
  ],
  run: {
    outcome: "raised",
    seconds: 0.25,
    error: { type: "ValueError", message: ATTACK, traceback: `Traceback\n${ATTACK}` },
    stdout: ATTACK,
    stderr: "",
    files: [],
    mutatesInput: false,
  },
  proof: {
    verdict: "look-ahead",
    cutsTried: 4,
    cutsThatShowIt: 3,
    cutsWithRoundingOnly: 0,
    cuts: [{ cut: "2019-06-03", why: "mid-month", changed: 12, rounded: 0 }],
    first: {
      datetime: "2019-05-31",
      instrument: "000004.SZ",
      column: "x",
      full: 1.5,
      truncated: Number.NaN,
      cut: "2019-06-03",
    },
  },
  quality: [],
  cached: false,
};
