import { DataServiceError } from "../errors.js";
import type { PanelIndex } from "../keys/panel-index.js";
import type { Panel } from "../panel/panel.js";
import type { RowKey } from "../panel/panel-rows.js";
import { formatNs } from "../time.js";
import { rowsOfBlock } from "./export/rows-source.js";
import type { SegmentRows } from "./export/write-segment.js";
import type { Block, Cells } from "./frame/block.js";
import { Frame } from "./frame/frame.js";
import { keyOf } from "./frame/key-of.js";
import type { Segment } from "./segments/resolve-segments.js";
import { type Sessions, sessionsIn } from "./segments/span.js";
import type { Batch, BatchOptions } from "./sequences/batches.js";
import { type SequenceOptions, Sequences } from "./sequences/sequences.js";

/** The rows and columns before, for inference, or for learning: qlib's `DK_R`, `DK_I` and `DK_L`. */
export type ViewName = "raw" | "infer" | "learn";

/** Rows × columns, row-major. */
export interface Matrix {
  readonly values: Cells;
  readonly names: readonly string[];
}

/** A segment as models without a time axis take it. */
export interface DenseSegment {
  readonly rowCount: number;
  readonly features: Matrix;
  /** Absent where the set has none. */
  readonly labels: Matrix | undefined;
  /** Datetime and instrument of a row. */
  keyAt(row: number): RowKey;
}

/** What is used of TensorFlow.js. */
export interface TensorModule<Tensor> {
  tensor2d(values: Float32Array, shape: [rows: number, columns: number], dtype: "float32"): Tensor;
}

/** The rows of a segment in one view, in the order of (datetime, instrument). */
export class SegmentData {
  readonly segment: Segment;
  readonly view: ViewName;
  readonly #frame: Frame;
  readonly #sessions: Sessions;
  /** The view "infer", in whose sessions a window's reach back is counted. */
  readonly #infer: Frame;
  /** The sessions of the source. */
  readonly #market: BigInt64Array;

  /** @internal */
  constructor(segment: Segment, view: ViewName, frame: Frame, infer: Frame, market: BigInt64Array) {
    this.segment = segment;
    this.view = view;
    this.#frame = frame;
    this.#infer = infer;
    this.#market = market;
    this.#sessions = sessionsIn(frame.index, { startNs: segment.firstNs, endNs: segment.lastNs });
  }

  /** The key of the rows. */
  get index(): PanelIndex {
    return this.#frame.index.slice(this.#sessions.first, this.#sessions.last);
  }

  /** How many rows there are. */
  get rowCount(): number {
    const { first, last } = this.#sessions;
    return this.#frame.index.startOf(last) - this.#frame.index.startOf(first);
  }

  /** Features and labels as matrices. They share the set's memory where the view has all rows; do not write to them. */
  toDense(): DenseSegment {
    this.#refuseEmpty();
    const { index } = this;
    const features = this.#matrix("feature");
    if (!features)
      throw new DataServiceError("bad-request", `toDense: the view "${this.view}" has no features`);
    return {
      rowCount: this.rowCount,
      features,
      labels: this.#matrix("label"),
      keyAt: (row) => keyOf(index, row),
    };
  }

  /**
   * Features and labels as tensors of TensorFlow.js, `[rows, columns]`, float32, with memory of their own.
   * @param tf the module, such as `import * as tf from "@tensorflow/tfjs-node"`
   */
  toTensors<Tensor>(tf: TensorModule<Tensor>): {
    readonly features: Tensor;
    readonly labels: Tensor | undefined;
  } {
    const { rowCount, features, labels } = this.toDense();
    // As a copy: native backends do not take memory that threads share.
    const made = ({ values, names }: Matrix) =>
      tf.tensor2d(new Float32Array(values), [rowCount, names.length], "float32");
    return { features: made(features), labels: labels && made(labels) };
  }

  /** All columns as a Panel, as a copy. */
  toPanel(): Panel {
    const { first, last } = this.#sessions;
    const { index } = this.#frame;
    const rows = new Uint32Array(this.rowCount).map((_, i) => index.startOf(first) + i);
    const part = new Map(
      [...this.#frame.blocks].map(([group, block]) => [group, block.share().keepRows(rows)]),
    );
    return new Frame(index.slice(first, last), part).toPanel(`segment "${this.segment.name}" (${this.view})`);
  }

  /**
   * Windows of the last `length` sessions of each row, as qlib's TSDataSampler: they reach back over the segment's start.
   * @throws DataServiceError bad-request
   */
  sequences(options: SequenceOptions): Sequences {
    this.#refuseEmpty();
    const { firstNs, lastNs } = this.segment;
    const span = { startNs: firstNs, endNs: lastNs };
    return Sequences.of(this.#frame, this.#infer, span, options, this.#market);
  }

  /**
   * Batches of rows, for models without a time axis: `windows` is `[samples, 1, features]`.
   * @throws DataServiceError bad-request, thread-failed
   */
  batches(options: BatchOptions): AsyncGenerator<Batch, void, undefined> {
    return this.sequences({ length: 1 }).batches(options);
  }

  /** The segment's rows as they are written, with those that windows reach back to. @internal */
  exported(sequences: SequenceOptions | undefined): SegmentRows {
    this.#refuseEmpty();
    const { index } = this.#frame;
    const own = sequences && this.sequences(sequences);
    const windows = own?.rowsOfWindows();
    const [first, last] = [windows?.firstSession ?? this.#sessions.first, this.#sessions.last];
    const [from, to] = [index.startOf(first), index.startOf(last)];
    const groups = [...this.#frame.blocks].map(
      ([group, block]) => [group || "all", rowsOfBlock(block, from, to)] as const,
    );
    return {
      name: this.segment.name,
      index: index.slice(first, last),
      groups: new Map(groups),
      windows: windows && { rows: windows.rows, length: windows.length },
      notes: own?.notes ?? [],
    };
  }

  #matrix(group: string): Matrix | undefined {
    const block = this.#frame.blocks.get(group);
    if (!block) return undefined;
    const { first, last } = this.#sessions;
    const { index } = this.#frame;
    return { values: rowsOf(block, index.startOf(first), index.startOf(last)), names: block.names };
  }

  #refuseEmpty(): void {
    if (this.rowCount > 0) return;
    const { name, firstNs, lastNs } = this.segment;
    const problem = `segment "${name}" has no row in the view "${this.view}" between ${formatNs(firstNs)} and ${formatNs(lastNs)}; the view has ${this.#frame.index.spanText()}`;
    throw new DataServiceError("bad-request", problem, { field: name, count: 0 });
  }
}

/** The rows [first, last) of a block, row-major: shared where they lie together. */
function rowsOf(block: Block, first: number, last: number): Cells {
  const { cells, rows } = block.stored();
  const { width } = block;
  if (!rows) return cells.subarray(first * width, last * width);
  const count = last - first;
  if (rows[last - 1] === rows[first]! + count - 1) {
    return cells.subarray(rows[first]! * width, (rows[first]! + count) * width);
  }
  const out = block.type === "float32" ? new Float32Array(count * width) : new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    const from = rows[first + i]! * width;
    out.set(cells.subarray(from, from + width), i * width);
  }
  return out;
}
