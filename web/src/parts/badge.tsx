import { useWords } from "../app-state.ts";
import type { Word } from "../words.ts";
import { Figure } from "./figures.tsx";

type Tone = "good" | "warn" | "bad" | "plain";

/** What states are called and how they look: a sign beside the colour tells those who cannot see it. */
const STATES: Readonly<Record<string, readonly [Tone, Word]>> = {
  ok: ["good", "checkOk"],
  warning: ["warn", "checkWarning"],
  error: ["bad", "checkError"],
  current: ["good", "versionCurrent"],
  stale: ["warn", "versionStale"],
  ahead: ["warn", "versionAhead"],
  missing: ["bad", "versionMissing"],
  stub: ["bad", "versionStub"],
  unversioned: ["plain", "versionUnversioned"],
  "look-ahead": ["bad", "lookAheadFound"],
  "proven for the cuts tried": ["good", "lookAheadNone"],
  undetermined: ["plain", "lookAheadUnknown"],
  success: ["good", "statusSuccess"],
  done: ["good", "statusDone"],
  failed: ["bad", "statusFailed"],
  partial: ["warn", "statusPartial"],
  interrupted: ["warn", "statusInterrupted"],
  running: ["plain", "statusRunning"],
  pending: ["plain", "statusPending"],
  present: ["good", "statusPresent"],
  accepted: ["good", "accepted"],
  rejected: ["bad", "rejected"],
};
const SIGNS: Readonly<Record<Tone, string>> = { good: "✓", warn: "!", bad: "✗", plain: "·" };

/** A state as a small label; one that is not known stands as it came. */
export function Badge({ state }: { state: unknown }) {
  const word = useWords();
  if (typeof state !== "string" || state === "") return null;
  const [tone, name] = Object.hasOwn(STATES, state) ? STATES[state]! : (["plain", undefined] as const);
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]}</span> {name === undefined ? state : word(name)}
    </span>
  );
}

/** The same in a table: an absent state is shown as absent. */
export function StateCell({ state }: { state: unknown }) {
  return state === null || state === undefined || state === "" ? (
    <Figure value={undefined} />
  ) : (
    <Badge state={state} />
  );
}

/** Whether a loop was taken over. */
export const decisionState = (value: unknown): string =>
  value === 1 ? "accepted" : value === 0 ? "rejected" : "";
