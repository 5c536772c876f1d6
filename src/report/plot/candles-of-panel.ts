import { DataServiceError } from "../../errors.js";
import type { Panel } from "../../panel/panel.js";
import { candlesChart } from "../charts/candles.js";
import type { Chart } from "../charts/draw-chart.js";
import { sessionTexts, spanOf } from "./sessions.js";

/** Bars that can still be told apart at the width of a page. */
const MOST_BARS = 750;

/** The price bars of one instrument, and its volume. */
export function candlesOf(panel: Panel): Chart {
  const instruments = panel.index.usedInstruments();
  if (instruments.length !== 1) {
    throw new DataServiceError(
      "bad-request",
      `plot: candles are of one instrument, and there are ${instruments.length}; name one with \`universe\``,
    );
  }
  if (panel.rowCount > MOST_BARS) {
    throw new DataServiceError(
      "bad-request",
      `plot: ${panel.rowCount} candles cannot be told apart; take ${MOST_BARS} at most with \`bars\`, \`start\` or \`end\``,
    );
  }
  const field = (name: string) => panel.column(name).floats();
  return candlesChart({
    label: `${instruments[0]}, ${spanOf(panel)}`,
    x: sessionTexts(panel),
    open: field("open"),
    high: field("high"),
    low: field("low"),
    close: field("close"),
    volume: panel.hasField("volume") ? field("volume") : undefined,
  });
}
