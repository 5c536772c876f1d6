import { DataServiceError } from "../../errors.js";
import type { Cells } from "../frame/block.js";
import { mapSessions } from "../kernels/by-session.js";
import { findColumn } from "./find-column.js";
import type { Kind } from "./kind.js";

/**
 * By session, the residual of an ordinary least squares regression on an intercept (one for each group of `by`) and the
 * exposures. A row that lacks its group or an exposure has no residual.
 */
export const neutralise: Kind<"Neutralise"> = {
  apply: (frame, { fields, by, exposures = [] }) => {
    if (by === undefined && exposures.length === 0) {
      const problem =
        "Neutralise: there is nothing to neutralise by; give a group column as by, or exposures";
      throw new DataServiceError("bad-request", problem);
    }
    const regressors = exposures.map((name) => columnOf(name));
    const group = by === undefined ? undefined : columnOf(by);
    const own = new Set([...exposures, ...(by === undefined ? [] : [by])]);
    for (const name of frame.groupsOf(fields, "Neutralise")) {
      const block = frame.blocks.get(name)!;
      const columns = [...block.names.keys()].filter((c) => !own.has(block.names[c]!));
      // mapSessions goes session by session, and within one column by column.
      let [session, done] = [0, 0];
      mapSessions(
        frame.index,
        block,
        (cells, count) => {
          const first = frame.index.startOf(session);
          const part = (column: Cells) => column.subarray(first, first + count);
          residuals(cells, count, group && part(group), regressors.map(part));
          if (++done === columns.length) [session, done] = [session + 1, 0];
        },
        columns,
      );
    }

    function columnOf(name: string): Cells {
      const { block, column } = findColumn(frame, name, "Neutralise");
      return block.column(column);
    }
  },
};

function residuals(cells: Cells, count: number, group: Cells | undefined, exposures: readonly Cells[]): void {
  const rows: number[] = [];
  for (let i = 0; i < count; i++) {
    const isWhole =
      (group === undefined || !Number.isNaN(group[i])) && exposures.every((x) => !Number.isNaN(x[i]));
    if (isWhole && !Number.isNaN(cells[i]!)) rows.push(i);
    else cells[i] = Number.NaN;
  }
  const y = demeaned(cells, rows, group);
  const x = exposures.map((exposure) => demeaned(exposure, rows, group));
  const weights = leastSquares(x, y);
  for (const [k, i] of rows.entries()) {
    let rest = y[k]!;
    for (let e = 0; e < x.length; e++) rest -= weights[e]! * x[e]![k]!;
    cells[i] = rest;
  }
}

/** The cells less the mean of their group, which is what an intercept for each group takes away. */
function demeaned(cells: Cells, rows: readonly number[], group: Cells | undefined): Float64Array {
  const sums = new Map<number, { sum: number; count: number }>();
  const keyOf = (i: number) => (group === undefined ? 0 : group[i]!);
  for (const i of rows) {
    const own = sums.get(keyOf(i)) ?? { sum: 0, count: 0 };
    own.sum += cells[i]!;
    own.count++;
    sums.set(keyOf(i), own);
  }
  return Float64Array.from(rows, (i) => {
    const { sum, count } = sums.get(keyOf(i))!;
    return cells[i]! - sum / count;
  });
}

/** What is left of a column's own spread below which it counts as a mixture of the ones before it. */
const DEPENDENT = 1e-10;

/** The weights of an ordinary least squares regression, by Cholesky; 0 for a regressor that others make up. */
function leastSquares(x: readonly Float64Array[], y: Float64Array): Float64Array {
  const n = x.length;
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, own, i) => sum + own * b[i]!, 0);
  const lower = Array.from({ length: n }, () => new Float64Array(n));
  const right = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = dot(x[i]!, x[j]!);
      const whole = sum;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      if (i !== j) lower[i]![j] = lower[j]![j]! === 0 ? 0 : sum / lower[j]![j]!;
      else lower[i]![i] = sum > DEPENDENT * whole ? Math.sqrt(sum) : 0;
    }
    let sum = dot(x[i]!, y);
    for (let k = 0; k < i; k++) sum -= lower[i]![k]! * right[k]!;
    right[i] = lower[i]![i] === 0 ? 0 : sum / lower[i]![i]!;
  }
  const weights = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = right[i]!;
    for (let k = i + 1; k < n; k++) sum -= lower[k]![i]! * weights[k]!;
    weights[i] = lower[i]![i] === 0 ? 0 : sum / lower[i]![i]!;
  }
  return weights;
}
