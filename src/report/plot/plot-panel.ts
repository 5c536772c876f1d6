import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import type { Panel } from "../../panel/panel.js";
import type { TimeInput } from "../../time.js";
import { type Chart, drawChart } from "../charts/draw-chart.js";
import type { Theme } from "../charts/palette.js";
import { same } from "../page/bilingual.js";
import { figure } from "../page/figure.js";
import { page } from "../page/page.js";
import { candlesOf } from "./candles-of-panel.js";
import { coverageOf } from "./coverage-of-panel.js";
import { distributionOf } from "./distribution-of-panel.js";
import { Plot } from "./plot.js";
import { seriesOf } from "./series-of-panel.js";

/** What `panel.plot` draws. */
export interface PlotOptions {
  /**
   * `"series"` (default): each field of each instrument over time, or with more than 8 of them one field's median and
   * 10% and 90% quantiles over the instruments. `"candles"`: the price bars of one instrument, with volume where there
   * is one. `"distribution"`: the cross-section of one session. `"coverage"`: the share of cells that are there, by
   * field and month.
   */
  readonly kind?: "series" | "candles" | "distribution" | "coverage" | undefined;
  /** Columns as `select` takes them; all numeric ones where omitted. */
  readonly fields?: readonly string[] | undefined;
  /** Instruments in either spelling; all where omitted. */
  readonly universe?: string | Iterable<string> | undefined;
  readonly start?: TimeInput | undefined;
  readonly end?: TimeInput | undefined;
  /** The last so many bars. */
  readonly bars?: number | undefined;
  /** Distribution: the session; the last one where omitted. */
  readonly at?: TimeInput | undefined;
  readonly title?: string | undefined;
  /** CSS pixels; 960 × 420 where omitted. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Of `svg`; the page has both. "light" where omitted. */
  readonly theme?: Theme | undefined;
}

const KEYS: RequestKeys<PlotOptions> = {
  kind: true,
  fields: true,
  universe: true,
  start: true,
  end: true,
  bars: true,
  at: true,
  title: true,
  width: true,
  height: true,
  theme: true,
};

const KINDS = ["series", "candles", "distribution", "coverage"] as const;
const SIZES = { least: 120, most: 8000 };

/** @see Panel.plot @throws DataServiceError unknown-field, unknown-instrument, bad-request (nothing to draw) */
export async function plotPanel(panel: Panel, options: PlotOptions = {}): Promise<Plot> {
  checkKeys(options, KEYS, "plot");
  const { kind = "series", theme = "light", width = 960, height = 420 } = options;
  checkChoice(kind, KINDS, "kind");
  checkChoice(theme, ["light", "dark"] as const, "theme");
  checkSize("width", width);
  checkSize("height", height);
  const { fields, universe, start, end, bars } = options;
  const window = panel.window({ fields, universe, start, end, bars });
  if (window.rowCount === 0) {
    throw new DataServiceError(
      "bad-request",
      `plot: no rows to draw; ${panel.label} spans ${panel.index.spanText()}`,
    );
  }
  const drawn = chartOf(kind, window, options);
  const title = options.title ?? drawn.label;
  const chart: Chart = { ...drawn, label: title };
  const size = { width, height };
  const svg = await drawChart(chart, size, theme);
  const body = await figure({ caption: same(title), chart, size, wide: true });
  return new Plot(title, svg, page({ title: same(panel.label), body }));
}

function chartOf(kind: (typeof KINDS)[number], window: Panel, { at }: PlotOptions): Chart {
  switch (kind) {
    case "series":
      return seriesOf(window);
    case "candles":
      return candlesOf(window);
    case "distribution":
      return distributionOf(window, at);
    case "coverage":
      return coverageOf(window);
  }
}

function checkSize(name: string, value: number): void {
  const { least, most } = SIZES;
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new DataServiceError(
    "bad-request",
    `plot: ${name} is ${value}; give a whole number of pixels from ${least} to ${most}`,
  );
}
