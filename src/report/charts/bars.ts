import { type AxisUnit, categoryAxis, finiteOr, legendOf, plotArea, valueAxis } from "./axes.js";
import type { Chart } from "./draw-chart.js";
import type { Palette } from "./palette.js";

export interface Bars {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Half the length of the error bar of each; in the same unit. */
  readonly errors?: ArrayLike<number>;
}

export interface BarsOptions {
  readonly label: string;
  readonly categories: readonly string[];
  readonly bars: readonly Bars[];
  readonly unit?: AxisUnit;
  /** Colours one series by the sign of its values. */
  readonly signed?: boolean;
  /** No gaps: a histogram. */
  readonly dense?: boolean;
}

/** Bars by category from 0, with error bars where there are errors. */
export function barsChart({
  label,
  categories,
  bars,
  unit = "number",
  signed = false,
  dense = false,
}: BarsOptions): Chart {
  return {
    label,
    option: (palette) => ({
      grid: plotArea(bars.length > 1),
      legend: legendOf(
        palette,
        bars.map(({ name }) => name),
      ),
      xAxis: categoryAxis(palette, categories, true),
      yAxis: valueAxis(palette, unit, true),
      series: bars.flatMap((one) => [
        {
          type: "bar",
          name: one.name,
          silent: true,
          barCategoryGap: dense ? "2%" : "30%",
          data: Array.from(one.values, (value) => ({
            value: finiteOr(value),
            ...(signed && { itemStyle: { color: value < 0 ? palette.below : palette.above } }),
          })),
        },
        ...(one.errors === undefined || bars.length > 1 ? [] : [errorBars(one, one.errors, palette)]),
      ]),
    }),
  };
}

interface CustomApi {
  value(dimension: number): number;
  coord(point: readonly [number, number]): [number, number];
}

function errorBars({ values }: Bars, errors: ArrayLike<number>, { ink }: Palette): object {
  return {
    type: "custom",
    silent: true,
    data: Array.from(values, (value, i) => [i, value - errors[i]!, value + errors[i]!]),
    renderItem: (_: unknown, api: CustomApi) => {
      const [low, high] = [api.coord([api.value(0), api.value(1)]), api.coord([api.value(0), api.value(2)])];
      const stroke = { stroke: ink, lineWidth: 1.2, fill: "none" };
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: "line",
        shape: { x1, y1, x2, y2 },
        style: stroke,
      });
      const [x, top, bottom] = [low[0], high[1], low[1]];
      return {
        type: "group",
        children: [line(x, top, x, bottom), line(x - 4, top, x + 4, top), line(x - 4, bottom, x + 4, bottom)],
      };
    },
    encode: { x: 0, y: [1, 2] },
    z: 5,
  };
}
