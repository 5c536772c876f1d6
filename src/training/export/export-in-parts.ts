import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { sha256 } from "../../crypto.js";
import { DataServiceError } from "../../errors.js";
import { planTraining } from "../build-training-set.js";
import type { FittedState } from "../fitted-state.js";
import { type GroupParts, partsOf } from "../frame/columns-input.js";
import { frameHash } from "../frame/frame-hash.js";
import { makeTrainingSet } from "../make-training-set.js";
import type { FittedStep, ProcessorLists } from "../pipeline.js";
import type { Processor } from "../processors/processor.js";
import type { ColumnsInput, TrainingRequest, TrainingSource } from "../training-request.js";
import type { TrainingSet } from "../training-set.js";
import { type ExportedRows, type ExportManifest, type ExportOptions, exportSegments } from "./export-set.js";
import type { RowsSource } from "./rows-source.js";
import { SpilledRows } from "./spilled-rows.js";

export interface ExportInPartsOptions extends ExportOptions {
  /** Bytes that the matrix of some features and the labels may take at a time. */
  readonly memory: number;
}

/** Kinds that look at several features at once, and so at more than a part of them. */
const LOOK_ACROSS: ReadonlySet<Processor["kind"]> = new Set([
  "DropnaProcessor",
  "FilterCol",
  "Neutralise",
  "OneHot",
]);

/**
 * Writes what `trainingSet(source, request)` and its `export` would, without ever holding the whole matrix: features are
 * loaded, processed and put aside some columns at a time, as no processor but those refused here sees two at once; then
 * rows are put together from these parts. On disk it takes twice the matrix while it runs. The state's `contentHash` is that of
 * the parts' hashes.
 * @throws DataServiceError unsupported (a processor that looks at several features), and what `trainingSet` and `export` throw
 */
export async function exportInParts(
  source: TrainingSource,
  request: TrainingRequest,
  dir: string,
  { memory, ...options }: ExportInPartsOptions,
): Promise<ExportManifest> {
  refuseLookingAcross(request.processors ?? {});
  const features = await partsOf("features", request.features);
  const parent = dirname(resolve(dir));
  mkdirSync(parent, { recursive: true });
  const aside = mkdtempSync(join(parent, ".training-parts-"));
  const segments = new Map<string, { readonly own: ExportedRows; readonly spilled: SpilledRows }>();
  const [fitted, notes, hashes]: [FittedStep[], Set<string>, string[]] = [[], new Set(), []];
  try {
    const widths = await partWidth(source, request, features, memory);
    for (let first = 0; first < features.names.length; first += widths) {
      const names = features.names.slice(first, first + widths);
      const part = {
        ...request,
        features: inputOf(features, names),
        memoryBudget: undefined,
        keepRaw: false,
      };
      const set = await makeTrainingSet(await planTraining(source, part));
      putAside(set, aside, options, segments);
      addFitted(fitted, set.fitted);
      for (const note of set.notes) notes.add(note);
      hashes.push(frameHash(set.frame("learn")));
    }
    const rows = [...segments.values()].map(({ own }) => own);
    const label = typeof source === "object" && "label" in source ? source.label : source.dir;
    const state: FittedState = { source: label, steps: fitted, contentHash: sha256(hashes.join(" ")) };
    return await exportSegments(dir, rows, state, [...notes], options);
  } finally {
    for (const { spilled } of segments.values()) spilled.close();
    rmSync(aside, { recursive: true, force: true });
  }
}

function refuseLookingAcross({ shared = [], infer = [], learn = [] }: ProcessorLists): void {
  const found = [...shared, ...infer, ...learn].find(
    (processor) =>
      LOOK_ACROSS.has(processor?.kind) && !("fields" in processor && processor.fields === "label"),
  );
  if (!found) return;
  const problem = `exportInParts: ${found.kind} looks at several features at once, of which only a part is in memory; leave it out, or export the whole set`;
  throw new DataServiceError("unsupported", problem, { field: found.kind });
}

/** How many features a part has, so that its matrix and that of all other groups stay within `memory`. */
async function partWidth(
  source: TrainingSource,
  request: TrainingRequest,
  features: GroupParts,
  memory: number,
): Promise<number> {
  const one = inputOf(features, features.names.slice(0, 1));
  const { columns, type } = await planTraining(source, { ...request, features: one });
  const others = [...columns.groups.values()].reduce((sum, own) => sum + own.size, 0) - 1;
  const column = columns.index.rowCount * (type === "float64" ? 8 : 4);
  const width = Math.floor(memory / column) - others;
  if (width >= 1) return width;
  const problem = `exportInParts: memory of ${memory} bytes holds no column of ${columns.index.rowCount} rows beside ${others} of other groups; give ${column * (others + 1)} at least`;
  throw new DataServiceError("over-budget", problem, { count: column * (others + 1) });
}

/** Some of a group's columns, in their order. */
function inputOf({ texts, panels }: GroupParts, names: readonly string[]): readonly ColumnsInput[] {
  return names.map((name) => {
    const text = texts[name];
    if (text !== undefined) return { [name]: text };
    return panels.findLast((panel) => panel.columnNames.includes(name))!.select([name]);
  });
}

/** Writes the features of a part's segments into files; everything else is kept of the first part. */
function putAside(
  set: TrainingSet,
  aside: string,
  { segments: asked, sequences }: ExportOptions,
  segments: Map<string, { readonly own: ExportedRows; readonly spilled: SpilledRows }>,
): void {
  for (const name of asked ?? set.segments.keys()) {
    const data = set.segment(name);
    const { segment, view } = data;
    const rows = data.exported(sequences);
    const features = rows.groups.get("feature");
    if (!features) continue; // DropCol left none of this part
    let kept = segments.get(name);
    if (!kept) {
      const others = [...rows.groups]
        .filter(([group]) => group !== "feature")
        .map(([group, own]) => [group, copyOf(own)] as const);
      const spilled = new SpilledRows(join(aside, name), features);
      // In the order of the groups, "feature" first.
      const groups = new Map([["feature", spilled as RowsSource], ...others]);
      kept = { own: { segment, view, rows: { ...rows, groups } }, spilled };
      segments.set(name, kept);
    }
    kept.spilled.add(features);
  }
}

/** Rows that do not keep the set's matrices in memory. */
function copyOf(source: RowsSource): RowsSource {
  const { names, type, rowCount } = source;
  const cells = source.rows(0, rowCount).slice();
  return {
    names,
    type,
    rowCount,
    rows: (first, last) => cells.subarray(first * names.length, last * names.length),
  };
}

/** Puts the columns that a part's fits are of behind those of the parts before; labels are fitted in each alike. */
function addFitted(all: FittedStep[], part: readonly FittedStep[]): void {
  for (const step of part) {
    const at = all.findIndex(({ list, position }) => list === step.list && position === step.position);
    if (at < 0) all.push(step);
    else all[at] = joined(all[at]!, step);
  }
}

function joined(before: FittedStep, step: FittedStep): FittedStep {
  const known = new Set(before.columns.map((key) => key.join("\u0000")));
  const added = [...step.columns.keys()].filter((c) => !known.has(step.columns[c]!.join("\u0000")));
  const vectors = Object.entries(step.vectors).map(([name, numbers]) => {
    const each = numbers.length / step.columns.length;
    const more = added.flatMap((c) => [...numbers.subarray(c * each, (c + 1) * each)]);
    return [name, Float64Array.from([...before.vectors[name]!, ...more])] as const;
  });
  const columns = [...before.columns, ...added.map((c) => step.columns[c]!)];
  return { ...before, columns, vectors: Object.fromEntries(vectors) };
}
