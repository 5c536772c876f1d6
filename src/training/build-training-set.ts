import type { Column } from "../columns/column.js";
import { DataServiceError } from "../errors.js";
import { listNames } from "../names/field.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { Panel } from "../panel/panel.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { checkTrainingBudget, explainPlan, type TrainingExplanation } from "./explain-training.js";
import { readState } from "./fitted-state.js";
import { type GroupParts, partsOf } from "./frame/columns-input.js";
import { columnsOfPanel, panelColumns, type RawColumns } from "./frame/load-frame.js";
import { makeTrainingSet, type TrainingPlan } from "./make-training-set.js";
import { featuresAhead, lookAheadOf } from "./segments/look-ahead.js";
import type { Gaps } from "./segments/resolve-segments.js";
import { parseSpan } from "./segments/span.js";
import type { TrainingRequest, TrainingSource } from "./training-request.js";
import type { TrainingSet } from "./training-set.js";

const KEYS: RequestKeys<TrainingRequest> = {
  features: true,
  labels: true,
  groups: true,
  universe: true,
  start: true,
  end: true,
  segments: true,
  purge: true,
  embargo: true,
  processors: true,
  state: true,
  allow: true,
  type: true,
  keepRaw: true,
  memoryBudget: true,
  onProgress: true,
  signal: true,
};

/**
 * A training set: features and labels over dated segments, processed once as qlib's DataHandlerLP does, without what qlib
 * lets leak. Processors without a `fit` are fitted on the segment "train".
 * @throws DataServiceError bad-request (segments without a session, a fit outside of train, labels in inference, features
 *   that look ahead, labels without a number), unknown-field, unknown-instrument, bad-expression, over-budget, cancelled,
 *   corrupt (a state)
 */
export async function trainingSet(source: TrainingSource, request: TrainingRequest): Promise<TrainingSet> {
  const plan = await planTraining(source, request);
  checkTrainingBudget(plan, request.memoryBudget);
  return makeTrainingSet(plan);
}

/**
 * What a training set will take, before a cell is read: rows, columns, memory and, roughly, time.
 * @throws what `trainingSet` throws before it reads
 */
export async function explainTraining(
  source: TrainingSource,
  request: TrainingRequest,
): Promise<TrainingExplanation> {
  return explainPlan(await planTraining(source, request));
}

/** Everything of a training set before a cell is read. @throws what `trainingSet` throws before it reads */
export async function planTraining(source: TrainingSource, request: TrainingRequest): Promise<TrainingPlan> {
  checkKeys(request, KEYS, "trainingSet");
  const { features, labels, groups = {}, purge = "auto", embargo = "auto" } = request;
  const parts = new Map<string, GroupParts>([["feature", await partsOf("features", features)]]);
  if (labels !== undefined) parts.set("label", await partsOf("labels", labels));
  for (const [group, input] of Object.entries(groups))
    parts.set(group, await partsOf(`groups.${group}`, input));
  const isPanel = source instanceof Panel;
  const isField = (text: string) => (isPanel ? source.hasField(text) : !/[()+\-*/<>=&|]/.test(text));
  const ahead = featuresAhead(parts.get("feature")!, isField);
  if (ahead.length > 0) {
    const problem = `features: ${listNames(ahead)} looks ahead of its row; a model would train on what it cannot know: give it as a label`;
    throw new DataServiceError("bad-request", problem, { field: ahead[0]! });
  }
  const lookAhead = lookAheadOf(parts.get("label") ?? { texts: {}, panels: [], names: [] }, isField);
  if (purge === "auto" && lookAhead.unknown.length > 0) {
    const problem = `purge: how far ${listNames(lookAhead.unknown)} looks ahead cannot be told, as it is stored; give purge as a number of sessions, or "none"`;
    throw new DataServiceError("bad-request", problem, { field: "purge" });
  }
  const gaps: Gaps = {
    purge: sessionsOf("purge", purge, lookAhead.sessions),
    embargo: sessionsOf("embargo", embargo, 0),
  };
  const { start, end } = rangeOf(request);
  const ranged = { ...request, start, end };
  const loaded = isPanel ? await ofPanel(source, parts, ranged) : await ofSnapshot(source, parts, ranged);
  return {
    ...request,
    ...loaded,
    gaps,
    lookAhead: lookAhead.unknown.length > 0 ? undefined : lookAhead.sessions,
    processors: request.processors ?? {},
    allow: request.allow ?? [],
    fitted: request.state === undefined ? undefined : readState(request.state).steps,
  };
}

