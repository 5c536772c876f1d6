import type { PanelIndex } from "../../keys/panel-index.js";
import { formatNs } from "../../time.js";
import { type Sessions, sessionsIn } from "../segments/span.js";
import type { SequenceFill } from "./window-grid.js";

/**
 * What windows show otherwise than it happened, as qlib's do unsaid: sessions without a row in the view are passed over,
 * and `fill` repeats a row where the view lacks one, also where it was left out for what its label was.
 * @param view the rows that windows are made of, in the sessions `input`
 * @param infer the rows as they are known at the time
 * @param market the sessions of the source
 */
export function windowNotes(
  view: PanelIndex,
  infer: PanelIndex,
  market: BigInt64Array,
  input: Sessions,
  fill: SequenceFill,
): string[] {
  if (input.first === input.last) return [];
  const notes: string[] = [];
  const span = { startNs: view.datetimes[input.first]!, endNs: view.datetimes[input.last - 1]! };
  const gap = longestGap(view.datetimes, market, input);
  if (gap) {
    const { missing, most, from, to } = gap;
    notes.push(
      `windows pass over ${missing} sessions that have no row, as if they had not been: ${most} of them between ${formatNs(from)} and ${formatNs(to)}`,
    );
  }
  if (fill === "none") return notes;
  const known = sessionsIn(infer, span);
  const rows = rowsIn(view, input);
  const leftOut = rowsIn(infer, known) - rows;
  if (leftOut > 0) {
    notes.push(
      `${leftOut} rows were left out for learning, and "${fill}" repeats the row before each: a window then tells that the label there was missing; take fill: "none", or the view "infer"`,
    );
  }
  const absent = (input.last - input.first) * listed(view, input) - rows - Math.max(0, leftOut);
  if (absent > 0) {
    notes.push(
      `"${fill}" repeats rows in up to ${absent} steps at which an instrument has none: outside of its spans in the universe, before its first bar or after its last one`,
    );
  }
  return notes;
}

function rowsIn(index: PanelIndex, { first, last }: Sessions): number {
  return index.startOf(last) - index.startOf(first);
}

/** How many instruments have a row in these sessions. */
function listed(index: PanelIndex, { first, last }: Sessions): number {
  const seen = new Uint8Array(index.instruments.length);
  for (const code of index.codesOf(index.startOf(first), index.startOf(last))) seen[code] = 1;
  return seen.reduce((count, own) => count + own, 0);
}

interface Gap {
  /** Sessions of the market that the view lacks, and how many of them follow one another at most. */
  readonly missing: number;
  readonly most: number;
  /** The view's sessions before and after the longest run. */
  readonly from: bigint;
  readonly to: bigint;
}

/** The sessions of the market that the view passes over; undefined where there are none. */
function longestGap(own: BigInt64Array, market: BigInt64Array, { first, last }: Sessions): Gap | undefined {
  let found: Gap | undefined;
  let at = market.indexOf(own[first]!);
  for (let s = first + 1; s < last && at >= 0; s++) {
    const from = at;
    while (at < market.length && market[at]! < own[s]!) at++;
    const skipped = at - from - 1;
    if (skipped <= 0) continue;
    const isLongest = !found || skipped > found.most;
    found = {
      missing: (found?.missing ?? 0) + skipped,
      most: isLongest ? skipped : found!.most,
      from: isLongest ? own[s - 1]! : found!.from,
      to: isLongest ? own[s]! : found!.to,
    };
  }
  return found;
}
