import type { PanelIndex } from "../../keys/panel-index.js";
import type { FactorRelations } from "../factor-report.js";
import { Argsort } from "./argsort.js";
import { averageRanks, pairCorrelation } from "./ranks.js";
import { meanOf } from "./summary.js";

/** A factor's cells beside a market's rows. */
export interface NamedCells {
  readonly name: string;
  readonly cells: ArrayLike<number>;
  /** Whether it belongs to the set that is known already, such as Alpha158. */
  readonly known: boolean;
}

/** Instruments that a session needs with both cells. */
const LEAST_INSTRUMENTS = 5;
/** Of more sessions, every k-th is taken. */
const MOST_SESSIONS = 1000;
/** Rank correlations from here on, of either sign, chain factors together. */
const CLUSTER = 0.7;

/** Mean correlations of every factor with every other, by position. */
export interface CorrelationMap {
  readonly pearson: readonly (readonly number[])[];
  readonly spearman: readonly (readonly number[])[];
}

/**
 * The mean over sessions of the correlations over the instruments that have both, Pearson's and Spearman's; sessions with
 * fewer than five, or where either is constant, do not count.
 */
export function correlationMap(factors: readonly NamedCells[], index: PanelIndex): CorrelationMap {
  const count = factors.length;
  const every = Math.max(1, Math.ceil(index.sessionCount / MOST_SESSIONS));
  const most = index.instruments.length;
  const room = () => Array.from({ length: count }, () => new Float64Array(most));
  const [values, orders, counts] = [
    room(),
    Array.from({ length: count }, () => new Uint32Array(most)),
    new Int32Array(count),
  ];
  const [xRanks, yRanks] = [new Float64Array(most), new Float64Array(most)];
  const sums = () => new Float64Array(count * count);
  const [pearson, spearman, sessions] = [sums(), sums(), sums()];
  const argsort = new Argsort();
  for (let s = 0; s < index.sessionCount; s += every) {
    const [first, end] = [index.startOf(s), index.startOf(s + 1)];
    const n = end - first;
    for (const [k, { cells }] of factors.entries()) {
      for (let i = 0; i < n; i++) {
        const cell = cells[first + i]!;
        values[k]![i] = cell - cell === 0 ? cell : Number.NaN;
      }
      counts[k] = argsort.sort(values[k]!, n, orders[k]!);
    }
    for (let a = 0; a < count; a++) {
      if (counts[a]! < LEAST_INSTRUMENTS) continue;
      for (let b = a + 1; b < count; b++) {
        if (counts[b]! < LEAST_INSTRUMENTS) continue;
        const pairs = averageRanks(values[a]!, orders[a]!, counts[a]!, xRanks, values[b]!);
        if (pairs < LEAST_INSTRUMENTS) continue;
        averageRanks(values[b]!, orders[b]!, counts[b]!, yRanks, values[a]!);
        const { correlation } = pairCorrelation(values[a]!, values[b]!, n);
        if (Number.isNaN(correlation)) continue;
        const place = a * count + b;
        pearson[place]! += correlation;
        spearman[place]! += pairCorrelation(xRanks, yRanks, n, values[a]!, values[b]!).correlation;
        sessions[place]!++;
      }
    }
  }
  const matrix = (total: Float64Array) =>
    factors.map((_, a) =>
      factors.map((__, b) => {
        const place = Math.min(a, b) * count + Math.max(a, b);
        return a === b ? 1 : total[place]! / sessions[place]!;
      }),
    );
  return { pearson: matrix(pearson), spearman: matrix(spearman) };
}

/** How each factor that is not known stands to the others. */
export function relationsOf(
  factors: readonly NamedCells[],
  { pearson, spearman }: CorrelationMap,
): Map<string, Omit<FactorRelations, "increment">> {
  const clusters = clustersOf(factors, spearman);
  return new Map(
    factors.flatMap(({ name, known }, a) => {
      if (known) return [];
      const others = factors
        .map((other, b) => ({
          factor: other.name,
          known: other.known,
          pearson: pearson[a]![b]!,
          spearman: spearman[a]![b]!,
        }))
        .filter((_, b) => b !== a);
      return [[name, { others, cluster: clusters[a]! }] as const];
    }),
  );
}

/** Chains of factors whose rank correlations are large: the names of each one's, in order. */
function clustersOf(factors: readonly NamedCells[], spearman: CorrelationMap["spearman"]): string[][] {
  const cluster = factors.map((_, k) => k);
  const rootOf = (k: number): number => (cluster[k] === k ? k : rootOf(cluster[k]!));
  for (const [a, row] of spearman.entries()) {
    for (const [b, correlation] of row.entries()) {
      if (b > a && Math.abs(correlation) >= CLUSTER) cluster[rootOf(b)] = rootOf(a);
    }
  }
  return factors.map((_, a) => factors.filter((__, b) => rootOf(b) === rootOf(a)).map(({ name }) => name));
}

/**
 * What a factor adds to a set: per session least squares of the factor on the set (with an intercept), and the rank
 * correlation of what is left with the returns. The mean over sessions, and how many there are.
 * @param returns one a row of the index; NaN where there is none
 */
export function incrementOver(
  factor: ArrayLike<number>,
  known: readonly ArrayLike<number>[],
  returns: ArrayLike<number>,
  index: PanelIndex,
): { readonly rankIc: number; readonly sessions: number } {
  const most = index.instruments.length;
  const [residuals, after, ranks, returnRanks] = [0, 1, 2, 3].map(() => new Float64Array(most));
  const [order, argsort] = [new Uint32Array(most), new Argsort()];
  const series: number[] = [];
  for (let s = 0; s < index.sessionCount; s++) {
    const rows: number[] = [];
    for (let row = index.startOf(s); row < index.startOf(s + 1); row++) {
      const complete = [factor, returns, ...known].every((cells) => cells[row]! - cells[row]! === 0);
      if (complete) rows.push(row);
    }
    if (rows.length < known.length + LEAST_INSTRUMENTS) continue;
    const left = residualsOf(
      rows.map((row) => factor[row]!),
      known.map((cells) => rows.map((row) => cells[row]!)),
    );
    residuals!.set(left);
    after!.set(rows.map((row) => returns[row]!));
    averageRanks(residuals!, order, argsort.sort(residuals!, rows.length, order), ranks!);
    averageRanks(after!, order, argsort.sort(after!, rows.length, order), returnRanks!);
    series.push(pairCorrelation(ranks!, returnRanks!, rows.length).correlation);
  }
  const { mean, count } = meanOf(series);
  return { rankIc: mean, sessions: count };
}

/** Residuals below this share of the largest value are rounding, whose rank is chance. */
const ROUNDING = 1e-12;

/** What is left of `y` after least squares on an intercept and `columns`, by orthogonalising one after the other. */
export function residualsOf(y: readonly number[], columns: readonly (readonly number[])[]): number[] {
  const scale = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const basis: number[][] = [];
  const less = (vector: readonly number[]): number[] =>
    basis.reduce<number[]>(
      (rest, unit) => {
        const along = unit.reduce((sum, u, k) => sum + u * rest[k]!, 0);
        return rest.map((value, k) => value - along * unit[k]!);
      },
      [...vector],
    );
  for (const column of [y.map(() => 1), ...columns]) {
    const size = Math.hypot(...column);
    const rest = less(less(column)); // twice is enough against rounding
    const own = Math.hypot(...rest);
    if (own > 1e-10 * size) basis.push(rest.map((value) => value / own));
  }
  return less(less(y)).map((value) => (Math.abs(value) < ROUNDING * scale ? 0 : value));
}
