import { onlyPanels } from "../panel/only-panels.js";
import type { Panel } from "../panel/panel.js";
import type { FactorQuality } from "./quality/quality-figures.js";
import type { QualityOptions } from "./quality/quality-options.js";

/**
 * How good factors are, one entry for each numeric column of `factors`: information coefficients, returns by quantile, a
 * long-short portfolio, turnover, coverage and distribution, as series by session and as means. Definitions are
 * alphalens' (`performance.py`) and qlib's (`contrib.eva.alpha`), with better choices where theirs are faults; `compat`
 * gives theirs.
 * @throws DataServiceError bad-request, unknown-field, bad-expression (the label), max-loss
 */
export async function factorQuality(
  market: Panel,
  factors: Panel,
  options: QualityOptions = {},
): Promise<FactorQuality[]> {
  onlyPanels([market, factors], "factorQuality");
  const { computeQuality } = await import("./quality/compute-quality.js"); // few programs ask for figures
  return computeQuality(market, factors, options);
}
