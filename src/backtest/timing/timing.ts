import { DataServiceError } from "../../errors.js";
import { checkChoice } from "../../names/choice.js";
import { bareName } from "../../names/field.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { PRESETS, type TimingPreset } from "./presets.js";

/** When the signal dated in a session is known: after the session before it, before its open, or after its close. */
export type KnownAt = "previous-close" | "open" | "close";
const KNOWN: readonly KnownAt[] = ["previous-close", "open", "close"];

/** When a score is known, and when it is traded. */
export interface TimingOptions {
  readonly known?: KnownAt | undefined;
  /** The field that a signal is filled at, with or without `$`; `"close"`. */
  readonly fill?: string | undefined;
  /** The field at which it is left; that of the fill by default. */
  readonly exit?: string | undefined;
  /** Sessions from the signal's date to the fill; 1. */
  readonly delay?: number | undefined;
  /** Sessions from the fill to the exit; 1. 0 is within one session, which China's T+1 forbids. */
  readonly hold?: number | undefined;
  /** Whether a fill may come before what it is decided on is known, as in conventions that look ahead by one fill. */
  readonly cheat?: boolean | undefined;
}

const TIMING_KEYS: RequestKeys<TimingOptions> = {
  known: true,
  fill: true,
  exit: true,
  delay: true,
  hold: true,
  cheat: true,
};

/** When a signal is known, filled and left, and all that follows from it. Sessions count from the signal's date. */
export interface Timing {
  readonly known: KnownAt;
  readonly entry: { readonly session: number; readonly field: string };
  readonly exit: { readonly session: number; readonly field: string };
  /** The return from fill to exit in qlib's language: the label that this timing means. */
  readonly label: string;
  /**
   * How many sessions before the first session of a test segment training must end, so that no label reaches into it:
   * the `days` of qlib's TimeAdjuster.truncate.
   */
  readonly purge: number;
  /** What this timing does that cannot be traded, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * One declaration of timing: `timing({ known: "close", fill: "open", delay: 1, hold: 5 })`, or a convention by its name,
 * `timing("qlib-label", { hold: 5 })`.
 * @throws DataServiceError bad-request, also for a fill before what it is decided on is known, without `cheat`
 */
export function timing(preset: TimingPreset, options?: TimingOptions): Timing;
export function timing(options: TimingOptions): Timing;
export function timing(given: TimingPreset | TimingOptions, more: TimingOptions = {}): Timing {
  if (typeof given === "string") {
    checkChoice(given, Object.keys(PRESETS) as TimingPreset[], "timing");
    checkKeys(more, TIMING_KEYS, "timing");
    return timingOf({ ...PRESETS[given].options, ...more });
  }
  checkKeys(given, TIMING_KEYS, "timing");
  return timingOf(given);
}

function timingOf(options: TimingOptions): Timing {
  const { known = "close", fill = "close", delay = 1, hold = 1, cheat = false } = options;
  checkChoice(known, KNOWN, "timing: known");
  const [entry, exit] = [fieldOf(fill, "fill"), fieldOf(options.exit ?? fill, "exit")];
  for (const [name, count] of Object.entries({ delay, hold })) {
    if (Number.isInteger(count) && count >= 0) continue;
    throw new DataServiceError("bad-request", `timing: ${name} ${count} is not a whole number, 0 or more`, {
      field: name,
    });
  }
  if (hold === 0 && entry === exit) {
    throw new DataServiceError("bad-request", `timing: hold 0 from ${entry} to ${exit} has no return`, {
      field: "hold",
    });
  }
  const notes: string[] = [];
  const isEarly = delay === 0 && known === "close";
  if (isEarly && !cheat) {
    throw new DataServiceError(
      "bad-request",
      `timing: a signal known at the close of a session cannot be filled at the ${entry.slice(1)} of the same one; give delay 1, or cheat: true`,
      { field: "delay" },
    );
  }
  if (isEarly)
    notes.push(
      `filled at the ${entry.slice(1)} of the session whose close it is decided on: it looks ahead by one fill`,
    );
  if (hold === 0) notes.push("bought and sold in one session, which China's T+1 forbids");
  const last = delay + hold;
  return {
    known,
    entry: { session: delay, field: entry },
    exit: { session: last, field: exit },
    label: `${shifted(exit, last)}/${shifted(entry, delay)} - 1`,
    purge: last + 1,
    notes,
  };
}

function fieldOf(name: string, what: string): string {
  if (typeof name === "string" && /^\$?\w+$/.test(name)) return `$${bareName(name)}`;
  throw new DataServiceError(
    "bad-request",
    `timing: ${what} ${JSON.stringify(name)} is not a field such as "close"`,
    {
      field: what,
    },
  );
}

function shifted(field: string, sessions: number): string {
  return sessions === 0 ? field : `Ref(${field}, -${sessions})`;
}
