import { PanelIndex } from "../../keys/panel-index.js";
import { Panel } from "../../panel/panel.js";
import { formatNs, NS_PER_DAY } from "../../time.js";
import type { Market } from "../market/market.js";
import type { Change, RunParts } from "./cause.js";
import type { Parting } from "./compare-runs.js";

/** Scores that are read on another day, and single scores that are higher, lower or missing. */
export function scoreChanges(parts: RunParts, { datetime, positions }: Parting): Change[] {
  const bought = positions.filter(({ ours, recorded }) => (recorded?.amount ?? 0) > (ours?.amount ?? 0));
  const sold = positions.filter(({ ours, recorded }) => (recorded?.amount ?? 0) < (ours?.amount ?? 0));
  return [
    ...[1, -1, 2].map(shiftOf),
    ...withoutScores(parts, datetime),
    negated(parts),
    ...bought.flatMap(({ instrument }) => valueChanges(parts, datetime, instrument, "higher")),
    ...sold.flatMap(({ instrument }) => valueChanges(parts, datetime, instrument, "lower")),
  ];
}

function negated({ scores, options }: RunParts): Change {
  const name = options.column ?? scores.columnNames[0]!;
  return {
    kind: "score-value",
    recorded: "negated",
    sentence: "the recorded run's scores are ours with the other sign: it held the worst",
    apply: (parts) => {
      const own = parts.scores.column(name).floats();
      return { ...parts, scores: parts.scores.withColumns({ [name]: own.map((score) => -score) }) };
    },
  };
}

/** The recorded run had no scores to trade on that day. */
function withoutScores({ scores, market }: RunParts, traded: bigint): Change[] {
  const session = market.sessionAtOrAfter(traded);
  const dated = session > 0 ? market.datetimes[session - 1]! : undefined;
  const dropped = dated === undefined ? -1 : scores.index.sessionAt(dated);
  if (dated === undefined || dropped < 0) return [];
  const [first, end] = [scores.index.startOf(dropped), scores.index.startOf(dropped + 1)];
  return [
    {
      kind: "score-value",
      datetime: dated,
      recorded: "none",
      sentence: `the recorded run has no scores of ${formatNs(dated)}`,
      apply: (parts) => ({ ...parts, scores: parts.scores.filter((row) => row < first || row >= end) }),
    },
  ];
}

function shiftOf(by: number): Change {
  const when = by > 0 ? `${by} session${by > 1 ? "s" : ""} later` : "one session earlier";
  return {
    kind: "signal-shift",
    recorded: by,
    ours: 0,
    sentence: `the recorded run traded every score ${when} than ours, which trades it in the session after its date`,
    apply: ({ scores, ...rest }) => ({ ...rest, scores: shifted(scores, rest.market, by) }),
  };
}

/** Scores dated so many sessions later. */
function shifted(scores: Panel, market: Market, by: number): Panel {
  const { index } = scores;
  const datetimes = index.datetimes.map((ns) => {
    const to = market.sessionAtOrBefore(ns) + by;
    if (to < 0) return ns - BigInt(market.sessionCount) * NS_PER_DAY;
    const beyond = to - (market.sessionCount - 1);
    return beyond > 0 ? market.datetimes.at(-1)! + BigInt(beyond) * NS_PER_DAY : market.datetimes[to]!;
  });
  const { instruments, offsets, codes } = index;
  const columns = new Map(scores.columnNames.map((name) => [name, scores.column(name)]));
  return new Panel(new PanelIndex({ datetimes, instruments, offsets, codes }), columns, scores.info);
}

/** A score of the day before that ranks first, or last, or is missing. */
function valueChanges(
  { scores, market, options }: RunParts,
  traded: bigint,
  instrument: string,
  how: "higher" | "lower",
): Change[] {
  const session = market.sessionAtOrAfter(traded);
  const dated = session > 0 ? market.datetimes[session - 1]! : undefined;
  const row = dated === undefined ? -1 : scores.rowOf(dated, instrument);
  if (dated === undefined || row < 0) return [];
  const name = options.column ?? scores.columnNames[0]!;
  const own = scores.column(name).floats();
  const s = scores.index.sessionAt(dated);
  const day = own
    .subarray(scores.index.startOf(s), scores.index.startOf(s + 1))
    .filter((x) => !Number.isNaN(x));
  const ranked = [...day].sort((a, b) => a - b);
  const values = how === "higher" ? placesAbove(ranked, own[row]!) : [ranked[0]! - 1, Number.NaN];
  return values.map((value) => ({
    kind: "score-value",
    instrument,
    datetime: dated,
    ours: own[row],
    recorded: value,
    sentence: `the recorded run's score of ${instrument} on ${formatNs(dated)} is ${Number.isNaN(value) ? "missing" : how} (ours ${own[row]})`,
    apply: (parts) => {
      const changed = own.slice();
      changed[row] = value;
      return { ...parts, scores: parts.scores.withColumns({ [name]: changed }) };
    },
  }));
}

/** Between each of the scores above, from the highest down: where it ranks decides in which order orders are filled. */
function placesAbove(ranked: readonly number[], own: number): number[] {
  const above = ranked.filter((score) => score > own || Number.isNaN(own)).slice(-MOST_PLACES);
  return [
    above.at(-1)! + 1,
    ...above
      .slice(1)
      .map((score, i) => (score + above[i]!) / 2)
      .reverse(),
  ].filter((value) => !Number.isNaN(value));
}

const MOST_PLACES = 60;
