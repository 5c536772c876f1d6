import { readFileSync, writeFileSync } from "node:fs";
import { sha256 } from "../crypto.js";
import { DataServiceError } from "../errors.js";
import { accessing } from "../files/file-access.js";
import { replaceWhenWhole } from "../formats/write.js";
import { formatNs, type TimeInput } from "../time.js";
import type { FittedStep } from "./pipeline.js";

/** What a state file holds. */
export interface FittedState {
  readonly steps: readonly FittedStep[];
  readonly source: string;
  readonly contentHash: string;
}

const FORMAT = "aistock-fitted-state";
const VERSION = 1;

/**
 * The state as JSON text that any program reads: `{ format, version, source, contentHash, steps: [{ list, position, kind,
 * span, rowCount, sessionCount, columns: [[group, name]], vectors: { name: [numbers as text] } }], sha256 }`. Numbers are the
 * shortest decimals that give the float64 back, "NaN", "Infinity" and "-Infinity"; sha256 is that of the text of `steps`.
 */
export function stateText({ steps, source, contentHash }: FittedState): string {
  const plain = steps.map((step) => ({
    list: step.list,
    position: step.position,
    kind: step.kind,
    span: step.span.map(timeText),
    rowCount: step.rowCount,
    sessionCount: step.sessionCount,
    columns: step.columns,
    vectors: Object.fromEntries(
      Object.entries(step.vectors).map(([name, numbers]) => [name, Array.from(numbers, String)]),
    ),
  }));
  const body = JSON.stringify(plain);
  const head = { format: FORMAT, version: VERSION, source, contentHash, sha256: sha256(body) };
  return `${JSON.stringify(head).slice(0, -1)},"steps":${body}}\n`;
}

function timeText(time: TimeInput | null): string | null {
  if (time === null || typeof time === "string") return time;
  return formatNs(typeof time === "bigint" ? time : BigInt(time.getTime()) * 1_000_000n);
}

/** @throws DataServiceError write-failed */
export async function writeState(path: string, state: FittedState): Promise<void> {
  await replaceWhenWhole(path, async (temporary) => writeFileSync(temporary, stateText(state)));
}

/** @throws DataServiceError not-found, read-failed, corrupt (damaged, or not such a file) */
export function readState(path: string): FittedState {
  const text = accessing(path, () => readFileSync(path, "utf8"));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw damaged(path, "it is not JSON", error);
  }
  const state = parsed as Partial<Record<string, unknown>> | null;
  if (typeof state !== "object" || state === null || state.format !== FORMAT) {
    throw damaged(path, `it is no fitted state: its format is not "${FORMAT}"`);
  }
  if (state.version !== VERSION)
    throw damaged(path, `its version is ${String(state.version)}, and ${VERSION} is read`);
  if (!Array.isArray(state.steps) || sha256(JSON.stringify(state.steps)) !== state.sha256) {
    throw damaged(path, "its steps are not those that were written: their SHA-256 differs");
  }
  const steps = (state.steps as (Omit<FittedStep, "vectors"> & { vectors: Record<string, string[]> })[]).map(
    (step) => ({
      ...step,
      vectors: Object.fromEntries(
        Object.entries(step.vectors).map(([name, numbers]) => [name, Float64Array.from(numbers, Number)]),
      ),
    }),
  );
  return { steps, source: String(state.source), contentHash: String(state.contentHash) };
}

function damaged(path: string, problem: string, cause?: unknown): DataServiceError {
  const advice = "save the state again from the set that was fitted";
  return new DataServiceError("corrupt", `${path}: ${problem}; ${advice}`, { path }, cause);
}
