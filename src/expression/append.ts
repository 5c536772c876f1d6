import { DataServiceError } from "../errors.js";
import { type EvaluateOptions, type Evaluation, evaluatePlan } from "./evaluate.js";
import type { ExpressionPlan } from "./expression-plan.js";
import { type SessionRange, spansOf } from "./layout.js";
import type { ExpressionTable } from "./table.js";

/** Computed columns of a grown panel, and how little of it was computed. */
export interface Extension extends Evaluation {
  /** The sessions [from, to) that were computed; the ones before were taken over. */
  readonly computedFrom: number;
  readonly computedTo: number;
}

/**
 * Columns for a table that grew by sessions at its end: the values of earlier rows are taken from `previous`, and
 * only the new sessions, and the old ones that look ahead into them, are computed, from as many sessions before as
 * their windows need. Equal to computing everything, bit by bit, where the earlier rows are unchanged.
 * @param previous the columns computed before, for the rows of the first `knownSessions` sessions
 * @throws DataServiceError bad-request where `previous` lacks an expression, has another number of rows, or in the
 *   last session that stays as it was other values than the expression gives
 */
export function extendEvaluation(
  table: ExpressionTable,
  plan: ExpressionPlan,
  previous: Readonly<Record<string, Float32Array>>,
  knownSessions: number,
  options: Omit<EvaluateOptions, "sessions"> = {},
): Extension {
  const knownRows = table.offsets[knownSessions] ?? -1;
  for (const name of plan.names) {
    const cells = previous[name];
    if (cells?.length === knownRows) continue;
    const found = cells ? `has ${cells.length} cells` : "is missing, or not of float32";
    const problem = `the previous column "${name}" ${found}; the first ${knownSessions} sessions have ${knownRows} rows`;
    throw new DataServiceError("bad-request", problem, { field: name, count: knownRows });
  }
  const { from, to } = touchedSessions(table, plan, knownSessions, options);
  // One session more than is needed: it tells whether `previous` is what it is said to be.
  const check = Math.max(0, from - 1);
  const fresh = evaluatePlan(table, plan, { ...options, sessions: { from: check, to } });
  const checked = table.offsets[from]! - fresh.firstRow;
  for (const name of plan.names) {
    const known = previous[name]!.subarray(fresh.firstRow, fresh.firstRow + checked);
    if (sameBits(known, fresh.columns[name]!.subarray(0, checked))) continue;
    const problem = `the previous column "${name}" does not hold what its expression gives in the last session it should; it comes from another expression, other options or other data; leave previous out`;
    throw new DataServiceError("bad-request", problem, { field: name });
  }
  const columns = Object.fromEntries(
    plan.names.map((name) => {
      const cells = new Float32Array(fresh.lastRow);
      cells.set(previous[name]!.subarray(0, fresh.firstRow));
      cells.set(fresh.columns[name]!, fresh.firstRow);
      return [name, cells];
    }),
  );
  return { ...fresh, firstRow: 0, columns, computedFrom: from, computedTo: to };
}

/** NaN is NaN, whatever its bits; 0 and -0 differ. */
function sameBits(a: Float32Array, b: Float32Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** The sessions that are new since there were `knownSessions`, and the ones before that look ahead into them. */
export function touchedSessions(
  table: ExpressionTable,
  { lookAhead }: ExpressionPlan,
  knownSessions: number,
  { windows }: Pick<EvaluateOptions, "windows">,
): SessionRange {
  const to = table.sessionCount;
  if (lookAhead === 0) return { from: knownSessions, to };
  // Row windows look ahead by an instrument's own rows: how many sessions that is, only the rows know.
  if (windows === "rows") return { from: 0, to };
  return { from: Math.max(0, firstEnd(table, knownSessions) - lookAhead), to };
}

/**
 * Where the first series ended that goes on after `knownSessions`. One that was suspended then has positions now that it
 * did not have, from the session after its last row on, and rows that look ahead find values there.
 */
function firstEnd(table: ExpressionTable, knownSessions: number): number {
  const { from, to } = spansOf(table);
  const goesOn = from.map((first, code) => (first < knownSessions && to[code]! > knownSessions ? 1 : 0));
  let left = goesOn.reduce((count, one) => count + one, 0);
  let end = knownSessions;
  for (let session = knownSessions - 1; session >= 0 && left > 0; session--) {
    for (let row = table.offsets[session]!; row < table.offsets[session + 1]!; row++) {
      const code = table.codes[row]!;
      if (goesOn[code] === 0) continue;
      goesOn[code] = 0;
      left--;
      end = session + 1;
    }
  }
  return end;
}
