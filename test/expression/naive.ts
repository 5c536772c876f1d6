/**
 * The rolling operators by definition: one window at a time, straight from numpy's and pandas' wording. `w` is the
 * raw window, earliest cell first, missing cells as NaN; `p` its present cells.
 */
export type Naive = (w: readonly number[], p: readonly number[]) => number;

const sum = (p: readonly number[]): number => p.reduce((a, b) => a + b, 0);
const mean = (p: readonly number[]): number => sum(p) / p.length;
const central = (p: readonly number[], k: number): number => mean(p.map((v) => (v - mean(p)) ** k));
export const variance = (p: readonly number[]): number =>
  p.length < 2 ? Number.NaN : sum(p.map((v) => (v - mean(p)) ** 2)) / (p.length - 1);

export function quantile(p: readonly number[], q: number): number {
  const sorted = [...p].sort((a, b) => a - b);
  const place = q * (p.length - 1);
  const low = sorted[Math.floor(place)]!;
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place));
}

/** Least squares over the positions of the present cells: slope, R², residual of the last cell. */
function line(w: readonly number[]): { slope: number; rsquare: number; resi: number } {
  const points = w.flatMap((y, i) => (Number.isNaN(y) ? [] : [{ x: i + 1, y }]));
  const mx = mean(points.map(({ x }) => x));
  const my = mean(points.map(({ y }) => y));
  const sxx = sum(points.map(({ x }) => (x - mx) ** 2));
  const syy = sum(points.map(({ y }) => (y - my) ** 2));
  const sxy = sum(points.map(({ x, y }) => (x - mx) * (y - my)));
  const slope = points.length < 2 ? Number.NaN : sxy / sxx;
  return { slope, rsquare: (slope * sxy) / syy, resi: w.at(-1)! - (my + slope * (w.length - mx)) };
}

const same = (p: readonly number[]): boolean => p.every((v) => v === p[0]);

export const NAIVE: Readonly<Record<string, Naive>> = {
  Sum: (_, p) => sum(p),
  Mean: (_, p) => mean(p),
  Var: (_, p) => variance(p),
  Std: (_, p) => Math.sqrt(variance(p)),
  Max: (_, p) => Math.max(...p),
  Min: (_, p) => Math.min(...p),
  Med: (_, p) => {
    const sorted = [...p].sort((a, b) => a - b);
    return (sorted[(p.length - 1) >> 1]! + sorted[p.length >> 1]!) / 2;
  },
  Mad: (_, p) => mean(p.map((v) => Math.abs(v - mean(p)))),
  Rank: (w, p) => {
    const last = w.at(-1)!;
    if (Number.isNaN(last)) return Number.NaN;
    const below = p.filter((v) => v < last).length;
    return (below + (p.filter((v) => v === last).length + 1) / 2) / p.length;
  },
  IdxMax: (w, p) => (w.some(Number.isNaN) ? w.findIndex(Number.isNaN) : w.indexOf(Math.max(...p))) + 1,
  IdxMin: (w, p) => (w.some(Number.isNaN) ? w.findIndex(Number.isNaN) : w.indexOf(Math.min(...p))) + 1,
  Slope: (w) => line(w).slope,
  Resi: (w) => line(w).resi,
  Rsquare: (w, p) => (p.length < 2 || Math.sqrt(variance(p)) <= 2e-5 ? Number.NaN : line(w).rsquare),
  WMA: (w, p) => {
    const scale = (w.length * (w.length + 1)) / 2;
    return sum(w.map((v, i) => (Number.isNaN(v) ? 0 : ((i + 1) * v) / scale))) / p.length;
  },
  Skew: (_, p) => {
    const n = p.length;
    if (n < 3) return Number.NaN;
    if (same(p)) return 0;
    const b = central(p, 2);
    return b <= 1e-14 ? Number.NaN : (Math.sqrt(n * (n - 1)) / (n - 2)) * (central(p, 3) / b ** 1.5);
  },
  Kurt: (_, p) => {
    const n = p.length;
    if (n < 4) return Number.NaN;
    if (same(p)) return -3;
    const b = central(p, 2);
    if (b <= 1e-14) return Number.NaN;
    return ((n * n - 1) * (central(p, 4) / b ** 2) - 3 * (n - 1) ** 2) / ((n - 2) * (n - 3));
  },
};

/** Operators as `compat: "strict"` has them, where that differs. */
export const NAIVE_STRICT: Readonly<Record<string, Naive>> = {
  IdxMax: (w, p) => w.indexOf(Math.max(...p)) + 1,
  IdxMin: (w, p) => w.indexOf(Math.min(...p)) + 1,
  WMA: (w) => {
    const weights = w.map((v, i) => (Number.isNaN(v) ? 0 : i + 1));
    return sum(w.map((v, i) => (Number.isNaN(v) ? 0 : weights[i]! * v))) / sum(weights);
  },
};

/** Sample covariance and correlation over the positions where both are present. */
export function pairOf(x: readonly number[], y: readonly number[]): { cov: number; corr: number } {
  const both = x.flatMap((a, i) => (Number.isNaN(a + y[i]!) ? [] : [[a, y[i]!] as const]));
  const a = both.map(([v]) => v);
  const b = both.map(([, v]) => v);
  const cov =
    both.length < 2
      ? Number.NaN
      : sum(both.map(([u, v]) => (u - mean(a)) * (v - mean(b)))) / (both.length - 1);
  return { cov, corr: cov / Math.sqrt(variance(a) * variance(b)) };
}

/** pandas `ewm(alpha, adjust=True, ignore_na=False).mean()` at the last cell of the whole series so far. */
export function exponential(w: readonly number[], alpha: number): number {
  const weights = w.map((v, i) => (Number.isNaN(v) ? 0 : (1 - alpha) ** (w.length - 1 - i)));
  return sum(w.map((v, i) => (Number.isNaN(v) ? 0 : weights[i]! * v))) / sum(weights);
}