function sessionsOf(option: string, value: "auto" | "none" | number, auto: number): number {
  if (value === "auto") return auto;
  if (value === "none") return 0;
  if (Number.isInteger(value) && value >= 0) return value;
  const problem = `${option}: ${JSON.stringify(value)} is not known; give "auto", "none" or a number of sessions`;
  throw new DataServiceError("bad-request", problem, { field: option });
}

/** From the first segment's start to the last one's end, where the request does not say. */
function rangeOf({ start, end, segments }: TrainingRequest): Pick<TrainingRequest, "start" | "end"> {
  const spans = Object.entries(segments ?? {}).map(([name, span]) => parseSpan(span, `segments.${name}`));
  const earliest = spans.reduce<bigint | undefined>(
    (least, { startNs }, i) =>
      startNs === undefined || (i > 0 && least === undefined)
        ? undefined
        : least === undefined || startNs < least
          ? startNs
          : least,
    undefined,
  );
  const latest = spans.reduce<bigint | undefined>(
    (most, { endNs }, i) =>
      endNs === undefined || (i > 0 && most === undefined)
        ? undefined
        : most === undefined || endNs > most
          ? endNs
          : most,
    undefined,
  );
  return { start: start ?? earliest, end: end ?? latest };
}

type Loaded = Pick<TrainingPlan, "source" | "columns" | "calendar">;

async function ofPanel(
  source: Panel,
  parts: ReadonlyMap<string, GroupParts>,
  { universe, start, end }: TrainingRequest,
): Promise<Loaded> {
  const members = typeof universe === "string" ? [universe] : universe;
  const columns = columnsOfPanel(source, parts, { universe: members, start, end });
  return { source: source.label, columns, calendar: source.index.datetimes };
}

/** Fields read of a snapshot at a time: of an expression's columns only so many are in memory beside the matrix. */
const FIELDS_AT_ONCE = 24;

async function ofSnapshot(
  source: Snapshot,
  parts: ReadonlyMap<string, GroupParts>,
  { universe, start, end }: TrainingRequest,
): Promise<Loaded> {
  const asked = [...parts].flatMap(([group, { texts }]) =>
    Object.entries(texts).map(([name, text]) => ({ group, name, text })),
  );
  if (asked.length === 0) {
    const problem =
      "features: none is of the snapshot itself, whose rows the set has; name at least one of its fields";
    throw new DataServiceError("bad-request", problem, { field: "features" });
  }
  const members = typeof universe === "object" && "spans" in universe ? universe.name : universe;
  const read = new Map<string, Column>();
  const notes: string[] = [];
  let first: Panel | undefined;
  for (let i = 0; i < asked.length; i += FIELDS_AT_ONCE) {
    const some = asked.slice(i, i + FIELDS_AT_ONCE);
    const fields = Object.fromEntries(some.map(({ group, name, text }) => [`${group}\u0000${name}`, text]));
    const labels = some
      .filter(({ group }) => group === "label")
      .map(({ group, name }) => `${group}\u0000${name}`);
    const window = await source.getHistoryWindow(members, { start, end, fields, labels });
    first ??= window;
    notes.push(...window.notes.map((note) => note.replaceAll("\u0000", "/")));
    for (const name of Object.keys(fields)) read.set(name, window.column(name));
  }
  const { index } = first!;
  const groups = [...parts].map(([group, own]) => {
    const joined = panelColumns(own, index, notes);
    const columns = own.names.map(
      (name) => [name, read.get(`${group}\u0000${name}`) ?? joined.get(name)!] as const,
    );
    return [group, new Map(columns)] as const;
  });
  const base = source.panels().find(({ isBase, freq }) => isBase && freq === "1d");
  const calendar = base ? (await source.panel(base.name)).index.datetimes : index.datetimes;
  const columns: RawColumns = { index, groups: new Map(groups), notes: [...new Set(notes)] };
  return { source: source.dir, columns, calendar };
}
