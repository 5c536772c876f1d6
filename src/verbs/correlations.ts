import { inspect } from "node:util";
import { checkChoice } from "../names/choice.js";
import { resolveField } from "../names/field.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "../panel/panel.js";
import { formatCell } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { sumOf } from "./moments.js";
import { numericColumns } from "./statistics.js";

/** What `correlations` correlates, and how. */
export interface CorrelationOptions {
  /** The columns, as `select` names them; every column of numbers or booleans when omitted. */
  readonly columns?: readonly string[] | undefined;
  /** `"pearson"` (default), or `"spearman"`: of ranks. */
  readonly method?: "pearson" | "spearman" | undefined;
}

const CORRELATION_KEYS: RequestKeys<CorrelationOptions> = { columns: true, method: true };
const METHODS = ["pearson", "spearman"] as const;

/** The correlation of each column with each other one, that prints as a table. */
export class Correlations {
  constructor(
    readonly names: readonly string[],
    /** `values[i * names.length + j]`; NaN where one of the two does not vary. */
    readonly values: Float64Array,
  ) {}

  /** The correlation of two columns. @throws DataServiceError unknown-field */
  of(a: string, b: string): number {
    const known = new Map(this.names.map((name, place) => [name, place]));
    const place = (name: string) => known.get(resolveField(name, known, "these correlations"))!;
    return this.values[place(a) * this.names.length + place(b)]!;
  }

  /** As text, for people. */
  toString(): string {
    const { names, values } = this;
    const rows = names.map((name, i) => [
      name,
      ...names.map((_, j) => formatCell(values[i * names.length + j]!)),
    ]);
    return layTable(["", ...names], rows, ["left", ...names.map(() => "right" as const)]).join("\n");
  }

  /** What a console shows: `toString`. */
  [inspect.custom](): string {
    return this.toString();
  }
}

/** @see Panel.correlations @throws DataServiceError unknown-field, bad-request */
export function correlations(panel: Panel, options: CorrelationOptions = {}): Correlations {
  checkKeys(options, CORRELATION_KEYS, "correlations");
  const { method = "pearson" } = options;
  checkChoice(method, METHODS, "correlations: method");
  const columns = numericColumns(panel, options.columns, "correlations");
  const n = columns.length;
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const [x, y] = completePairs(columns[i]![1], columns[j]![1]);
      const value = method === "pearson" ? pearson(x, y) : pearson(ranksOf(x), ranksOf(y));
      values[i * n + j] = value;
      values[j * n + i] = value;
    }
  }
  return new Correlations(
    columns.map(([name]) => name),
    values,
  );
}

/** The cells of the rows in which neither is missing. */
function completePairs(a: ArrayLike<number>, b: ArrayLike<number>): [Float64Array, Float64Array] {
  const [x, y] = [new Float64Array(a.length), new Float64Array(a.length)];
  let count = 0;
  for (let row = 0; row < a.length; row++) {
    if (Number.isNaN(a[row]!) || Number.isNaN(b[row]!)) continue;
    x[count] = a[row]!;
    y[count++] = b[row]!;
  }
  return [x.subarray(0, count), y.subarray(0, count)];
}

function pearson(x: Float64Array, y: Float64Array): number {
  const [meanX, meanY] = [sumOf(x) / x.length, sumOf(y) / y.length];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  const value = xy / Math.sqrt(xx * yy);
  return Math.min(1, Math.max(-1, value));
}

/** Ranks from 1, equal cells sharing their mean: pandas' `rank()`. */
export function ranksOf(cells: Float64Array): Float64Array {
  const order = Uint32Array.from(cells.keys()).sort((a, b) => cells[a]! - cells[b]!);
  const ranks = new Float64Array(cells.length);
  for (let i = 0; i < order.length; ) {
    let end = i + 1;
    while (end < order.length && cells[order[end]!] === cells[order[i]!]) end++;
    for (let k = i; k < end; k++) ranks[order[k]!] = (i + 1 + end) / 2;
    i = end;
  }
  return ranks;
}
