import type { Panel } from "../panel/panel.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import type { TimeInput } from "../time.js";
import type { InstrumentList } from "../universe/instrument-list.js";
import type { CellsType } from "./frame/block.js";
import type { ProcessorLists } from "./pipeline.js";
import type { Span } from "./processors/processor.js";

/**
 * Columns of a training set: names of fields and expressions (`["close", "Mean($close, 5)"]`), expressions by name
 * (`alpha158()`), a file by its path (`"combined_factors_df.parquet"`), or a Panel. Files and panels are put beside the
 * source's rows, by either spelling of the instruments.
 */
export type ColumnsInput = string | Panel | Readonly<Record<string, string>> | readonly string[];

/** What a training set's rows and fields come from. */
export type TrainingSource = Panel | Snapshot;

/** What is refused unless it is named here, since it lets a model see what it will not have. */
export type Allowance =
  /** A processor is fitted on sessions outside the segment "train". */
  | "fit-outside-train"
  /** A processor of the lists `shared` or `infer` changes, or drops rows by, labels. */
  | "labels-in-infer"
  /** A feature has numbers in some segments and none in another. */
  | "missing-features"
  /** Every cross-section has one instrument, whose rank or deviation says nothing. */
  | "single-instrument";

/** What a training set is made of. */
export interface TrainingRequest {
  /** The group "feature", in this order. */
  readonly features: ColumnsInput | readonly ColumnsInput[];
  /** The group "label"; it may look ahead, and nothing else should. */
  readonly labels?: ColumnsInput | readonly ColumnsInput[] | undefined;
  /** Further groups, such as industries to neutralise by, weights or filters. */
  readonly groups?: Readonly<Record<string, ColumnsInput | readonly ColumnsInput[]>> | undefined;
  /**
   * Codes, the name of a snapshot's instrument list, or a list with dated spans, whose members are checked row by row.
   * Expressions see the rows outside the spans as well.
   */
  readonly universe?: string | readonly string[] | InstrumentList | undefined;
  /** The first and last session of all rows, both inclusive; those of the segments, and what sequences need, when omitted. */
  readonly start?: TimeInput | undefined;
  readonly end?: TimeInput | undefined;
  /** Dated parts, which may overlap; null is open. One called "train" is what processors are fitted on. */
  readonly segments: Readonly<Record<string, Span>>;
  /**
   * How many sessions before the next segment a segment ends: `auto` (the default), as many as its labels look ahead, so that
   * none of them knows a price of the next; `none`, as in qlib; or a number.
   */
  readonly purge?: "auto" | "none" | number | undefined;
  /** How many sessions after a segment that training rows follow are left out besides; `auto` (the default) and `none` are 0. */
  readonly embargo?: "auto" | "none" | number | undefined;
  readonly processors?: ProcessorLists | undefined;
  /** The state that `saveState` wrote, to apply in place of fitting. */
  readonly state?: string | undefined;
  readonly allow?: readonly Allowance[] | undefined;
  /** The type of cells; float32 when omitted. */
  readonly type?: CellsType | undefined;
  /** Whether to keep the view "raw" in memory; it takes as much again. */
  readonly keepRaw?: boolean | undefined;
  /** Bytes of memory it may take at its peak, as `explainTraining` estimates it; more is an error. */
  readonly memoryBudget?: number | undefined;
  /** Called with how far it is, now and then. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far a training set is made. */
export interface TrainingProgress {
  readonly stage: "load" | "process" | "export";
  readonly done: number;
  readonly total: number;
  /** The processor, where it is one. */
  readonly what?: string;
}
