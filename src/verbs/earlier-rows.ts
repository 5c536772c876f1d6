import type { PanelIndex } from "../keys/panel-index.js";
import { rowsByGroup } from "./row-groups.js";

/**
 * The row of the same instrument `n` rows before each row (after it where n is negative), -1 where there is none: what
 * pandas' `groupby(level="instrument").shift(n)` takes its cells from.
 */
export function earlierRows(index: PanelIndex, n: number): Int32Array {
  const { rows, starts } = rowsByGroup({ of: index.codes, count: index.instruments.length });
  const out = new Int32Array(index.rowCount).fill(-1);
  for (let code = 0; code < index.instruments.length; code++) {
    const [first, last] = [starts[code]!, starts[code + 1]!];
    for (let i = Math.max(first, first + n); i < Math.min(last, last + n); i++) out[rows[i]!] = rows[i - n]!;
  }
  return out;
}
