import { DataServiceError } from "../errors.js";
import { checkChoice } from "../names/choice.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import type { Panel } from "../panel/panel.js";
import { keepRows } from "./keep-rows.js";

/** In which order `sortBy` and `top` take rows. */
export interface OrderOptions {
  /** Which cells come first: the greatest (`"descending"`, the default) or the least. */
  readonly order?: "ascending" | "descending" | undefined;
}

const ORDER_KEYS: RequestKeys<OrderOptions> = { order: true };
const ORDERS = ["ascending", "descending"] as const;

/** @see Panel.sortBy @throws DataServiceError unknown-field, bad-request */
export function sortBy(panel: Panel, name: string, options: OrderOptions = {}): Uint32Array {
  checkKeys(options, ORDER_KEYS, "sortBy");
  const { order = "descending" } = options;
  checkChoice(order, ORDERS, "sortBy: order");
  const cells = panel.column(name).floats();
  const sign = order === "descending" ? -1 : 1;
  const rows = Uint32Array.from({ length: panel.rowCount }, (_, row) => row);
  const { index } = panel;
  for (let s = 0; s < index.sessionCount; s++) {
    rows.subarray(index.startOf(s), index.startOf(s + 1)).sort((a, b) => {
      const [x, y] = [cells[a]!, cells[b]!];
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return x === y ? a - b : x < y ? -sign : sign;
    });
  }
  return rows;
}

/** @see Panel.top @throws DataServiceError unknown-field, bad-request */
export function top(panel: Panel, n: number, by: string, options: OrderOptions = {}): Panel {
  if (!(Number.isInteger(n) && n > 0)) {
    throw new DataServiceError("bad-request", `top: ${String(n)} is not a positive number of rows a session`);
  }
  const order = sortBy(panel, by, options);
  const cells = panel.column(by).floats();
  const { index } = panel;
  const kept: number[] = [];
  for (let s = 0; s < index.sessionCount; s++) {
    const best = order.subarray(index.startOf(s), Math.min(index.startOf(s) + n, index.startOf(s + 1)));
    for (const row of best.filter((row) => !Number.isNaN(cells[row]!)).sort()) kept.push(row);
  }
  return keepRows(panel, Uint32Array.from(kept));
}
