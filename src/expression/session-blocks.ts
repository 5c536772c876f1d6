import type { ColumnData, ColumnSource } from "../formats/table.js";
import { type EvaluateOptions, type Evaluation, evaluateExpressions } from "./evaluate.js";
import type { SessionRange } from "./layout.js";
import type { ExpressionTable } from "./table.js";

/** Cells of a block, over all expressions: 64 MB of results. */
const BLOCK_CELLS = 1 << 24;
/** A block is at least this long, so that the warm-up before it (60 sessions in Alpha158) stays a small share. */
const LEAST_SESSIONS = 256;

/** Expressions computed a block of sessions at a time, when a row of the block is first read. */
export class SessionBlocks {
  readonly #table: ExpressionTable;
  readonly #expressions: Readonly<Record<string, string>>;
  readonly #options: EvaluateOptions;
  readonly #sessions: SessionRange;
  readonly #firstRow: number;
  readonly #rowCount: number;
  readonly #step: number;
  #block: Evaluation;
  /** What the caller should know: look-ahead that was not declared. */
  readonly notes: readonly string[];

  constructor(
    table: ExpressionTable,
    expressions: Readonly<Record<string, string>>,
    options: EvaluateOptions,
    sessions: SessionRange,
  ) {
    this.#table = table;
    this.#expressions = expressions;
    this.#options = options;
    this.#sessions = sessions;
    this.#firstRow = table.offsets[sessions.from]!;
    this.#rowCount = table.offsets[sessions.to]! - this.#firstRow;
    const rowsPerSession = Math.max(1, this.#rowCount / Math.max(1, sessions.to - sessions.from));
    const cellsPerSession = rowsPerSession * Object.keys(expressions).length;
    this.#step = Math.max(LEAST_SESSIONS, Math.ceil(BLOCK_CELLS / cellsPerSession));
    this.#block = this.#evaluate(sessions.from, sessions.from); // no rows yet: checks the expressions
    this.notes = this.#block.notes;
  }

  /** One source an expression, in order. */
  columns(): [name: string, source: ColumnSource][] {
    return Object.keys(this.#expressions).map((name) => [
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
    const out = new Float32Array(last - first);
    for (let at = first; at < last; ) {
      const block = this.#blockOf(at + this.#firstRow);
      const end = Math.min(last, block.lastRow - this.#firstRow);
      const from = at + this.#firstRow - block.firstRow;
      out.set(block.columns[name]!.subarray(from, from + end - at), at - first);
      at = end;
    }
    return { values: out };
  }

  #gather(name: string, rows: Uint32Array): ColumnData {
    const out = new Float32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]! + this.#firstRow;
      out[i] = this.#blockOf(row).columns[name]![row - this.#block.firstRow]!;
    }
    return { values: out };
  }

  #blockOf(row: number): Evaluation {
    if (row >= this.#block.firstRow && row < this.#block.lastRow) return this.#block;
    let from = this.#sessions.from;
    while (from + this.#step < this.#sessions.to && this.#table.offsets[from + this.#step]! <= row)
      from += this.#step;
    this.#block = this.#evaluate(from, Math.min(from + this.#step, this.#sessions.to));
    return this.#block;
  }

  #evaluate(from: number, to: number): Evaluation {
    return evaluateExpressions(this.#table, this.#expressions, { ...this.#options, sessions: { from, to } });
  }
}
