import { categoryAxis, finiteOr, plotArea, valueAxis } from "./axes.js";
import type { Chart } from "./draw-chart.js";

export interface CandlesOptions {
  readonly label: string;
  readonly x: readonly string[];
  readonly open: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly close: ArrayLike<number>;
  /** Drawn below, a fifth of the height. */
  readonly volume?: ArrayLike<number> | undefined;
}

/** Price bars of one instrument; a session that lacks one of the four prices is left empty. */
export function candlesChart({ label, x, open, high, low, close, volume }: CandlesOptions): Chart {
  const bars = x.map((_, i) => {
    const four = [open[i]!, close[i]!, low[i]!, high[i]!]; // the order ECharts takes
    return four.every(Number.isFinite) ? four : ["-", "-", "-", "-"];
  });
  return {
    label,
    option: (palette) => {
      const price = { ...plotArea(false), ...(volume && { bottom: "24%" }) };
      const colours = {
        color: palette.above,
        color0: palette.below,
        borderColor: palette.above,
        borderColor0: palette.below,
      };
      const prices = {
        type: "candlestick",
        barWidth: "70%",
        silent: true,
        data: bars,
        itemStyle: colours,
        xAxisIndex: 0,
        yAxisIndex: 0,
      };
      if (!volume) {
        return {
          grid: price,
          xAxis: categoryAxis(palette, x, true),
          yAxis: valueAxis(palette, "number", false),
          series: [prices],
        };
      }
      const heights = x.map((_, i) => ({
        value: finiteOr(volume[i]!),
        itemStyle: { color: close[i]! < open[i]! ? palette.below : palette.above, opacity: 0.6 },
      }));
      return {
        grid: [price, { ...plotArea(false), top: "80%" }],
        xAxis: [
          categoryAxis(palette, x, true, { axisLabel: { show: false } }),
          categoryAxis(palette, x, true, { gridIndex: 1 }),
        ],
        yAxis: [
          valueAxis(palette, "number", false),
          valueAxis(palette, "number", true, { gridIndex: 1, splitNumber: 1, splitLine: { show: false } }),
        ],
        series: [
          prices,
          { type: "bar", silent: true, data: heights, xAxisIndex: 1, yAxisIndex: 1, barCategoryGap: "30%" },
        ],
      };
    },
  };
}
