import { inspect } from "node:util";
import { isNumeric } from "../columns/floats.js";
import { DataServiceError } from "../errors.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "../panel/panel.js";
import { formatCell, groupDigits } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { moments } from "./moments.js";
import { quantileOf, sortedPresent } from "./quantile.js";

/** Figures of one column, in float64; of a column without a cell, NaN. */
export interface ColumnStatistics {
  readonly name: string;
  /** Cells that are not missing. */
  readonly count: number;
  readonly mean: number;
  /** With ddof 1. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** One for each of `Statistics.quantiles`, interpolated linearly. */
  readonly quantiles: readonly number[];
}

/** What `describe` describes. */
export interface StatisticsOptions {
  /** The columns, as `select` names them; every column of numbers or booleans when omitted. */
  readonly columns?: readonly string[] | undefined;
  /** Shares from 0 to 1; 0.25, 0.5 and 0.75 when omitted. */
  readonly quantiles?: readonly number[] | undefined;
}

const STATISTICS_KEYS: RequestKeys<StatisticsOptions> = { columns: true, quantiles: true };

/** Figures of several columns, that print as a table. */
export class Statistics {
  constructor(
    readonly quantiles: readonly number[],
    readonly columns: readonly ColumnStatistics[],
  ) {}

  /** As text, for people. */
  toString(): string {
    const heads = [
      "column",
      "count",
      "mean",
      "std",
      "min",
      ...this.quantiles.map((q) => `${100 * q}%`),
      "max",
    ];
    const rows = this.columns.map(({ name, count, mean, std, min, quantiles, max }) => [
      name,
      groupDigits(count),
      ...[mean, std, min, ...quantiles, max].map((figure) => formatCell(figure)),
    ]);
    return layTable(
      heads,
      rows,
      heads.map((_, i) => (i === 0 ? "left" : "right")),
    ).join("\n");
  }

  /** What a console shows: `toString`. */
  [inspect.custom](): string {
    return this.toString();
  }
}

/** @see Panel.describe @throws DataServiceError unknown-field, bad-request */
export function describe(panel: Panel, options: StatisticsOptions = {}): Statistics {
  checkKeys(options, STATISTICS_KEYS, "describe");
  const { quantiles = [0.25, 0.5, 0.75] } = options;
  for (const q of quantiles) {
    if (q >= 0 && q <= 1) continue;
    throw new DataServiceError("bad-request", `describe: the quantile ${String(q)} is not from 0 to 1`);
  }
  const columns = numericColumns(panel, options.columns, "describe");
  return new Statistics(
    quantiles,
    columns.map(([name, cells]) => {
      const sorted = sortedPresent(cells);
      const { mean, std } = moments(sorted);
      return {
        name,
        count: sorted.length,
        ...{ mean, std },
        min: sorted[0] ?? Number.NaN,
        max: sorted.at(-1) ?? Number.NaN,
        quantiles: quantiles.map((q) => quantileOf(sorted, q)),
      };
    }),
  );
}

/** The columns asked for as floats; all that hold numbers or booleans where none are named. @throws DataServiceError unknown-field, bad-request */
export function numericColumns(
  panel: Panel,
  names: readonly string[] | undefined,
  call: string,
): [name: string, cells: Float32Array | Float64Array][] {
  const chosen = names === undefined ? panel : panel.select(names);
  const columns: [string, Float32Array | Float64Array][] = [];
  for (const [name, column] of chosen.columns) {
    if (isNumeric(column.type)) columns.push([name, column.floats()]);
    else if (names !== undefined) {
      const problem = `${call}: column "${name}" is ${column.type}, not a number; leave it out of columns`;
      throw new DataServiceError("bad-request", problem, { field: name });
    }
  }
  return columns;
}
