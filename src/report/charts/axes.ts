import type { Palette } from "./palette.js";

/** How the numbers of an axis are written. */
export type AxisUnit = "number" | "percent";

/** The lines and labels of an axis in a palette's colours. */
const plain = ({ ink, grid }: Palette) => ({
  axisLine: { lineStyle: { color: grid } },
  axisTick: { lineStyle: { color: grid } },
  axisLabel: { color: ink, hideOverlap: true },
  splitLine: { lineStyle: { color: grid } },
});

/** An axis of names or dates, in the order given. */
export function categoryAxis(
  palette: Palette,
  data: readonly string[],
  gap: boolean,
  more: object = {},
): object {
  return { type: "category", data, boundaryGap: gap, ...plain(palette), splitLine: { show: false }, ...more };
}

/** An axis of numbers. `fromZero`: whether 0 is always on it. */
export function valueAxis(palette: Palette, unit: AxisUnit, fromZero: boolean, more: object = {}): object {
  const base = plain(palette);
  const axisLabel = { ...base.axisLabel, formatter: (value: number) => axisText(value, unit) };
  return { type: "value", scale: !fromZero, ...base, axisLabel, axisLine: { show: false }, ...more };
}

/** Short, and no digit more than the number has: 12500000 is 12.5M. */
export function axisText(value: number, unit: AxisUnit): string {
  if (unit === "percent") return `${Number((value * 100).toPrecision(6))}%`;
  const size = Math.abs(value);
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(6))}B`;
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(6))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(6))}k`;
  return String(Number(value.toPrecision(6)));
}

/** Where the plot lies in the chart. */
export const plotArea = (legend: boolean): object => ({
  left: 8,
  right: 14,
  top: legend ? 34 : 14,
  bottom: 6,
  outerBoundsMode: "same",
  outerBoundsContain: "axisLabel",
});

/** One entry a series, on top; left out where there is only one. */
export function legendOf(palette: Palette, names: readonly string[]): object {
  return {
    show: names.length > 1,
    type: "plain",
    top: 2,
    itemWidth: 18,
    itemHeight: 8,
    itemGap: 24, // without a browser the widths of texts are estimates
    textStyle: { color: palette.ink },
    data: names,
  };
}

/** NaN and infinities are gaps. */
export const finiteOr = (value: number): number | null => (Number.isFinite(value) ? value : null);
