import { DataServiceError } from "../../errors.js";
import type { Panel } from "../../panel/panel.js";
import { DailyTable } from "../replay/daily-table.js";

/** How long and short portfolios are made of scores. */
export interface LongShortOptions {
  /** The share of names on either side; 0.2. */
  readonly quantile?: number | undefined;
  /** Whether rows without a score or a return are left out before counting; false, as in qlib. */
  readonly dropMissing?: boolean | undefined;
}

/** `long_short` is half the difference of the two sides, `average` the mean of all names. */
export type LongShortColumn = "long" | "short" | "long_short" | "average";

/**
 * The mean return of the names with the highest scores less that of the lowest, by session (qlib.contrib.eva.alpha:
 * calc_long_short_return). The exchange of qlib has no short side: this is of returns, not of orders.
 * @param scores and returns: the first column of each; the sessions that both have, and the names that either has
 * @throws DataServiceError bad-request
 */
export function longShort(
  scores: Panel,
  returns: Panel,
  { quantile = 0.2, dropMissing = false }: LongShortOptions = {},
): DailyTable<LongShortColumn> {
  if (!(quantile > 0 && quantile <= 0.5)) {
    const problem = `longShort: quantile ${quantile} is not above 0 and up to 0.5`;
    throw new DataServiceError("bad-request", problem, { field: "quantile" });
  }
  const cells: Record<LongShortColumn, number[]> = { long: [], short: [], long_short: [], average: [] };
  const datetimes = eachSession(scores, returns, dropMissing, (pairs) => {
    const count = Math.floor(pairs.length * quantile);
    const [long, short] = [meanOf(largest(pairs, count, 1)), meanOf(largest(pairs, count, -1))];
    cells.long.push(long);
    cells.short.push(short);
    cells.long_short.push((long - short) / 2);
    cells.average.push(meanOf(pairs));
  });
  return tableOf(datetimes, cells);
}

/** The share of gains among the highest scores, and of losses among the lowest. */
export type PrecisionColumn = "long_precision" | "short_precision";

/** How the precision of scores is counted. */
export interface PrecisionOptions extends LongShortOptions {
  /** Whether returns are taken over the mean of the session's; false. */
  readonly isExcess?: boolean | undefined;
}

/** How often the two sides are right, by session (qlib.contrib.eva.alpha: calc_long_short_prec). @see longShort */
export function longShortPrecision(
  scores: Panel,
  returns: Panel,
  { quantile = 0.2, dropMissing = false, isExcess = false }: PrecisionOptions = {},
): DailyTable<PrecisionColumn> {
  const cells: Record<PrecisionColumn, number[]> = { long_precision: [], short_precision: [] };
  const datetimes = eachSession(scores, returns, dropMissing, (pairs, average) => {
    const base = isExcess ? average : 0;
    const count = Math.floor(pairs.length * quantile);
    cells.long_precision.push(shareOf(largest(pairs, count, 1), (value) => value - base > 0));
    cells.short_precision.push(shareOf(largest(pairs, count, -1), (value) => value - base < 0));
  });
  return tableOf(datetimes, cells);
}

function shareOf(pairs: readonly Pair[], isRight: (value: number) => boolean): number {
  const known = pairs.filter(({ value }) => !Number.isNaN(value));
  return known.filter(({ value }) => isRight(value)).length / known.length;
}

/**
 * Gives the scores and returns of each session that both have: of all names that either has, as pandas puts two series
 * side by side.
 */
function eachSession(
  scores: Panel,
  returns: Panel,
  dropMissing: boolean,
  use: (pairs: readonly Pair[], average: number) => void,
): BigInt64Array {
  const { index, column } = joined(scores, returns);
  const [scored, given] = [column("score"), column("return")];
  const datetimes: bigint[] = [];
  for (let s = 0; s < index.sessionCount; s++) {
    const ns = index.datetimes[s]!;
    if (scores.index.sessionAt(ns) < 0 || returns.index.sessionAt(ns) < 0) continue;
    const all: Pair[] = [];
    for (let row = index.startOf(s); row < index.startOf(s + 1); row++) {
      all.push({ score: scored[row]!, value: given[row]! });
    }
    const isWhole = ({ score, value }: Pair) => !Number.isNaN(score) && !Number.isNaN(value);
    const pairs = dropMissing ? all.filter(isWhole) : all;
    if (pairs.length === 0) continue;
    datetimes.push(ns);
    use(pairs, meanOf(all)); // qlib takes the session's mean before it leaves rows out
  }
  return BigInt64Array.from(datetimes);
}

function joined(
  scores: Panel,
  returns: Panel,
): Pick<Panel, "index"> & { column(name: string): Float32Array | Float64Array } {
  const only = (panel: Panel, name: string): Panel => {
    const [first] = panel.columnNames;
    if (first === undefined)
      throw new DataServiceError("bad-request", `longShort: ${panel.label} has no column`);
    return panel.select([first]).rename({ [first]: name });
  };
  const both = only(scores, "score").join(only(returns, "return"), { how: "outer" });
  return { index: both.index, column: (name) => both.column(name).floats() };
}

function tableOf<Name extends string>(
  datetimes: BigInt64Array,
  cells: Readonly<Record<Name, readonly number[]>>,
): DailyTable<Name> {
  const columns = new Map<Name, Float64Array>();
  for (const name of Object.keys(cells) as Name[]) columns.set(name, Float64Array.from(cells[name]));
  return new DailyTable(datetimes, columns);
}

interface Pair {
  readonly score: number;
  readonly value: number;
}

/** pandas' nlargest, or with -1 nsmallest: NaN last, equal ones in their own order. */
function largest(pairs: readonly Pair[], count: number, sign: 1 | -1): Pair[] {
  const known = pairs.filter(({ score }) => !Number.isNaN(score));
  const missing = pairs.filter(({ score }) => Number.isNaN(score));
  return [...known.toSorted((a, b) => sign * (b.score - a.score)), ...missing].slice(0, count);
}

/** Without NaN, as pandas' mean. */
function meanOf(pairs: readonly Pair[]): number {
  const values = pairs.map(({ value }) => value).filter((value) => !Number.isNaN(value));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
