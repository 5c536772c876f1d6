import type { Panel } from "../panel/panel.js";
import type { QlibFigures, QlibOptions } from "./quality/qlib-figures.js";

/**
 * A score, the first column of `scores`, against a label, as qlib's `contrib.eva.alpha` (`calc_ic`,
 * `calc_long_short_return`, `calc_long_short_prec`, `pred_autocorr`) and its reports have it.
 * @throws DataServiceError bad-request, bad-expression (the label), unknown-field
 */
export async function qlibFigures(
  market: Panel,
  scores: Panel,
  options: QlibOptions = {},
): Promise<QlibFigures> {
  const { computeQlibFigures } = await import("./quality/qlib-figures.js"); // few programs ask for figures
  return computeQlibFigures(market, scores, options);
}
