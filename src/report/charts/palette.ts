/**
 * The colours of a chart. The series are Okabe and Ito's, told apart by colour-blind people, with those that vanish on
 * white or on black exchanged.
 */
export interface Palette {
  /** Axis labels and other text. */
  readonly ink: string;
  readonly grid: string;
  /** What lies behind the chart; "none" where a page shows through. */
  readonly surface: string;
  readonly series: readonly string[];
  /** Values above and below 0, and candles that rise and fall. */
  readonly above: string;
  readonly below: string;
}

/** The colours of a chart. */
export type Theme = "light" | "dark";

export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    ink: "#3c4450",
    grid: "#dde2e8",
    surface: "#ffffff",
    series: ["#0072b2", "#d55e00", "#009e73", "#a5468a", "#8a6d00", "#3aa0d8", "#5c6670", "#e69f00"],
    above: "#0072b2",
    below: "#d55e00",
  },
  dark: {
    ink: "#c3cad4",
    grid: "#343b46",
    surface: "#14181e",
    series: ["#56b4e9", "#f0883e", "#2fc39a", "#d98cc0", "#e6c229", "#8fb8ff", "#98a3b0", "#ffbf4d"],
    above: "#56b4e9",
    below: "#f0883e",
  },
};

/** Stand for the colours of a page that has both themes: `inPageColours` makes style variables of them. */
const MARKER = "#fa5e";
const marked = (n: number): string => `${MARKER}${n.toString(16).padStart(2, "0")}`;

export const PAGE_PALETTE: Palette = {
  ink: marked(0),
  grid: marked(1),
  surface: "none",
  series: PALETTES.light.series.map((_, i) => marked(16 + i)),
  above: marked(2),
  below: marked(3),
};

const NAMES: Readonly<Record<number, string>> = { 0: "ink", 1: "grid", 2: "above", 3: "below" };

/** The SVG of a chart drawn with `PAGE_PALETTE`, its colours being the page's. */
export function inPageColours(svg: string): string {
  return svg.replace(/#fa5e([0-9a-f]{2})/gi, (_, hex: string) => {
    const n = Number.parseInt(hex, 16);
    return `var(--chart-${NAMES[n] ?? n - 16})`;
  });
}

/** The style variables that `inPageColours` names, of one theme. */
export function pageColours(theme: Theme): string {
  const { ink, grid, above, below, series } = PALETTES[theme];
  const named = { ink, grid, above, below, ...series };
  return Object.entries(named)
    .map(([name, colour]) => `--chart-${name}:${colour};`)
    .join("");
}
