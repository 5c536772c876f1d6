import { Column } from "../../columns/column.js";
import { isNumeric } from "../../columns/floats.js";
import { PanelIndex } from "../../keys/panel-index.js";
import { Panel } from "../../panel/panel.js";

/** Fields of a price's level; `factor` is the ratio of adjusted to raw prices, so that it goes with them. */
const PRICES = new Set(["open", "high", "low", "close", "vwap", "factor", "pre_close", "preclose"]);
const VOLUMES = new Set(["volume", "vol"]);

type Cells = Float32Array | Float64Array;

/** A market with other numbers in the same rows. @param change writes over a column's cells, given the plain field name */
function withCells(market: Panel, change: (cells: Cells, field: string) => void): Panel {
  const columns = new Map(
    market.columnNames.map((name) => {
      const column = market.column(name);
      if (!isNumeric(column.type)) return [name, column] as const;
      const cells = column.floats().slice();
      change(cells, name.replace(/^\$/, ""));
      return [name, Column.of(cells instanceof Float32Array ? "float32" : "float64", cells)] as const;
    }),
  );
  return new Panel(market.index, columns, market.info);
}

/** After the session, every number is another: multiplied by 0.5 to 1.5 at random. */
export function randomFuture(market: Panel, session: number, seed: number): Panel {
  const from = market.index.startOf(session + 1);
  const random = generator(seed);
  return withCells(market, (cells) => {
    for (let row = from; row < cells.length; row++) cells[row]! *= 0.5 + random();
  });
}

/** After the session, every number is missing. */
export function blankFuture(market: Panel, session: number): Panel {
  return withCells(market, (cells) => cells.fill(Number.NaN, market.index.startOf(session + 1)));
}

/** Every number is another. */
export function replaced(market: Panel, seed: number): Panel {
  return randomFuture(market, -1, seed);
}

/**
 * Prices and `$factor` of each instrument by a power of two of its own, volumes by its inverse: exact in binary, and the
 * same returns. What changes depends on the level of an adjusted price or volume, and so on later splits.
 */
export function scaled(market: Panel): Panel {
  const { codes } = market.index;
  const powers = Float64Array.from(market.index.instruments, (_, code) => 2 ** (((code * 5) % 7) - 3));
  return withCells(market, (cells, field) => {
    const sign = PRICES.has(field) ? 1 : VOLUMES.has(field) ? -1 : 0;
    if (sign === 0) return;
    for (let row = 0; row < cells.length; row++) cells[row]! *= powers[codes[row]!]! ** sign;
  });
}

/** Instruments have each other's codes, the first that of the last: rows of a session stand in the opposite order. */
export function relabelled(market: Panel): { readonly panel: Panel; readonly rows: Int32Array } {
  const { index } = market;
  const count = index.instruments.length;
  const order = new Uint32Array(index.rowCount);
  const [rows, codes] = [new Int32Array(index.rowCount), new Int32Array(index.rowCount)];
  for (let s = 0; s < index.sessionCount; s++) {
    const [first, end] = [index.startOf(s), index.startOf(s + 1)];
    const own = index.codesOf(first, end);
    for (let i = 0; i < own.length; i++) {
      const to = end - 1 - i;
      order[to] = first + i;
      rows[first + i] = to;
      codes[to] = count - 1 - own[i]!;
    }
  }
  const columns = new Map(market.columnNames.map((name) => [name, market.column(name).reorder(order)]));
  const { datetimes, instruments, offsets, timezone } = index;
  const reversed = new PanelIndex({ datetimes, instruments, offsets, codes, timezone });
  return { panel: new Panel(reversed, columns, market.info), rows };
}

/** Every second instrument. @returns the half, and its row for each of the market's rows (-1: none) */
export function halfUniverse(market: Panel): { readonly panel: Panel; readonly rows: Int32Array } {
  const { codes } = market.index;
  return kept(market, (row) => codes[row]! % 2 === 0);
}

/** The last rows of each instrument. */
export function lastRows(market: Panel, count: number): { readonly panel: Panel; readonly rows: Int32Array } {
  const { codes, instruments, rowCount } = market.index;
  const seen = new Int32Array(instruments.length);
  const keep = new Uint8Array(rowCount);
  for (let row = rowCount - 1; row >= 0; row--) keep[row] = ++seen[codes[row]!]! <= count ? 1 : 0;
  return kept(market, (row) => keep[row] === 1);
}

function kept(
  market: Panel,
  keep: (row: number) => boolean,
): { readonly panel: Panel; readonly rows: Int32Array } {
  const mask = Uint8Array.from({ length: market.rowCount }, (_, row) => (keep(row) ? 1 : 0));
  let next = 0;
  const rows = Int32Array.from(mask, (kept) => (kept === 1 ? next++ : -1));
  return { panel: market.filter(mask), rows };
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
