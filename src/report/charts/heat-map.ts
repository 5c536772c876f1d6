import { categoryAxis, plotArea } from "./axes.js";
import type { Chart } from "./draw-chart.js";

export interface HeatMapOptions {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** Row by row; NaN is left empty. */
  readonly values: ArrayLike<number>;
  /** The value of full colour; the largest one there is where omitted. */
  readonly most?: number;
  /** Writes the value into each cell. */
  readonly text?: (value: number) => string;
}

/**
 * Cells coloured by sign and size: the strength of the colour is the size, so that it reads on light and dark alike. The
 * first row is on top.
 */
export function heatMapChart({ label, columns, rows, values, most, text }: HeatMapOptions): Chart {
  let largest = most ?? 0;
  if (most === undefined) {
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i]!)) largest = Math.max(largest, Math.abs(values[i]!));
    }
  }
  return {
    label,
    option: (palette) => {
      const cells: object[] = [];
      for (let row = 0; row < rows.length; row++) {
        for (let column = 0; column < columns.length; column++) {
          const value = values[row * columns.length + column]!;
          if (!Number.isFinite(value)) continue;
          const opacity = largest === 0 ? 0.05 : 0.05 + 0.6 * Math.min(1, Math.abs(value) / largest);
          cells.push({
            value: [column, row, value],
            itemStyle: { color: value < 0 ? palette.below : palette.above, opacity },
            ...(text && { label: { show: true, formatter: text(value) } }),
          });
        }
      }
      return {
        grid: { ...plotArea(false), top: 8 },
        xAxis: categoryAxis(palette, columns, true),
        yAxis: categoryAxis(palette, rows, true, { inverse: true }),
        series: [{ type: "custom", silent: true, data: cells, renderItem: cellOf(cells, palette.ink) }],
      };
    },
  };
}

interface CustomApi {
  value(dimension: number): number;
  coord(point: readonly [number, number]): [number, number];
  size(lengths: readonly [number, number]): [number, number];
}

/** Draws one cell; a heat map of ECharts' own would need its colour scale. */
function cellOf(cells: readonly object[], ink: string) {
  return ({ dataIndex }: { dataIndex: number }, api: CustomApi): object => {
    const [x, y] = api.coord([api.value(0), api.value(1)]);
    const [width, height] = api.size([1, 1]);
    const { itemStyle, label } = cells[dataIndex] as CellItem;
    const gap = width > 6 && height > 6 ? 1 : 0;
    const shape = { x: x - width / 2, y: y - height / 2, width: width - gap, height: height - gap };
    const style = { fill: itemStyle.color, opacity: itemStyle.opacity };
    const parts: object[] = [{ type: "rect", shape, style }];
    if (label && width > 26) {
      const style = {
        text: label.formatter,
        x,
        y,
        fill: ink,
        fontSize: 11,
        align: "center",
        verticalAlign: "middle",
      };
      parts.push({ type: "text", style });
    }
    return { type: "group", children: parts };
  };
}

interface CellItem {
  readonly itemStyle: { readonly color: string; readonly opacity: number };
  readonly label?: { readonly formatter: string };
}
