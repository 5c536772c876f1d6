import { bytesOf } from "../columns/cells.js";
import type { ColumnData, ColumnSource } from "../columns/table.js";
import { lowerBound } from "../search.js";
import { type EvaluateOptions, type Evaluation, evaluatePlan, named } from "./evaluate.js";
import type { ExpressionPlan } from "./expression-plan.js";
import type { SessionRange } from "./layout.js";
import type { ExpressionTable } from "./table.js";

/** Cells of a patch, over all expressions: 64 MB of results. */
const BLOCK_CELLS = 1 << 24;
/** Cells of the rows that are asked for at once, over all expressions, up to which they are kept together: 256 MB. */
const MOST_BATCH_CELLS = 1 << 26;
/** A patch is at least this long, so that the warm-up before it (60 sessions in Alpha158) stays a small share. */
const LEAST_SESSIONS = 256;

/** Expressions computed a patch of sessions at a time, when a row of the patch is first read. */
export class SessionPatches {
  readonly #table: ExpressionTable;
  readonly #plan: ExpressionPlan;
  readonly #options: EvaluateOptions;
  readonly #sessions: SessionRange;
  readonly #firstRow: number;
  readonly #rowCount: number;
  readonly #step: number;
  #patch: Evaluation;
  /** The rows that were last asked for of several patches, in all columns. */
  #batch: { readonly rows: Uint32Array; readonly columns: ReadonlyMap<string, Float32Array> } | undefined;

  constructor(
    table: ExpressionTable,
    plan: ExpressionPlan,
    options: EvaluateOptions,
    sessions: SessionRange,
  ) {
    this.#table = table;
    this.#plan = plan;
    this.#options = options;
    this.#sessions = sessions;
    this.#firstRow = table.offsets[sessions.from]!;
    this.#rowCount = table.offsets[sessions.to]! - this.#firstRow;
    const rowsPerSession = Math.max(1, this.#rowCount / Math.max(1, sessions.to - sessions.from));
    const cellsPerSession = rowsPerSession * plan.names.length;
    this.#step = Math.max(LEAST_SESSIONS, Math.ceil(BLOCK_CELLS / cellsPerSession));
    const none = plan.names.map(() => new Float32Array(0));
    this.#patch = { firstRow: this.#firstRow, lastRow: this.#firstRow, columns: named(plan.names, none) };
  }

  /** One source an expression, in order. */
  columns(): [name: string, source: ColumnSource][] {
    return this.#plan.names.map((name) => [
      name,
      {
        type: "float32",
        length: this.#rowCount,
        read: (first, last) => this.#read(name, first, last),
        gather: (rows) => this.#gather(name, rows),
      },
    ]);
  }

  #read(name: string, first: number, last: number): ColumnData {
    const [from, to] = [
      first + this.#firstRow - this.#patch.firstRow,
      last + this.#firstRow - this.#patch.firstRow,
    ];
    const isThere = from >= 0 && last + this.#firstRow <= this.#patch.lastRow;
    if (isThere) return { values: this.#patch.columns[name]!.slice(from, to) };
    return this.#gather(
      name,
      Uint32Array.from({ length: last - first }, (_, i) => first + i),
    );
  }

  /**
   * Writers ask for some rows of one expression, then for the same rows of the next. Where they lie in several patches, those
   * of all expressions are taken at once: each would need all of these patches computed again.
   */
  #gather(name: string, rows: Uint32Array): ColumnData {
    const { names } = this.#plan;
    const known = this.#batch && Buffer.compare(bytesOf(this.#batch.rows), bytesOf(rows)) === 0;
    if (known && this.#batch!.columns.has(name)) return { values: this.#batch!.columns.get(name)! };
    const isInOne =
      rows.length === 0 ||
      rows[rows.length - 1]! < this.#patchOf(rows[0]! + this.#firstRow).lastRow - this.#firstRow;
    const together = isInOne || rows.length * names.length > MOST_BATCH_CELLS ? [name] : names;
    const columns = this.#pick(together, rows);
    if (together === names) this.#batch = { rows: rows.slice(), columns };
    return { values: columns.get(name)! };
  }

  /** The cells of ascending rows in some columns, patch by patch. */
  #pick(names: readonly string[], rows: Uint32Array): Map<string, Float32Array> {
    const picked = new Map(names.map((name) => [name, new Float32Array(rows.length)]));
    for (let i = 0, end = 0; i < rows.length; i = end) {
      const patch = this.#patchOf(rows[i]! + this.#firstRow);
      const base = patch.firstRow - this.#firstRow;
      end = lowerBound(rows, patch.lastRow - this.#firstRow, i, rows.length);
      for (const [name, out] of picked) {
        const cells = patch.columns[name]!;
        for (let k = i; k < end; k++) out[k] = cells[rows[k]! - base]!;
      }
    }
    return picked;
  }

  #patchOf(row: number): Evaluation {
    if (row >= this.#patch.firstRow && row < this.#patch.lastRow) return this.#patch;
    let from = this.#sessions.from;
    while (from + this.#step < this.#sessions.to && this.#table.offsets[from + this.#step]! <= row)
      from += this.#step;
    this.#patch = this.#evaluate(from, Math.min(from + this.#step, this.#sessions.to));
    return this.#patch;
  }

  #evaluate(from: number, to: number): Evaluation {
    return evaluatePlan(this.#table, this.#plan, { ...this.#options, sessions: { from, to } });
  }
}
