import { type AxisUnit, categoryAxis, finiteOr, legendOf, plotArea, valueAxis } from "./axes.js";
import type { Chart } from "./draw-chart.js";
import type { Palette } from "./palette.js";

export interface Line {
  readonly name: string;
  /** One value for each of `x`; NaN leaves a gap. */
  readonly values: ArrayLike<number>;
  /** Fill between the line and 0. */
  readonly area?: boolean;
  /** Drawn as bars, behind the lines. */
  readonly bars?: boolean;
  readonly thin?: boolean;
  /** On an axis of its own, at the right. */
  readonly right?: boolean;
}

export interface LinesOptions {
  readonly label: string;
  /** Dates or names, in order. */
  readonly x: readonly string[];
  readonly lines: readonly Line[];
  readonly unit?: AxisUnit;
  readonly rightUnit?: AxisUnit;
  readonly fromZero?: boolean;
  /** A logarithmic axis; only for values above 0. */
  readonly log?: boolean;
  /** Marks places of `x` with a line and a word. */
  readonly marks?: readonly { readonly at: string; readonly text: string }[];
}

/** Several series over the same dates. Lines of more cells than pixels keep their shape (largest triangles). */
export function linesChart({
  label,
  x,
  lines,
  unit = "number",
  rightUnit,
  fromZero = false,
  log,
  marks,
}: LinesOptions): Chart {
  return {
    label,
    option: (palette) => ({
      grid: plotArea(lines.length > 1),
      legend: legendOf(
        palette,
        lines.map(({ name }) => name),
      ),
      xAxis: categoryAxis(
        palette,
        x,
        lines.some(({ bars }) => bars),
      ),
      yAxis: [
        valueAxis(palette, unit, fromZero, log ? { type: "log" } : {}),
        ...(rightUnit === undefined
          ? []
          : [valueAxis(palette, rightUnit, false, { splitLine: { show: false } })]),
      ],
      series: lines.map((line, i) => seriesOf(line, i === 0 ? marks : undefined, palette)),
    }),
  };
}

function seriesOf(
  { name, values, area, bars, thin, right }: Line,
  marks: LinesOptions["marks"],
  palette: Palette,
): object {
  const data = Array.from(values, finiteOr);
  const common = {
    name,
    data,
    silent: true,
    yAxisIndex: right ? 1 : 0,
    ...(marks && { markLine: markLine(marks, palette) }),
  };
  if (bars) return { ...common, type: "bar", barCategoryGap: "10%", large: false };
  return {
    ...common,
    type: "line",
    showSymbol: data.length < 3,
    sampling: "lttb",
    lineStyle: { width: thin ? 0.8 : 1.6 },
    ...(area && { areaStyle: { opacity: 0.22 } }),
  };
}

function markLine(marks: NonNullable<LinesOptions["marks"]>, { ink }: Palette): object {
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: ink, type: "dashed" },
    label: { color: ink, formatter: "{b}", position: "insideEndTop" },
    data: marks.map(({ at, text }) => ({ xAxis: at, name: text })),
  };
}
