import type { PanelIndex } from "../keys/panel-index.js";
import type { Span } from "./processors/processor.js";
import { parseSpan, sessionsIn } from "./segments/span.js";

/**
 * A weight for each row: 1, and that of the last span its datetime lies in (qlib's TimeReweighter, for which a month as an
 * end is its first day; here it is the whole month, as in every other span).
 * @throws DataServiceError bad-request
 */
export function timeWeights(
  index: PanelIndex,
  weights: readonly (readonly [span: Span, weight: number])[],
): Float64Array {
  const out = new Float64Array(index.rowCount).fill(1);
  for (const [i, [span, weight]] of weights.entries()) {
    const { first, last } = sessionsIn(index, parseSpan(span, `weights[${i}]`));
    out.fill(weight, index.startOf(first), index.startOf(last));
  }
  return out;
}

/**
 * How much each session's labels have to themselves: the mean of 1 / (labels alive) over the sessions a label spans (de
 * Prado 4.2). A label of session t is alive in t + 1 … t + `lookAhead`, and at the end only as far as there are sessions.
 * @returns one number a session
 */
export function averageUniqueness(sessions: number, lookAhead: number): Float64Array {
  const alive = new Float64Array(sessions + lookAhead + 1);
  for (let t = 0; t < sessions; t++) for (let k = 1; k <= lookAhead; k++) alive[t + k]!++;
  const out = new Float64Array(sessions).fill(1);
  for (let t = 0; t < sessions && lookAhead > 0; t++) {
    let sum = 0;
    for (let k = 1; k <= lookAhead; k++) sum += 1 / alive[t + k]!;
    out[t] = sum / lookAhead;
  }
  return out;
}

/** Weights that fall linearly with the uniqueness that comes after, from 1 at the newest to `oldest` (de Prado 4.7). */
export function timeDecay(uniqueness: Float64Array, oldest: number): Float64Array {
  let total = 0;
  const cumulated = uniqueness.map((own) => {
    total += own;
    return total;
  });
  const slope = oldest >= 0 ? (1 - oldest) / total : 1 / ((oldest + 1) * total);
  const level = 1 - slope * total;
  return cumulated.map((own) => Math.max(0, level + slope * own));
}
