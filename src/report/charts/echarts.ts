// The parts of ECharts that reports draw with. The build joins them into one file of its own, loaded with the first chart.
import { BarChart, CandlestickChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, CandlestickChart, CustomChart, LineChart]);
use([GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

/** An SVG document of one chart, drawn without a browser; width and height in CSS pixels. */
export function renderSvg(option: object, width: number, height: number): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
