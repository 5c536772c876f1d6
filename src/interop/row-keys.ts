import { DataServiceError } from "../errors.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { listNames } from "../names/field.js";
import { NAT_NS, parseCellNs, type TimeInput } from "../time.js";

/** The key columns, under these names in every other library's table. */
export const DATETIME = "datetime";
export const INSTRUMENT = "instrument";

/** One value a row, made once for each session. */
export function perSession<T>(index: PanelIndex, make: (ns: bigint) => T): T[] {
  const cells = new Array<T>(index.rowCount);
  for (let s = 0; s < index.sessionCount; s++) {
    cells.fill(make(index.datetimes[s]!), index.startOf(s), index.startOf(s + 1));
  }
  return cells;
}

/** The instrument of every row. */
export function instrumentCells({ codes, instruments }: PanelIndex): string[] {
  return Array.from(codes, (code) => instruments[code]!);
}

/** @throws DataServiceError flat-index when a key column is not among the names */
export function requireKeys(names: readonly string[], what: string): void {
  for (const key of [DATETIME, INSTRUMENT]) {
    if (names.includes(key)) continue;
    throw new DataServiceError(
      "flat-index",
      `${what} has no column "${key}"; it has ${listNames(names)}. A panel is keyed by "datetime" and "instrument"; rename its key columns so`,
      { field: key, found: names },
    );
  }
}

/** Epoch nanoseconds of cells that are Dates, ISO strings or bigints; a missing one is NaT. Errors say `what` has them. */
export function nsOfCells(cells: Iterable<unknown>, name: string, what: string): BigInt64Array {
  const parsed = new Map<string, bigint>();
  return BigInt64Array.from(cells as Iterable<bigint>, (cell: unknown, row) => {
    if (cell === null || cell === undefined) return NAT_NS;
    if (typeof cell !== "string") return parseCellNs(cell as TimeInput, name, row, what);
    let ns = parsed.get(cell);
    if (ns === undefined) {
      ns = parseCellNs(cell, name, row, what);
      parsed.set(cell, ns);
    }
    return ns;
  });
}

/** @throws DataServiceError missing-keys */
export function instrumentNames(cells: Iterable<unknown>, what: string): string[] {
  return Array.from(cells, (cell, row) => {
    if (typeof cell === "string") return cell;
    throw new DataServiceError(
      "missing-keys",
      `${what}: row ${row} has no instrument but ${String(cell)}; leave such rows out`,
      { position: row },
    );
  });
}
