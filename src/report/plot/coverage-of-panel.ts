import type { Panel } from "../../panel/panel.js";
import { formatNs } from "../../time.js";
import type { Chart } from "../charts/draw-chart.js";
import { heatMapChart } from "../charts/heat-map.js";
import { spanOf } from "./sessions.js";

const MOST_MONTHS = 60;

/**
 * The share of cells that are there, by field and month (by year where there are more than 60 months); of all instruments
 * that have a row in the panel, so that a listing and a suspension are seen.
 */
export function coverageOf(panel: Panel): Chart {
  const { index } = panel;
  const months = new Set(Array.from(index.datetimes, (ns) => formatNs(ns).slice(0, 7)));
  const digits = months.size > MOST_MONTHS ? 4 : 7;
  const periodOf = Array.from(index.datetimes, (ns) => formatNs(ns).slice(0, digits));
  const periods = [...new Set(periodOf)];
  const rows = ["rows", ...panel.columnNames];
  const instruments = index.usedInstruments().length;
  const values = new Float64Array(rows.length * periods.length);
  const cells = new Float64Array(periods.length);
  const place = new Map(periods.map((period, i) => [period, i]));
  for (let session = 0; session < index.sessionCount; session++) {
    const period = place.get(periodOf[session]!)!;
    const [first, last] = [index.startOf(session), index.startOf(session + 1)];
    cells[period]! += instruments;
    values[period]! += last - first;
    panel.columnNames.forEach((name, i) => {
      const there = last - first - panel.column(name).slice(first, last).countMissing();
      values[(i + 1) * periods.length + period]! += there;
    });
  }
  for (let i = 0; i < values.length; i++) values[i]! /= cells[i % periods.length]!;
  return heatMapChart({
    label: `Share of cells that are there, ${spanOf(panel)}`,
    columns: periods,
    rows,
    values,
    most: 1,
    ...(periods.length <= 24 && { text: (share: number) => `${Math.round(share * 100)}%` }),
  });
}
