import type { Backtest } from "../replay/backtest.js";
import type { Recorded, RecordedPosition } from "./recorded.js";

/** Numbers that differ by less, in relation to their size, are equal; rates and money of accounts alike. */
const WITHIN = 1e-9;

/** A column of the report in which two runs differ on a day. */
export interface ColumnDifference {
  readonly column: string;
  readonly ours: number;
  readonly recorded: number;
}

/** An instrument of which two runs hold different amounts, or at different prices, on a day; undefined: not held. */
export interface PositionDifference {
  readonly instrument: string;
  readonly ours: RecordedPosition | undefined;
  readonly recorded: RecordedPosition | undefined;
}

/** The first day on which two runs differ, and in what. */
export interface Parting {
  /** Epoch nanoseconds. */
  readonly datetime: bigint;
  /** Whether only one of them has the session. */
  readonly onlyIn?: "ours" | "recorded" | undefined;
  readonly columns: readonly ColumnDifference[];
  readonly positions: readonly PositionDifference[];
}

/** Whether two numbers of a report are equal; `scale` is what they are measured by. */
export function isEqual(a: number, b: number, scale: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return Math.abs(a - b) <= WITHIN * Math.max(Math.abs(a), Math.abs(b), scale);
}

const MONEY: ReadonlySet<string> = new Set(["account", "value", "cash"]);

/**
 * Where our run and a recorded one part; undefined where they are equal. Names are compared as `spelled` gives them.
 * @param until the last session to compare, where not all
 */
export function findParting(
  ours: Backtest,
  recorded: Recorded,
  spelled: (name: string) => string,
  until?: bigint,
): Parting | undefined {
  const rows = new Map(Array.from(recorded.report.datetimes, (ns, row) => [ns, row]));
  const last = ours.report.datetimes.at(-1)!;
  const columns = ours.report.columnNames.filter((name) => recorded.report.has(name));
  const sessions = new Set([...ours.report.datetimes, ...recorded.report.datetimes]);
  for (const ns of [...sessions].sort((a, b) => (a < b ? -1 : 1))) {
    if (until !== undefined && ns > until) return undefined;
    const [row, there] = [ours.report.rowOf(ns), rows.get(ns)];
    if (row < 0 || there === undefined) {
      if (row < 0 && ns > last && until !== undefined) return undefined;
      return { datetime: ns, onlyIn: row < 0 ? "recorded" : "ours", columns: [], positions: [] };
    }
    const account = ours.report.column("account")[row]!;
    const differing = columns
      .map((column) => ({
        column,
        ours: ours.report.column(column)[row]!,
        recorded: recorded.report.column(column)[there]!,
      }))
      .filter((cell) => !isEqual(cell.ours, cell.recorded, MONEY.has(cell.column) ? account : 1));
    const positions = positionsApart(ours, row, recorded.positions?.get(ns), spelled);
    if (differing.length > 0 || positions.length > 0) return { datetime: ns, columns: differing, positions };
  }
  return undefined;
}

function positionsApart(
  ours: Backtest,
  row: number,
  recorded: ReadonlyMap<string, RecordedPosition> | undefined,
  spelled: (name: string) => string,
): PositionDifference[] {
  if (!recorded) return [];
  const there = new Map(Array.from(recorded, ([name, position]) => [spelled(name), position]));
  const here = new Map(ours.positions.at(row).map((position) => [position.instrument, position]));
  const differing: PositionDifference[] = [];
  for (const instrument of new Set([...here.keys(), ...there.keys()])) {
    const [own, other] = [here.get(instrument), there.get(instrument)];
    const isSame =
      own && other && isEqual(own.amount, other.amount, 1e-3) && isEqual(own.price, other.price, 1e-6);
    if (!isSame) {
      const plain = own && { amount: own.amount, price: own.price };
      differing.push({ instrument, ours: plain, recorded: other });
    }
  }
  return differing.sort((a, b) => (a.instrument < b.instrument ? -1 : 1));
}
