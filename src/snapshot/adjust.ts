import { Column } from "../columns/column.js";
import { DataServiceError, pathOf } from "../errors.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { checkChoice } from "../names/choice.js";
import { bareName } from "../names/field.js";
import type { Panel } from "../panel/panel.js";

/**
 * How prices are restated. `forward`: as stored; stored prices are forward-adjusted, so the last ones are as traded.
 * `none`: as traded, `$close / $factor`, `$volume * $factor`. `back`: the first prices are as traded, so that later
 * splits and dividends do not change history: `$close / f` and `$volume * f`, where f is the instrument's first
 * positive `$factor` in the whole file, not in the window.
 */
export type Adjust = "forward" | "none" | "back";

const ADJUSTS: readonly Adjust[] = ["forward", "none", "back"];
const PRICES: readonly string[] = ["open", "close", "high", "low", "vwap"];

/** How a field is restated; undefined for fields that are neither prices nor share volume, such as `$amount`. */
export function restatementOf(name: string): "price" | "volume" | undefined {
  const bare = bareName(name);
  if (PRICES.includes(bare)) return "price";
  return bare === "volume" ? "volume" : undefined;
}

/** @throws DataServiceError bad-request */
export function checkAdjust(adjust: Adjust): void {
  checkChoice(adjust, ADJUSTS, "adjust:");
}

/** The name of the factor column prices are restated by. @throws DataServiceError bad-request */
export function factorField(panel: Panel, adjust: Adjust): string {
  if (panel.hasField("$factor")) return panel.fieldName("$factor");
  throw new DataServiceError(
    "bad-request",
    `adjust: "${adjust}" needs $factor, which ${panel.label} does not have; leave adjust out to get prices as stored`,
    {
      ...pathOf(panel.label),
      field: "$factor",
      advice: { code: "leave-adjust-out", words: "leave adjust out" },
    },
  );
}

/** A column over `factor`, or times it, row by row; float64 stays, everything else becomes float32. */
export function restate(column: Column, factor: Column, as: "price" | "volume"): Column {
  const [cells, factors] = [column.values, factor.values];
  const n = column.length;
  const out = column.type === "float64" ? new Float64Array(n) : new Float32Array(n);
  const mask = column.mask;
  for (let row = 0; row < n; row++) {
    const cell = mask && mask[row] === 0 ? Number.NaN : Number(cells[row]!);
    const by = Number(factors[row]!);
    out[row] = as === "price" ? cell / by : cell * by;
  }
  return Column.of(column.type === "float64" ? "float64" : "float32", out);
}

/** Each instrument's first positive factor, by code; NaN where it has none. One pass over the column. */
export function firstFactors(index: PanelIndex, factor: Column): Float64Array {
  const first = new Float64Array(index.instruments.length).fill(Number.NaN);
  const { codes } = index;
  const cells = factor.values;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    if (first[code]! > 0) continue;
    const cell = Number(cells[row]!);
    if (cell > 0 && cell < Number.POSITIVE_INFINITY) first[code] = cell;
  }
  return first;
}

/** The first factor of each row's instrument as a column; `first` is by the codes of `whole`. */
export function firstFactorColumn(index: PanelIndex, whole: PanelIndex, first: Float64Array): Column {
  const byCode = Float64Array.from(index.instruments, (name) => first[whole.codeOf(name)]!);
  const cells = new Float64Array(index.rowCount);
  const { codes } = index;
  for (let row = 0; row < cells.length; row++) cells[row] = byCode[codes[row]!]!;
  return Column.of("float64", cells);
}
