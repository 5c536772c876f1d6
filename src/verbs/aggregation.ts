import { RowAlignment } from "../align/align.js";
import { alignColumn } from "../align/aligned-column.js";
import { Column } from "../columns/column.js";
import { isNumeric } from "../columns/floats.js";
import { DataServiceError } from "../errors.js";
import { checkChoice } from "../names/choice.js";
import { moments, sumOf } from "./moments.js";
import { quantileOf, sortedPresent } from "./quantile.js";
import { type RowGroups, rowsByGroup } from "./row-groups.js";

/** What a group of cells becomes, by pandas' names: missing cells are left out of each. */
export type Aggregation =
  | "first"
  | "last"
  | "min"
  | "max"
  | "sum"
  | "mean"
  | "median"
  | "std"
  | "var"
  | "count";

export const AGGREGATIONS: readonly Aggregation[] = [
  "first",
  "last",
  "min",
  "max",
  "sum",
  "mean",
  "median",
  "std",
  "var",
  "count",
];

/** Figures of the cells of a group that are not NaN, in float64. */
const FIGURES: Readonly<
  Record<Exclude<Aggregation, "first" | "last" | "count">, (cells: Float64Array) => number>
> = {
  min: (cells) => (cells.length === 0 ? Number.NaN : cells.reduce((a, b) => (b < a ? b : a))),
  max: (cells) => (cells.length === 0 ? Number.NaN : cells.reduce((a, b) => (b > a ? b : a))),
  sum: sumOf,
  mean: (cells) => moments(cells).mean,
  median: (cells) => quantileOf(sortedPresent(cells), 0.5),
  std: (cells) => moments(cells).std,
  var: (cells) => moments(cells).variance,
};

/**
 * One cell a group. `first` and `last` take the first and last cell that is not missing, of any type; `min` and `max` keep
 * float32; `count` is int32; all else is float64: the sum of no cells is 0, `std` and `var` have ddof 1, as in pandas.
 * @throws DataServiceError bad-request (text or times where numbers are needed)
 */
export function aggregateColumn(
  name: string,
  column: Column,
  groups: RowGroups,
  how: Aggregation,
  call: string,
): Column {
  checkChoice(how, AGGREGATIONS, `${call}: ${name}`);
  if (how === "first" || how === "last") return alignColumn(column, endsOf(column, groups, how));
  if (how === "count") return countsOf(column, groups);
  if (!isNumeric(column.type)) {
    const problem = `${call}: column "${name}" is ${column.type}, of which there is no ${how}; take "first", "last" or "count"`;
    throw new DataServiceError("bad-request", problem, { field: name });
  }
  const figure = FIGURES[how];
  const cells = column.floats();
  const { rows, starts } = rowsByGroup(groups);
  const keeps32 = cells instanceof Float32Array && (how === "min" || how === "max");
  const out = keeps32 ? new Float32Array(groups.count) : new Float64Array(groups.count);
  const room = new Float64Array(cells.length);
  for (let g = 0; g < groups.count; g++) {
    let count = 0;
    for (let i = starts[g]!; i < starts[g + 1]!; i++) {
      const cell = cells[rows[i]!]!;
      if (!Number.isNaN(cell)) room[count++] = cell;
    }
    out[g] = figure(room.subarray(0, count));
  }
  return Column.of(keeps32 ? "float32" : "float64", out);
}

/** The first or last row of each group whose cell is not missing; where all are, one of the group's. */
function endsOf(column: Column, { of, count }: RowGroups, how: "first" | "last"): RowAlignment {
  const present = presentCells(column);
  const rows = new Int32Array(count).fill(-1);
  const isFound = new Uint8Array(count);
  const visit = (row: number): void => {
    const g = of[row]!;
    if (g < 0 || isFound[g] === 1) return;
    rows[g] = row;
    if (present(row)) isFound[g] = 1;
  };
  if (how === "first") for (let row = 0; row < of.length; row++) visit(row);
  else for (let row = of.length - 1; row >= 0; row--) visit(row);
  return RowAlignment.of(rows);
}

function countsOf(column: Column, { of, count }: RowGroups): Column {
  const present = presentCells(column);
  const counts = new Int32Array(count);
  for (let row = 0; row < of.length; row++) if (of[row]! >= 0 && present(row)) counts[of[row]!]!++;
  return Column.of("int32", counts);
}

/** Whether the cell of a row is there. */
export function presentCells({ values, mask }: Column): (row: number) => boolean {
  if (mask) return (row) => mask[row] === 1;
  if (Array.isArray(values)) return (row) => values[row] !== null;
  if (values instanceof Float32Array || values instanceof Float64Array) {
    return (row) => !Number.isNaN(values[row]!);
  }
  return () => true;
}
