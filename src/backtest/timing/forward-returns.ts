import { Column } from "../../columns/column.js";
import { PanelIndex } from "../../keys/panel-index.js";
import { Panel } from "../../panel/panel.js";
import type { Market } from "../market/market.js";
import type { Timing } from "./timing.js";

/**
 * The return from fill to exit of every bar of a market, as qlib computes the label: float32, NaN where either price is
 * missing. It looks ahead: keep it from what is known at its date.
 */
export function forwardReturns(market: Market, timing: Timing, name = "label"): Panel {
  const grid = market.evaluate(timing.label);
  const width = market.instruments.length;
  const [codes, values, offsets, datetimes]: [number[], number[], number[], bigint[]] = [[], [], [0], []];
  for (let s = 0; s < market.sessionCount; s++) {
    for (let c = 0; c < width; c++) {
      if (s < market.firstBar[c]! || s >= market.endBar[c]!) continue;
      codes.push(c);
      values.push(grid[s * width + c]!);
    }
    if (codes.length === offsets.at(-1)) continue;
    offsets.push(codes.length);
    datetimes.push(market.datetimes[s]!);
  }
  const index = new PanelIndex({
    datetimes: BigInt64Array.from(datetimes),
    instruments: market.instruments,
    offsets: Uint32Array.from(offsets),
    codes: Int32Array.from(codes),
  });
  const columns = new Map([[name, Column.of("float32", Float32Array.from(values))]]);
  return new Panel(index, columns, { source: timing.label });
}
