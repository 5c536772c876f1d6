import { numericCells } from "../../expression/table.js";
import type { Panel } from "../../panel/panel.js";
import { lowerBound } from "../../search.js";
import { formatNs } from "../../time.js";
import type { Distribution, DistributionDrift } from "./quality-figures.js";

/** Of more cells, those of every k-th session are taken. */
const MOST_CELLS = 1 << 22;
const PROBABILITIES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];
const HISTOGRAM_BINS = 50;
const DECILES = 10;

/** How a factor's finite cells are spread, over its own rows; skew and kurtosis as scipy's. */
export function distributionOf(factor: Panel, column: string): Distribution {
  const { index } = factor;
  const source = factor.column(column);
  const every = Math.max(1, Math.ceil(factor.rowCount / MOST_CELLS));
  const quarters: Quarter[] = [];
  let [count, infinite] = [0, 0];
  let cellsOf = new Float64Array(Math.ceil(factor.rowCount / every) + index.instruments.length);
  for (let s = 0; s < index.sessionCount; s += every) {
    const cells = numericCells(source.read(index.startOf(s), index.startOf(s + 1)));
    const period = quarterOf(formatNs(index.datetimes[s]!));
    if (quarters.at(-1)?.period !== period) quarters.push({ period, from: count, to: count });
    if (count + cells.length > cellsOf.length) cellsOf = grown(cellsOf, count + cells.length);
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      if (cell - cell === 0) cellsOf[count++] = cell;
      else if (!Number.isNaN(cell)) infinite++;
    }
    quarters.at(-1)!.to = count;
  }
  const all = cellsOf.subarray(0, count);
  const sorted = all.slice().sort();
  let distinct = sorted.length > 0 ? 1 : 0;
  for (let k = 1; k < sorted.length; k++) if (sorted[k] !== sorted[k - 1]) distinct++;
  return {
    ...momentsOf(sorted),
    infinite,
    quantiles: PROBABILITIES.map((at) => ({ at, value: quantileOf(sorted, at) })),
    distinct,
    histogram: histogramOf(sorted),
    drift: driftOf(all, quarters, sorted),
    sampledEvery: every,
  };
}

/** The cells of a quarter among all that were taken. */
interface Quarter {
  readonly period: string;
  readonly from: number;
  to: number;
}

/** Sampled sessions may have more rows than the average. */
function grown(cells: Float64Array, least: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(least, 2 * cells.length));
  larger.set(cells);
  return larger;
}

function quarterOf(session: string): string {
  return `${session.slice(0, 4)}Q${Math.ceil(Number(session.slice(5, 7)) / 3)}`;
}

function momentsOf(cells: Float64Array) {
  const n = cells.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += cells[i]!;
  const mean = sum / n;
  let [second, third, fourth] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const off = cells[i]! - mean;
    const square = off * off;
    second += square;
    third += square * off;
    fourth += square * square;
  }
  const [m2, m3, m4] = [second / n, third / n, fourth / n];
  return {
    count: n,
    mean,
    std: Math.sqrt(second / (n - 1)),
    skew: m3 / m2 ** 1.5,
    kurtosis: m4 / m2 ** 2 - 3,
  };
}

/** numpy's linear quantile of sorted cells. */
function quantileOf(sorted: Float64Array, at: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * at;
  const j = Math.floor(position);
  const next = sorted[Math.min(j + 1, sorted.length - 1)]!;
  return sorted[j]! + (next - sorted[j]!) * (position - j);
}

function histogramOf(sorted: Float64Array): Distribution["histogram"] {
  const [from, to] = [quantileOf(sorted, 0.005), quantileOf(sorted, 0.995)];
  if (!(to > from))
    return { edges: sorted.length > 0 ? [from, to] : [], counts: sorted.length > 0 ? [sorted.length] : [] };
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  const step = (to - from) / HISTOGRAM_BINS;
  for (let k = 0; k < sorted.length; k++) {
    const bin = Math.floor((sorted[k]! - from) / step);
    counts[Math.max(0, Math.min(HISTOGRAM_BINS - 1, bin))]!++;
  }
  return { edges: Array.from({ length: HISTOGRAM_BINS + 1 }, (_, k) => from + k * step), counts };
}

/** Each quarter's cells by the deciles of all: Σ (p - q)·ln(p / q), with a share of at least a thousandth. */
function driftOf(all: Float64Array, quarters: readonly Quarter[], sorted: Float64Array): DistributionDrift[] {
  const edges = Float64Array.from({ length: DECILES - 1 }, (_, k) => quantileOf(sorted, (k + 1) / DECILES));
  const shares = (cells: Float64Array): number[] => {
    const counts = new Array<number>(DECILES).fill(0);
    for (let k = 0; k < cells.length; k++) counts[lowerBound(edges, cells[k]!, 0, edges.length)]!++;
    return counts.map((count) => Math.max(count / cells.length, 1e-3));
  };
  const whole = shares(sorted);
  return quarters.map(({ period, from, to }) => {
    const cells = all.subarray(from, to);
    const { mean, std } = momentsOf(cells);
    const stability = shares(cells).reduce((sum, p, k) => sum + (p - whole[k]!) * Math.log(p / whole[k]!), 0);
    return { period, mean, std, stability };
  });
}
