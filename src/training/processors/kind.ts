import type { Frame } from "../frame/frame.js";
import type { FittedVectors, RowRange } from "./fitted.js";
import type { ProcessorName, ProcessorOf } from "./processor.js";

/** What a processor did to a frame, for the account. */
export interface Tally {
  rowsDropped: number;
  /** Columns that it left out or added. */
  columnsDropped: string[];
  columnsAdded: string[];
  /** Cells that were missing and no longer are. */
  filled: number;
  /** Cells that were cut to a limit. */
  clipped: number;
  /** Sentences about what a user would want to know, such as constant columns. */
  readonly remarks: string[];
}

export function newTally(): Tally {
  return { rowsDropped: 0, columnsDropped: [], columnsAdded: [], filled: 0, clipped: 0, remarks: [] };
}

/** How one kind of processor works. */
export interface Kind<Name extends ProcessorName> {
  /** Whether it looks at more than one session at a time, and so is fitted on a span first. */
  readonly fit?: (frame: Frame, processor: ProcessorOf<Name>, rows: RowRange) => FittedVectors;
  /** Whether a given processor of the kind is fitted, where not all are. */
  readonly isFitted?: (processor: ProcessorOf<Name>) => boolean;
  /** Whether it may only be used for learning: qlib's `is_for_infer`. */
  readonly learnOnly?: true;
  /** Whether it leaves out rows for what is in their cells. */
  readonly dropsRows?: true;
  /** Changes the frame in place. `fitted` is what `fit` gave, now or on an earlier day. */
  readonly apply: (
    frame: Frame,
    processor: ProcessorOf<Name>,
    tally: Tally,
    fitted: FittedVectors | undefined,
  ) => void;
}

export type Kinds = { readonly [Name in ProcessorName]: Kind<Name> };
