import { DataServiceError } from "../../errors.js";
import type { Panel } from "../../panel/panel.js";
import type { Chart } from "../charts/draw-chart.js";
import { linesChart } from "../charts/lines.js";
import { numericColumns } from "./numeric-columns.js";
import { sessionTexts, spanOf } from "./sessions.js";

/** More lines than this cannot be told apart; there are as many colours. */
export const MOST_LINES = 8;

/** Fields over time, by instrument; of a whole market one field's median and spread. */
export function seriesOf(panel: Panel): Chart {
  const fields = numericColumns(panel);
  const x = sessionTexts(panel);
  const instruments = panel.index.usedInstruments();
  if (fields.length * instruments.length > MOST_LINES) {
    if (fields.length === 1) return spreadOf(panel, fields[0]!, x, instruments.length);
    throw new DataServiceError(
      "bad-request",
      `plot: ${fields.length} fields of ${instruments.length} instruments are more than ${MOST_LINES} lines; choose some with ` +
        "`fields` and `universe`, or one field, whose median and spread over all instruments are then drawn",
    );
  }
  const lines = fields.flatMap((field) => {
    const { values, instruments } = panel.unstack(field);
    return instruments.map((instrument, i) => ({
      name: fields.length === 1 ? instrument : instruments.length === 1 ? field : `${instrument} ${field}`,
      values: x.map((_, session) => values[session * instruments.length + i]!),
    }));
  });
  const whose = instruments.length === 1 ? ` of ${instruments[0]}` : ` of ${instruments.length} instruments`;
  return linesChart({ label: `${fields.join(", ")}${whose}, ${spanOf(panel)}`, x, lines });
}

/** The 10%, 50% and 90% quantiles of each session's cells, between cells linearly. */
function spreadOf(panel: Panel, field: string, x: readonly string[], instruments: number): Chart {
  const cells = panel.column(field).floats();
  const levels = [0.9, 0.5, 0.1];
  const values = levels.map(() => new Float64Array(x.length).fill(Number.NaN));
  for (let session = 0; session < x.length; session++) {
    const [first, last] = [panel.index.startOf(session), panel.index.startOf(session + 1)];
    const finite = Float64Array.from(cells.subarray(first, last).filter(Number.isFinite)).sort();
    levels.forEach((level, i) => {
      values[i]![session] = quantileOf(finite, level);
    });
  }
  const label = `${field}: median, 10% and 90% of ${instruments} instruments, ${spanOf(panel)}`;
  const lines = levels.map((level, i) => ({
    name: level === 0.5 ? "median" : `${level * 100}%`,
    values: values[i]!,
    thin: level !== 0.5,
  }));
  return linesChart({ label, x, lines });
}

/** Of ascending cells; NaN of none. */
export function quantileOf(ascending: Float64Array, level: number): number {
  if (ascending.length === 0) return Number.NaN;
  const at = (ascending.length - 1) * level;
  const [low, high] = [ascending[Math.floor(at)]!, ascending[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}
