import { escapeHtml } from "../page/html.js";
import { inPageColours, PAGE_PALETTE, PALETTES, type Palette, type Theme } from "./palette.js";

/** A chart before it is drawn: what a palette makes of it, and what it shows for those who cannot see it. */
export interface Chart {
  /** One sentence: "Rank IC by session of mom_5, 2019-01-02 to 2020-12-31". */
  readonly label: string;
  /** ECharts' option. */
  option(palette: Palette): object;
}

export interface ChartSize {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * The chart as SVG text. With a theme it is a document of its own; for "page" its colours are the page's style variables,
 * and it shrinks with its place.
 */
export async function drawChart(
  chart: Chart,
  { width, height }: ChartSize,
  theme: Theme | "page",
): Promise<string> {
  const { renderSvg } = await import("./echarts.js"); // 0.6 MB, needed by nothing else
  const palette = theme === "page" ? PAGE_PALETTE : PALETTES[theme];
  const drawn = renderSvg({ ...defaults(palette), ...chart.option(palette) }, width, height);
  const svg = labelled(withoutRuntime(drawn), chart.label);
  return theme === "page" ? inPageColours(svg.replace(/ width="\d+" height="\d+"/, "")) : svg;
}

const FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif";

function defaults({ ink, surface, series }: Palette): object {
  return {
    backgroundColor: surface === "none" ? "transparent" : surface,
    color: series,
    textStyle: { color: ink, fontFamily: FONT, fontSize: 12 },
  };
}

/** Leaves out what only ECharts in a browser would use, and the ids that count the charts a process has drawn. */
function withoutRuntime(svg: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/ class="zr[^"]*"/g, "")
    .replace(/ pointer-events="visible"/g, "")
    .replace(/ xmlns:xlink="[^"]*"| version="1.1"| baseProfile="full"/g, "");
}

let drawn = 0;

/** Names the image for screen readers. Ids of clip paths differ from chart to chart, as several stand in one page. */
function labelled(svg: string, label: string): string {
  const id = `c${drawn++ % 100_000}`;
  return svg
    .replace(/zr\d+-/g, `${id}-`)
    .replace(/^<svg /, `<svg role="img" aria-label="${escapeHtml(label)}" `)
    .replace(/>/, `><title>${escapeHtml(label)}</title>`);
}
