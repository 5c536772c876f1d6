import { DataServiceError } from "../errors.js";
import type { Panel } from "../panel/panel.js";
import { keepRows } from "./keep-rows.js";

/** @see Panel.head @throws DataServiceError bad-request */
export function head(panel: Panel, n = 5): Panel {
  checkCount(n, "head");
  return rowRange(panel, 0, Math.min(n, panel.rowCount));
}

/** @see Panel.tail @throws DataServiceError bad-request */
export function tail(panel: Panel, n = 5): Panel {
  checkCount(n, "tail");
  return rowRange(panel, Math.max(0, panel.rowCount - n), panel.rowCount);
}

function rowRange(panel: Panel, first: number, last: number): Panel {
  return keepRows(
    panel,
    Uint32Array.from({ length: last - first }, (_, i) => first + i),
  );
}

/** @see Panel.at @throws DataServiceError bad-request */
export function at(panel: Panel, rows: Iterable<number>): Panel {
  const asked = Array.from(rows, (row) => {
    const own = row < 0 ? panel.rowCount + row : row;
    if (Number.isInteger(own) && own >= 0 && own < panel.rowCount) return own;
    const problem = `at: there is no row ${String(row)} among the ${panel.rowCount} of ${panel.label}`;
    throw new DataServiceError("bad-request", problem, { count: panel.rowCount });
  });
  return keepRows(panel, Uint32Array.from(new Set(asked)).sort());
}

/** @see Panel.sample @throws DataServiceError bad-request */
export function sample(panel: Panel, n: number, seed = 0): Panel {
  checkCount(n, "sample");
  const random = generator(seed);
  const rows = new Uint32Array(Math.min(n, panel.rowCount));
  // Knuth's algorithm S: a row is taken with the share of those still wanted among those still to come.
  for (let row = 0, taken = 0; taken < rows.length; row++) {
    if (random() * (panel.rowCount - row) < rows.length - taken) rows[taken++] = row;
  }
  return keepRows(panel, rows);
}

function checkCount(n: number, call: string): void {
  if (Number.isInteger(n) && n >= 0) return;
  throw new DataServiceError("bad-request", `${call}: ${String(n)} is not a number of rows`);
}

/** Numbers in [0, 1) that are the same for the same seed, by Tommy Ettinger's mulberry32. */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
