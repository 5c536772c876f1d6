import { Column } from "../columns/column.js";
import { DataServiceError } from "../errors.js";
import type { Panel } from "../panel/panel.js";
import { quantileBin, sortedPresent } from "./quantile.js";

/** @see Panel.quantileBins @throws DataServiceError unknown-field, bad-request */
export function quantileBins(panel: Panel, name: string, n: number): Column {
  if (!(Number.isInteger(n) && n > 0 && n < 128)) {
    throw new DataServiceError("bad-request", `quantileBins: ${String(n)} is not a number of bins, 1 to 127`);
  }
  const cells = panel.column(name).floats();
  const { index } = panel;
  const bins = new Int8Array(cells.length);
  const mask = new Uint8Array(cells.length);
  for (let s = 0; s < index.sessionCount; s++) {
    const [first, last] = [index.startOf(s), index.startOf(s + 1)];
    const sorted = sortedPresent(cells.subarray(first, last));
    if (sorted.length === 0) continue;
    const binOf = quantileBin(sorted, n);
    for (let row = first; row < last; row++) {
      const bin = binOf(cells[row]!);
      if (Number.isNaN(bin)) continue;
      bins[row] = bin;
      mask[row] = 1;
    }
  }
  return mask.includes(0) ? Column.of("int8", bins, mask) : Column.of("int8", bins);
}
