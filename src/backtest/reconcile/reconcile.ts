import { DataServiceError } from "../../errors.js";
import { canonicalCode } from "../../names/instrument-code.js";
import { formatNs } from "../../time.js";
import type { Backtest } from "../replay/backtest.js";
import { replay } from "../replay/replay.js";
import { type AccountMove, accountMoves } from "./account-moves.js";
import { type CashBreach, cashIdentity } from "./cash-identity.js";
import type { CauseOf, Change, RunParts } from "./cause.js";
import { findParting, type Parting } from "./compare-runs.js";
import { moneyChanges } from "./money-changes.js";
import { parameterChanges } from "./parameter-changes.js";
import { limitMoves, priceChanges } from "./price-changes.js";
import type { Recorded } from "./recorded.js";
import { scoreChanges } from "./score-changes.js";
import { spanChanges } from "./span-changes.js";

/** A cause, and how far our run with that one thing changed is the recorded one. */
export interface Cause extends CauseOf {
  /** `"whole"`: on every day; `"part"`: up to the day before `partsAgain`; `"not"`: it could not be replayed. */
  readonly verified: "whole" | "part" | "not";
  /** Epoch nanoseconds. */
  readonly partsAgain?: bigint | undefined;
}

/** Two backtests beside one another. */
export interface Reconciliation {
  /** Whether they are equal on every day, names spelled otherwise aside. */
  readonly equal: boolean;
  /** Our run, and the recorded one as it was given: both curves. */
  readonly ours: Backtest;
  readonly recorded: Recorded;
  /** The day they part, and in what; undefined where they are equal. */
  readonly parting: Parting | undefined;
  /** The first cause, found by replaying with that one thing changed. */
  readonly cause: Cause;
  /** Other single changes that explain the recorded run as well. */
  readonly alternatives: readonly Cause[];
  /** How many changes were replayed. */
  readonly tried: number;
  /** Days of the recorded run on which money appears or disappears. */
  readonly breaches: readonly CashBreach[];
  /** What moved the recorded account most, by day and instrument. */
  readonly moves: readonly AccountMove[];
}

/** Sessions after the parting that a change must explain before the whole run is replayed with it. */
const LOOK_AHEAD = 5;
/** Other explanations that are looked for once one is found. */
const MOST_ALTERNATIVES = 3;

/**
 * From which day on, in what and why a recorded backtest differs from ours. Every cause that is named was checked: our run
 * with that one thing changed is the recorded one.
 * @param parts what our run is made of, as `replay` takes it
 * @throws DataServiceError what `replay` throws
 */
export function reconcile(parts: RunParts, recorded: Recorded): Reconciliation {
  const ours = replay(parts.scores, parts.market, parts.options);
  const { market } = parts;
  const spelled = (name: string): string => market.instruments[market.positionOf(name)] ?? name;
  const parting = findParting(ours, recorded, spelled);
  const found = parting
    ? searchCauses(parts, ours, recorded, parting, spelled)
    : sameCause(recorded, market.instruments);
  return {
    equal: parting === undefined,
    ours,
    recorded,
    parting,
    ...found,
    breaches: cashIdentity(recorded, market),
    moves: accountMoves(recorded),
  };
}

type Found = Pick<Reconciliation, "cause" | "alternatives" | "tried">;

/** Equal runs may still spell their names otherwise. */
function sameCause({ positions }: Recorded, instruments: readonly string[]): Found {
  const known = new Set(instruments);
  const names = new Set([...(positions?.values() ?? [])].flatMap((held) => [...held.keys()]));
  const other = [...names].find((name) => !known.has(name));
  const base = { verified: "whole" as const };
  if (other === undefined) {
    const cause: Cause = { ...base, kind: "none", sentence: "the two runs are equal on every day" };
    return { cause, alternatives: [], tried: 0 };
  }
  const own = instruments.find((name) => canonicalCode(name) === canonicalCode(other)) ?? other;
  const sentence = `the two runs are equal on every day; the recorded one spells ${own} as ${other}`;
  return {
    cause: { ...base, kind: "spelling", ours: own, recorded: other, sentence },
    alternatives: [],
    tried: 0,
  };
}

function searchCauses(
  parts: RunParts,
  ours: Backtest,
  recorded: Recorded,
  parting: Parting,
  spelled: (name: string) => string,
): Found {
  const changes = [
    ...spanChanges(ours, recorded, parting),
    ...priceChanges(parts, ours, recorded, parting),
    ...moneyChanges(parts, ours, recorded, parting),
    ...parameterChanges(parts),
    ...scoreChanges(parts, parting),
    ...limitMoves(parts, ours, parting),
  ];
  const whole: Cause[] = [];
  let best: Cause | undefined;
  let tried = 0;
  for (const change of changes) {
    tried++;
    const again = partsAgain(parts, change, recorded, parting.datetime, spelled);
    if (again === "failed") continue;
    if (again === undefined) {
      if (!whole.some(({ kind }) => kind === change.kind)) whole.push(causeOf(change, { verified: "whole" }));
      if (whole.length > MOST_ALTERNATIVES) break;
    } else if (again > parting.datetime && (best?.partsAgain ?? 0n) < again) {
      best = causeOf(change, { verified: "part", partsAgain: again });
    }
  }
  const [cause = best ?? unknownCause(parting), ...alternatives] = whole;
  return { cause, alternatives, tried };
}

function causeOf(change: Change, how: Pick<Cause, "verified" | "partsAgain">): Cause {
  const { apply: _, ...cause } = change;
  return { ...cause, ...how };
}

/** When our run with one thing changed and the recorded one part; undefined where they do not. */
function partsAgain(
  parts: RunParts,
  change: Change,
  recorded: Recorded,
  datetime: bigint,
  spelled: (name: string) => string,
): bigint | "failed" | undefined {
  const changed = change.apply(parts);
  const { market, options } = changed;
  const [first, last] = [recorded.report.datetimes[0]!, recorded.report.datetimes.at(-1)!];
  const from = datetime < first ? first : datetime;
  const near = market.datetimes[market.sessionAtOrBefore(from) + LOOK_AHEAD] ?? last;
  const run = (end: bigint) =>
    replay(changed.scores, market, {
      ...options,
      label: undefined, // what is tried may fill at another price than the label means
      end: options.end === undefined || end < last ? end : options.end,
    });
  try {
    if (near < last) {
      const early = findParting(run(near), recorded, spelled, near);
      if (early) return early.datetime;
    }
    return findParting(run(last), recorded, spelled)?.datetime;
  } catch (error) {
    if (error instanceof DataServiceError) return "failed"; // what was changed makes no run
    throw error;
  }
}

function unknownCause({ datetime, onlyIn, columns, positions }: Parting): Cause {
  const what = onlyIn
    ? `only the ${onlyIn === "ours" ? "run of ours" : "recorded run"} has that session`
    : `they differ in ${[...columns.map(({ column }) => column), ...positions.map(({ instrument }) => instrument)].join(", ")}`;
  return {
    kind: "unknown",
    datetime,
    verified: "not",
    sentence: `the two runs part on ${formatNs(datetime)} (${what}), and no single change that was tried explains it`,
  };
}
