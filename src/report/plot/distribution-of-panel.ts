import { DataServiceError } from "../../errors.js";
import type { Panel } from "../../panel/panel.js";
import { formatNs, type TimeInput } from "../../time.js";
import { barsChart } from "../charts/bars.js";
import type { Chart } from "../charts/draw-chart.js";
import { binNames, histogramOf } from "./histogram.js";
import { numericColumns } from "./numeric-columns.js";

const BINS = 40;

/** How one field is spread over the instruments of a session. */
export function distributionOf(panel: Panel, at: TimeInput | undefined): Chart {
  const fields = numericColumns(panel);
  if (fields.length > 1) {
    const problem = `plot: a distribution is of one field, and there are ${fields.length}; name one with \`fields\``;
    throw new DataServiceError("bad-request", problem);
  }
  const session = panel.crossSection(at ?? panel.index.datetimes[panel.index.sessionCount - 1]!);
  const when = formatNs(session.index.datetimes[0]!);
  const histogram = histogramOf(session.column(fields[0]!).floats(), BINS);
  if (histogram.cells === 0) {
    throw new DataServiceError(
      "bad-request",
      `plot: ${fields[0]} has no finite cell on ${when}; choose another session`,
    );
  }
  return barsChart({
    label: `${fields[0]} of ${histogram.cells} instruments on ${when}`,
    categories: binNames(histogram),
    bars: [{ name: fields[0]!, values: histogram.counts }],
    dense: true,
  });
}
