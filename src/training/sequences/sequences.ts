import { DataServiceError } from "../../errors.js";
import type { PanelIndex } from "../../keys/panel-index.js";
import { checkChoice } from "../../names/choice.js";
import { listNames } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import type { RowKey } from "../../panel/panel-rows.js";
import { dateOfNs, formatNs, parseTimeNs, type TimeInput } from "../../time.js";
import { type Block, type Cells, type CellsType, newCells } from "../frame/block.js";
import type { Frame } from "../frame/frame.js";
import { type SpanNs, sessionsIn } from "../segments/span.js";
import { type Batch, type BatchOptions, type BatchSource, gatherBatches } from "./batches.js";
import { type GatherSource, gatherWindows, layByInstrument, placesByInstrument } from "./gather.js";
import { type SampleOrder, sampleRows, samplesIn } from "./sample-rows.js";
import { SEQUENCE_FILLS, type SequenceFill, WindowGrid } from "./window-grid.js";
import { windowNotes } from "./window-notes.js";

/** How the windows of a segment are made. */
export interface SequenceOptions {
  /** Sessions of a window, that of the sample included: qlib's `step_len`. */
  readonly length: number;
  /** What becomes of steps without a row; "none" when omitted. A NaN inside a row stays in any case. */
  readonly fill?: SequenceFill | undefined;
  /** Samples by datetime (the default), or instrument by instrument as in qlib. */
  readonly order?: SampleOrder | undefined;
  /** The groups whose columns stand side by side in a step; "feature" alone when omitted. */
  readonly groups?: readonly string[] | undefined;
  /** A group of one column: only rows where it is neither 0 nor NaN are samples; all rows are history (qlib's `flt_col`). */
  readonly filter?: string | undefined;
  /**
   * Lays the matrix out by instrument, so that a window is one run: as much memory again, and batches of many features come
   * several times as fast.
   */
  readonly contiguous?: boolean | undefined;
  /**
   * Whose rows the steps before a sample are: the view's own (`view`, the default, as in qlib), or those of the view "infer",
   * which has also the rows that were left out for what their labels were.
   */
  readonly history?: "view" | "infer" | undefined;
  /** The type of windows; float64 where a group has it, when omitted. */
  readonly type?: CellsType | undefined;
}

const KEYS: RequestKeys<SequenceOptions> = {
  length: true,
  fill: true,
  order: true,
  groups: true,
  filter: true,
  contiguous: true,
  history: true,
  type: true,
};
const ORDERS: readonly SampleOrder[] = ["date", "instrument"];
const HISTORIES = ["view", "infer"] as const;
const TYPES: readonly CellsType[] = ["float32", "float64"];

/** What `Sequences` are made of. */
interface Parts {
  readonly index: PanelIndex;
  readonly firstSession: number;
  /** The row of the view of each instrument and session. */
  readonly grid: Int32Array;
  readonly source: GatherSource;
  readonly names: readonly string[];
  readonly type: CellsType;
  /** Rows of the view, one a sample. */
  readonly rows: Uint32Array;
  readonly labels: Block | undefined;
  /** The first row of the segment, and how many it has. */
  readonly firstRow: number;
  readonly rowCount: number;
  readonly notes: readonly string[];
}

/**
 * The windows of a segment's rows (qlib's TSDataSampler). A window's steps are the sessions at which any instrument of the
 * view has a row. The matrix is stored once; a window is gathered when it is asked for.
 */
