import { DataServiceError } from "../errors.js";
import { checkChoice } from "../names/choice.js";
import type { Panel } from "../panel/panel.js";
import { accountOf, type TrainingAccount } from "./account.js";
import { type ExportManifest, type ExportOptions, exportSegments } from "./export/export-set.js";
import { type FittedState, writeState } from "./fitted-state.js";
import type { Frame } from "./frame/frame.js";
import { frameHash } from "./frame/frame-hash.js";
import type { FittedStep, ProcessorLists, StepAccount, Views } from "./pipeline.js";
import { SegmentData, type ViewName } from "./segment-data.js";
import { findSegment, type Segment } from "./segments/resolve-segments.js";

const VIEW_NAMES: readonly ViewName[] = ["raw", "infer", "learn"];

/** What a training set is made of. */
export interface TrainingParts {
  /** How print-outs and errors call its source. */
  readonly source: string;
  readonly views: Views;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly processors: ProcessorLists;
  /** Sessions of the source, epoch nanoseconds. */
  readonly calendar: BigInt64Array;
  /** How many sessions labels look ahead; undefined where it cannot be told. */
  readonly lookAhead: number | undefined;
  readonly notes: readonly string[];
}

/** Rows that models train on: segments, processed once, as matrices, sequences, batches and files. */
export class TrainingSet {
  readonly #parts: TrainingParts;

  /** @internal */
  constructor(parts: TrainingParts) {
    this.#parts = parts;
  }

  /** What the set was made of. */
  get source(): string {
    return this.#parts.source;
  }

  /** The columns of the group "feature", after the processors of `infer`. */
  get featureNames(): readonly string[] {
    return this.#parts.views.infer.blocks.get("feature")?.names ?? [];
  }

  /** The names of the labels, in order. */
  get labelNames(): readonly string[] {
    return this.#parts.views.learn.blocks.get("label")?.names ?? [];
  }

  /** The segments, by name. */
  get segments(): ReadonlyMap<string, Segment> {
    return this.#parts.segments;
  }

  /** What the caller should know: what was left out, filled, purged, and what could leak. */
  get notes(): readonly string[] {
    return this.#parts.notes;
  }

  /** The processors, as they were fitted. */
  get processors(): ProcessorLists {
    return this.#parts.processors;
  }

  /** How many sessions the labels look ahead. */
  get lookAhead(): number | undefined {
    return this.#parts.lookAhead;
  }

  /** What each step did, in the order they ran. */
  get steps(): readonly StepAccount[] {
    return this.#parts.views.steps;
  }

  /** What the processors were fitted on, and what that gave. */
  get fitted(): readonly FittedStep[] {
    return this.#parts.views.fitted;
  }

  /** All rows of a view as a Panel, as a copy; its groups are in `panel.info.groups`. @throws DataServiceError bad-request */
  view(name: ViewName): Panel {
    return this.frame(name).toPanel(`${this.source} (${name})`);
  }

  /**
   * A segment's rows. `view` is "learn" when omitted, except for other segments than "train" and "valid", which models
   * predict: "infer" (as qlib's models do).
   * @throws DataServiceError bad-request
   */
  segment(name: string, options: { readonly view?: ViewName | undefined } = {}): SegmentData {
    const segment = findSegment(this.segments, name);
    const view = options.view ?? (name === "train" || name === "valid" ? "learn" : "infer");
    return new SegmentData(segment, view, this.frame(view), this.frame("infer"), this.#parts.calendar);
  }

  /**
   * Writes what the processors were fitted on and what that gave, to apply it to later sessions (`state`): JSON that can be
   * read without this library. @throws DataServiceError write-failed
   */
  async saveState(path: string): Promise<void> {
    await writeState(path, this.#state());
  }

  /**
   * What became of the rows: by segment, by processor, and what features and labels are like; reads everything once.
   */
  account(): TrainingAccount {
    const segments = [...this.segments.values()].map((segment) => {
      const { view } = this.segment(segment.name);
      return { segment, view, frame: this.frame(view) };
    });
    return accountOf(segments, this.steps, this.notes);
  }

  /**
   * Writes segments, the fitted state and a manifest with hashes into a folder: `numpy.load(…, mmap_mode="r")`, torch
   * (safetensors), polars and pandas open them without this library.
   * @throws DataServiceError bad-request, write-failed
   */
  async export(dir: string, options: ExportOptions): Promise<ExportManifest> {
    const names = options.segments ?? [...this.segments.keys()];
    const rows = names.map((name) => {
      const data = this.segment(name);
      return { segment: data.segment, view: data.view, rows: data.exported(options.sequences) };
    });
    return exportSegments(dir, rows, this.#state(), this.notes, options);
  }

  #state(): FittedState {
    const { source, views } = this.#parts;
    return { source, steps: views.fitted, contentHash: frameHash(this.frame("learn")) };
  }

  /** @internal */
  frame(name: ViewName): Frame {
    checkChoice(name, VIEW_NAMES, "view");
    const { raw, infer, learn } = this.#parts.views;
    if (name === "infer") return infer;
    if (name === "learn") return learn;
    if (raw) return raw;
    throw rawGone();
  }
}

function rawGone(): DataServiceError {
  const problem =
    'the view "raw" was not kept; ask for it with keepRaw: true, which takes as much memory again';
  return new DataServiceError("bad-request", problem, { field: "raw" });
}