export class Sequences {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * @param infer the rows as they are known at the time, in whose sessions the reach back is counted
   * @param market the source's sessions, to tell of those that windows pass over
   * @internal
   */
  static of(
    frame: Frame,
    infer: Frame,
    span: SpanNs,
    options: SequenceOptions,
    market = infer.index.datetimes,
  ): Sequences {
    checkKeys(options, KEYS, "sequences");
    const { length, fill = "none", order = "date", groups = ["feature"], filter } = options;
    checkChoice(fill, SEQUENCE_FILLS, "sequences: fill");
    checkChoice(order, ORDERS, "sequences: order");
    const { history = "view" } = options;
    checkChoice(history, HISTORIES, "sequences: history");
    const past = history === "infer" ? infer : frame;
    const { index } = past;
    if (!(Number.isInteger(length) && length > 0 && length <= index.sessionCount)) {
      const problem = `sequences: length ${String(length)} is not a number of sessions from 1 to ${index.sessionCount}, which the view has`;
      throw new DataServiceError("bad-request", problem, { count: index.sessionCount });
    }
    const blocks = past.groupsOf(groups, "sequences: groups").map((group) => past.blocks.get(group)!);
    const type = options.type ?? (blocks.some((block) => block.type === "float64") ? "float64" : "float32");
    checkChoice(type, TYPES, "sequences: type");
    const own = sessionsIn(infer.index, span);
    // One session more than a window needs, as TSDatasetH cuts its input.
    const startNs = infer.index.datetimes[Math.max(0, own.first - length)];
    const input = sessionsIn(index, { startNs, endNs: span.endNs });
    const segment = sessionsIn(frame.index, span);
    const rows = samplesIn(sampleRows(frame, segment, order, filter), frame.index, index, input.first);
    const sessionCount = input.last - input.first;
    const { rows: grid } = WindowGrid.of(index, input);
    const places = options.contiguous ? placesByInstrument(grid) : undefined;
    const source: GatherSource = {
      parts: blocks.map((block) => {
        const part = { ...block.stored(), width: block.width };
        if (!places) return part;
        const count = index.startOf(input.last) - index.startOf(input.first);
        const room = newCells(block.type, count * block.width, "the matrix by instrument");
        return layByInstrument(part, grid, places, sessionCount, room);
      }),
      grid: places ?? grid,
      isByInstrument: places !== undefined,
      sessionCount,
      length,
      fill,
      codes: rows.codes,
      sessions: rows.sessions,
    };
    const names = blocks.flatMap((block) => [...block.names]);
    const [firstRow, lastRow] = [frame.index.startOf(segment.first), frame.index.startOf(segment.last)];
    const labels = frame.blocks.get("label");
    const parts = { index, grid, firstSession: input.first, source, names, type, labels, firstRow };
    const notes = windowNotes(index, infer.index, market, input, fill);
    return new Sequences({ ...parts, rows: rows.rows, rowCount: lastRow - firstRow, notes });
  }

  /** How many samples there are. */
  get count(): number {
    return this.#parts.rows.length;
  }

  /** The steps of a window, and the columns of a step. */
  get length(): number {
    return this.#parts.source.length;
  }

  /** The names of the features, in order. */
  get names(): readonly string[] {
    return this.#parts.names;
  }

  /** The type of the cells. */
  get type(): CellsType {
    return this.#parts.type;
  }

  /** What a window shows otherwise than it happened: sessions it passes over, rows it repeats. */
  get notes(): readonly string[] {
    return this.#parts.notes;
  }

  /** What another thread needs to gather windows. @internal */
  get source(): GatherSource {
    return this.#parts.source;
  }

  /** The row of the view that each sample is. @internal */
  get rows(): Uint32Array {
    return this.#parts.rows;
  }

  /** The sessions of the samples, as numbers that rise with time. @internal */
  get sessions(): Int32Array {
    return this.#parts.source.sessions;
  }

  /** Datetime and instrument of a sample. @throws DataServiceError bad-request */
  keyAt(sample: number): RowKey {
    this.#checkSample(sample);
    const { index, source, firstSession } = this.#parts;
    return {
      datetime: dateOfNs(index.datetimes[firstSession + source.sessions[sample]!]!),
      instrument: index.instruments[source.codes[sample]!]!,
    };
  }

  /**
   * The windows of some samples: `[samples, length, columns]`, row-major.
   * @param out where they are put; a new array when omitted
   * @throws DataServiceError bad-request
   */
  windows(samples: ArrayLike<number>, out?: Cells): Cells {
    const { source, names, type } = this.#parts;
    if (
      typeof samples === "string" ||
      !Number.isInteger(samples?.length) ||
      typeof samples[0] === "boolean"
    ) {
      const problem = `windows: ${JSON.stringify(samples)} is no list of samples; give their numbers, 0 to ${this.count - 1}`;
      throw new DataServiceError("bad-request", problem);
    }
    for (let i = 0; i < samples.length; i++) this.#checkSample(samples[i]!);
    const size = samples.length * source.length * names.length;
    const room = out ?? (type === "float32" ? new Float32Array(size) : new Float64Array(size));
    if (room.length < size) {
      const problem = `windows: an array of ${room.length} numbers for ${samples.length} windows of ${source.length} × ${names.length}; give one of ${size}`;
      throw new DataServiceError("bad-request", problem, { count: size });
    }
    gatherWindows(source, Uint32Array.from(samples), room);
    return room;
  }

  /**
   * Batches of samples with their windows, labels and weights, in the order of the samples or shuffled by a seed.
   * @throws DataServiceError bad-request, thread-failed
   */
  batches(options: BatchOptions): AsyncGenerator<Batch, void, undefined> {
    const { source, names, type, rows, labels, firstRow, rowCount } = this.#parts;
    const from: BatchSource = {
      source,
      type,
      width: names.length,
      labels: labels && ((samples) => labelsOf(labels, samples, rows)),
      rowOf: (sample) => rows[sample]! - firstRow,
      rowCount,
    };
    return gatherBatches(from, options);
  }

  /** The row of each step of each sample, counted from the first session of the grid; −1 where there is none. @internal */
  rowsOfWindows(): { readonly rows: Int32Array; readonly length: number; readonly firstSession: number } {
    const { index, source, firstSession } = this.#parts;
    const { length } = source;
    const grid = new WindowGrid(this.#parts.grid, source.sessionCount);
    const first = index.startOf(firstSession);
    const rows = new Int32Array(this.count * length);
    for (let i = 0; i < this.count; i++) {
      const own = rows.subarray(i * length, (i + 1) * length);
      grid.window(source.codes[i]!, source.sessions[i]!, length, source.fill, own);
      for (let k = 0; k < length; k++) if (own[k]! >= 0) own[k]! -= first;
    }
    return { rows, length, firstSession };
  }

  /**
   * The window that ends at a session for an instrument, which need not be a sample: NaN where it has no row.
   * @throws DataServiceError unknown-instrument, unknown-session
   */
  windowOf(datetime: TimeInput, instrument: string): Cells {
    const { index, source, firstSession, type, names } = this.#parts;
    const code = index.codeOf(instrument);
    if (code < 0) {
      const near = nearestName(instrument, index.instruments);
      const hint = suggestion(near) || `; there are ${listNames(index.instruments)}`;
      const problem = `windowOf: unknown instrument "${instrument}"${hint}`;
      throw new DataServiceError("unknown-instrument", problem, {
        instrument,
        ...(near !== undefined && { suggestion: near }),
      });
    }
    const ns = parseTimeNs(datetime, "windowOf");
    const session = index.sessionAt(ns) - firstSession;
    if (session < 0 || session >= source.sessionCount) {
      const [first, last] = [
        index.datetimes[firstSession]!,
        index.datetimes[firstSession + source.sessionCount - 1]!,
      ];
      const problem = `windowOf: ${formatNs(ns)} is no session of these sequences; they run ${formatNs(first)} .. ${formatNs(last)}`;
      throw new DataServiceError("unknown-session", problem);
    }
    const size = source.length * names.length;
    const out = type === "float32" ? new Float32Array(size) : new Float64Array(size);
    const one = { ...source, codes: Int32Array.of(code), sessions: Int32Array.of(session) };
    gatherWindows(one, Uint32Array.of(0), out);
    return out;
  }

  #checkSample(sample: number): void {
    if (Number.isInteger(sample) && sample >= 0 && sample < this.count) return;
    const problem = `there is no sample ${String(sample)}; they are 0 to ${this.count - 1}`;
    throw new DataServiceError("bad-request", problem, { position: sample });
  }
}

/** The labels of some samples, `[samples, labels]`. */
function labelsOf(block: Block, samples: Uint32Array, rows: Uint32Array): Cells {
  const { cells, rows: own } = block.stored();
  const { width, type } = block;
  const size = samples.length * width;
  const out = type === "float32" ? new Float32Array(size) : new Float64Array(size);
  for (let i = 0, at = 0; i < samples.length; i++) {
    const row = rows[samples[i]!]!;
    const from = (own ? own[row]! : row) * width;
    for (let c = 0; c < width; c++) out[at++] = cells[from + c]!;
  }
  return out;
}
