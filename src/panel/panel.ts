import { inspect } from "node:util";
import type { Table } from "apache-arrow";
import type { Column } from "../columns/column.js";
import type { ColumnInput } from "../columns/infer-column.js";
import { loadColumns } from "../columns/load.js";
import { readTogether } from "../columns/read-together.js";
import type { Progress, WritableTable } from "../columns/table.js";
import { DataServiceError, IN_MEMORY } from "../errors.js";
import {
  evaluatePanel,
  evaluatePanelInThreads,
  type PanelEvaluateOptions,
  type ThreadedEvaluateOptions,
} from "../expression/evaluate-panel.js";
import { type Explanation, explainExpression } from "../expression/explain.js";
import { namesOfPanel } from "../expression/panel-table.js";
import { tableToArrow } from "../formats/arrow/arrow.js";
import { type WriteOptions, writeTable } from "../formats/write.js";
import { type JoinOptions, joinPanels } from "../join/join-panels.js";
import { type PanelWindowRequest, planWindow, type WindowPlan } from "../keys/find/window-plan.js";
import { indexInZone, indexWithZone } from "../keys/index-zone.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { findField, resolveField } from "../names/field.js";
import { refuseKeyNames } from "../names/key-names.js";
import type { Plot } from "../report/plot/plot.js";
import type { PlotOptions } from "../report/plot/plot-panel.js";
import type { SqlOptions } from "../sql/run-sql.js";
import type { SqlResult } from "../sql/sql-result.js";
import { parseTimeNs, type TimeInput } from "../time.js";
import { appendSessions } from "./append-sessions.js";
import { crossSection, groupBySession } from "./cross-sections.js";
import { type DenseMatrix, type DenseOptions, denseMatrix } from "./dense.js";
import { type DropMissingOptions, dropMissing } from "./drop-missing.js";
import { type FillValue, fillMissing } from "./fill-missing.js";
import { groupByInstrument } from "./group-by-instrument.js";
import { filterPanel, type RowMask } from "./keep-rows.js";
import { type Matrix, type UnstackOptions, unstackColumn } from "./matrix.js";
import { textsOf } from "./notes.js";
import { PANEL_BRAND } from "./only-panels.js";
import { renameColumns, selectColumns, withColumns } from "./own-columns.js";
import type { PanelInfo } from "./panel-info.js";
import { type JsonRow, jsonRowsOf, keyOf, type PanelRow, type RowKey, rowsOf } from "./panel-rows.js";
import { printPanel } from "./print.js";
import { type InstrumentRenaming, renameInstruments } from "./rename-instruments.js";

/** What a verb changes of a Panel; see `with`. */
interface PanelParts {
  readonly index?: PanelIndex;
  readonly columns?: ReadonlyMap<string, Column>;
  readonly info?: PanelInfo;
}

/**
 * An immutable table keyed by (datetime, instrument), sorted by both. Windows, selections and joins of a Panel
 * are Panels; they share its memory where their rows are one contiguous run.
 */
export class Panel {
  readonly index: PanelIndex;
  readonly info: PanelInfo;
  /** By the panel's own names. @internal */
  readonly columns: ReadonlyMap<string, Column>;

  constructor(index: PanelIndex, columns: ReadonlyMap<string, Column>, info: PanelInfo = {}) {
    for (const [name, column] of columns) {
      if (column.length !== index.rowCount) {
        const problem = `column "${name}" has ${column.length} cells for ${index.rowCount} rows`;
        throw new DataServiceError("bad-request", problem, { field: name, count: column.length });
      }
    }
    this.index = index;
    this.info = info;
    this.columns = columns;
  }

  /** @internal */
  get [PANEL_BRAND](): true {
    return true;
  }

  /**
   * A Panel of other parts; those left out are this one's. Verbs make their results so, through the panel they were given.
   * @internal
   */
  with({ index = this.index, columns = this.columns, info = this.info }: PanelParts): Panel {
    return new Panel(index, columns, info);
  }

  get rowCount(): number {
    return this.index.rowCount;
  }

  get columnNames(): string[] {
    return [...this.columns.keys()];
  }

  /** How errors name this panel. */
  get label(): string {
    return this.info.source ?? IN_MEMORY.panel;
  }

  /**
   * What the caller should know about how this panel was made; empty if there is nothing. A note about a column stays
   * with it through windows, selections, renames and joins, and is dropped when the column is left out or replaced.
   */
  get notes(): readonly string[] {
    return textsOf(this.info.notes ?? []);
  }

  /** Codes that the window's universe named and the panel does not have; see `onUnknown`. */
  get unknownInstruments(): readonly string[] {
    return this.info.unknownInstruments ?? [];
  }

  /**
   * A column by its name, with or without `$`, or as `group/name`; an exact match wins.
   * @throws DataServiceError unknown-field
   */
  column(name: string): Column {
    return this.columns.get(this.fieldName(name))!;
  }

  /** The panel's own name for a field, which is asked for as in `column`. @throws DataServiceError unknown-field */
  fieldName(name: string): string {
    return resolveField(name, this.columns, this.label, this.info.groups);
  }

  /** Whether the panel has a field, asked for as in `column`. */
  hasField(name: string): boolean {
    return findField(name, this.columns, this.info.groups) !== undefined;
  }

  /**
   * The rows and fields asked for, as a Panel. Contiguous windows share this panel's memory, and whole histories may (see
   * `series`); others gather each column when it is first read. Where the rows of a universe that is asked for again and
   * again lie is remembered: of one universe, 5 bytes for each row of the panel at most.
   * @throws DataServiceError unknown-field, unknown-instrument, bad-request
   */
  window(request: PanelWindowRequest = {}): Panel {
    const plan = planWindow(this.index, request, this.label); // refuses what is not a request
    const chosen = request.fields === undefined ? this : this.select(request.fields);
    return chosen.take(plan);
  }

  /** The rows of a plan made for this panel's index (`planWindow`). @internal */
  take({ rows, unknownInstruments }: WindowPlan): Panel {
    const info = unknownInstruments.length > 0 ? { ...this.info, unknownInstruments } : this.info;
    const columns = new Map<string, Column>();
    if (rows.kind === "gathered") {
      for (const [name, column] of this.columns) columns.set(name, column.pick(rows.rows, rows.cells));
      return new Panel(rows.index, columns, info);
    }
    const { firstSession, lastSession } = rows;
    const [first, last] = [this.index.startOf(firstSession), this.index.startOf(lastSession)];
    for (const [name, column] of this.columns) columns.set(name, column.slice(first, last));
    return new Panel(this.index.slice(firstSession, lastSession), columns, info);
  }

  /** The key of a row. @throws DataServiceError bad-request if there is no such row */
  keyAt(row: number): RowKey {
    return keyOf(this, row);
  }

  /** The row of a key, or -1 if there is none; the instrument may be in either spelling. */
  rowOf(datetime: TimeInput, instrument: string): number {
    const session = this.index.sessionAt(parseTimeNs(datetime, "datetime"));
    const code = this.index.codeOf(instrument);
    return session < 0 || code < 0 ? -1 : this.index.rowOf(session, code);
  }

  /** All rows of one session. @throws DataServiceError unknown-session, naming the nearest sessions */
  crossSection(datetime: TimeInput): Panel {
    return crossSection(this, datetime);
  }

  /**
   * All rows of one instrument. Once many have been asked for, loaded columns are laid out by instrument as well, at most
   * as much memory again and while there is some to spare, and histories share it: copy `values` to keep them for long.
   * @throws DataServiceError unknown-instrument
   */
  series(instrument: string): Panel {
    return this.window({ universe: [instrument] });
  }

  /**
   * Each instrument that has rows, ascending, with its history as `series` gives it: pandas' `groupby(level="instrument")`.
   * Columns are laid out by instrument, about 256 at a time, and histories share that memory. A column is read whole.
   */
  groupByInstrument(): Iterable<[instrument: string, history: Panel]> {
    return { [Symbol.iterator]: () => groupByInstrument(this) };
  }

  /**
   * Each session in order, as epoch nanoseconds, with all its rows as `crossSection` gives them, sharing memory: pandas'
   * `groupby(level="datetime")`. Before a loop over all sessions of a file, `load` the columns.
   */
  groupBySession(): Iterable<[datetime: bigint, crossSection: Panel]> {
    return { [Symbol.iterator]: () => groupBySession(this) };
  }

  /** The rows that `mask` keeps, in order: pandas' `df[mask]`. @throws DataServiceError bad-request */
  filter(mask: RowMask): Panel {
    return filterPanel(this, mask);
  }

  /**
   * The rows without a missing cell (NaN, null, masked) in `columns` (all by default), which are read; with
   * `how: "all"`, the rows with at least one cell that is not missing: pandas' `dropna(subset, how)`.
   * @throws DataServiceError unknown-field, bad-request
   */
  dropMissing(columns?: readonly string[], options?: DropMissingOptions): Panel {
    return dropMissing(this, columns, options);
  }

  /**
   * This panel with missing cells replaced: by one value in all columns whose type it fits (numbers, booleans, text),
   * or by a value for each column named: pandas' `fillna`.
   * @throws DataServiceError unknown-field, bad-request (a value that does not fit)
   */
  fillMissing(fill: FillValue | Readonly<Record<string, FillValue>>): Panel {
    return fillMissing(this, fill);
  }

  /**
   * The named columns, in the order and under the names asked for. The name of a group asks for all its columns, which
   * keep their own names.
   * @throws DataServiceError unknown-field
   */
  select(names: readonly string[]): Panel {
    return selectColumns(this, names);
  }

  /** This panel with some columns renamed: `{ old: new }`. @throws DataServiceError unknown-field, column-conflict */
  rename(names: Readonly<Record<string, string>>): Panel {
    return renameColumns(this, names);
  }

  /** This panel with its instruments called otherwise, `{ old: new }` or by a function. @see renameInstruments for its errors */
  renameInstruments(renaming: InstrumentRenaming): Panel {
    return renameInstruments(this, renaming);
  }

  /**
   * This panel with columns added or replaced; `$close` replaces `close` too, and the other way round. Each is a
   * Column, a typed array, or an array of booleans, numbers (float64) or strings, one cell per row.
   * @throws DataServiceError bad-request, column-conflict (`close` and `$close`)
   */
  withColumns(more: Readonly<Record<string, ColumnInput>>): Panel {
    return withColumns(this, more);
  }

  /** The same rows with their times on the clocks of another zone: pandas' `tz_convert`. @see indexInZone for its errors */
  inZone(zone: string): Panel {
    return this.with({ index: indexInZone(this.index, zone, this.label) });
  }

  /** The same rows, their times said to show the clocks of a zone, or of none: pandas' `tz_localize`. @throws DataServiceError bad-request */
  withZone(zone: string | undefined): Panel {
    return this.with({ index: indexWithZone(this.index, zone, this.label) });
  }

  /**
   * This panel's columns and the other's, for the rows that `how` chooses; `ledgerOf` tells what matched.
   * @throws DataServiceError column-conflict, max-loss, bad-request
   * @see joinPanels
   */
  join(other: Panel, options?: JoinOptions): Panel {
    return joinPanels([this, other], options).panel;
  }

  /**
   * This panel extended with the sessions of another, all after its last; instruments may be new. What was computed on
   * this panel need not be computed again: `grown.evaluate(expressions, { previous })`.
   * @throws DataServiceError bad-request if sessions overlap or columns differ; unknown-field
   */
  appendSessions(later: Panel): Panel {
    return appendSessions(this, later);
  }

  /**
   * Reads the keys and all columns that are still in a file into memory, those that lie together in one pass; a block of
   * pandas' fixed HDF5 format of 8 MB or more into a SharedArrayBuffer, by two threads from 32 MB on.
   */
  load(onProgress?: (progress: Progress) => void): this {
    const holdCodes = () => this.index.hold();
    loadColumns(this.columns.values(), onProgress, holdCodes);
    holdCodes();
    return this;
  }

  /**
   * Evaluates factor expressions in qlib's language, such as `{ ma5: "Mean($close, 5) / $close" }`, into a Panel of the same
   * key and one float32 column per name. @throws DataServiceError bad-expression, with a caret under the place
   */
  evaluate(expressions: Readonly<Record<string, string>>, options?: PanelEvaluateOptions): Panel {
    return evaluatePanel(this, expressions, options);
  }

  /**
   * `evaluate` on several threads, with bit for bit the same result; small work stays on this thread.
   * @throws DataServiceError bad-expression, bad-request (`threads`), thread-failed
   */
  evaluateInThreads(
    expressions: Readonly<Record<string, string>>,
    options?: ThreadedEvaluateOptions,
  ): Promise<Panel> {
    return evaluatePanelInThreads(this, expressions, options);
  }

  /**
   * An expression's tree, the fields it reads, and how many positions before and after a row its value depends on. No data
   * is read. @throws DataServiceError bad-expression
   */
  explainExpression(text: string): Explanation {
    return explainExpression(text, namesOfPanel(this));
  }

  /**
   * One column as a dense matrix, sessions × instruments, NaN where there is no row: pandas' `unstack`, and with
   * `instruments` its `reindex(columns=instruments)`.
   * @throws DataServiceError unknown-field, bad-request (strings, datetimes), over-budget
   */
  unstack(name: string, options?: UnstackOptions): Matrix {
    return unstackColumn(this.index, this.column(name), this.fieldName(name), options);
  }

  /**
   * Rows × columns as one row-major array, the feature matrix of a model; booleans are 1 and 0, missing cells NaN: pandas'
   * `df[columns].to_numpy(dtype=type)`. @throws DataServiceError unknown-field, bad-request (text, datetimes), over-budget
   */
  toDense(options?: DenseOptions): DenseMatrix {
    return denseMatrix(this, options);
  }

  /** One object per row, `{ datetime, instrument, ...columns }`, for small tables. @throws DataServiceError column-conflict */
  toRows(): PanelRow[] {
    return rowsOf(this);
  }

  /**
   * What JSON.stringify takes: the rows as `toRows` gives them, with times (`2020-03-02` or `2020-03-02 09:31:00`) and
   * integers beyond 2^53 as text, and a float32 with the digits that give it back. NaN and infinities, which JSON
   * lacks, become null. For small tables.
   * @throws DataServiceError column-conflict if a column has the name of a key
   */
  toJSON(): JsonRow[] {
    return jsonRowsOf(this);
  }

  /**
   * Runs one SQL query on an embedded DuckDB, where this panel is the table `panel`, and also has the name of its file. Only
   * columns that the query uses are read. `$close` is `"$close"`, or `close` where the query does not write that; NaN is
   * NULL, which aggregates skip, and NULL is NaN in the result.
   * @throws DataServiceError sql
   */
  async sql(query: string, options?: SqlOptions): Promise<SqlResult> {
    return (await import("../sql/panel-sql.js")).sqlOnPanel(this, query, options); // DuckDB is loaded when needed
  }

  /**
   * Writes the panel in the format that the extension names: `.h5` (pandas fixed, read by pandas 1.5 and 2),
   * `.parquet`, `.arrow`, `.feather` or `.csv`; the old file stays until the new one is complete.
   * @throws DataServiceError bad-request, unsupported, column-conflict, write-failed
   */
  async write(path: string, options?: WriteOptions): Promise<void> {
    const table = this.table();
    await writeTable(path, { ...table, columns: readTogether(this.columns) }, options);
  }

  /**
   * The panel as an apache-arrow Table of one record batch: `datetime` Timestamp[ns], `instrument`
   * Dictionary<Int32, Utf8>, then the columns, sharing this panel's buffers (booleans, which Arrow packs into bits,
   * and strings are copied). pyarrow's `to_pandas()` restores the MultiIndex from the schema's metadata.
   * @throws DataServiceError column-conflict if a column has the name of a key
   */
  toArrow(): Table {
    refuseKeyNames(this.columns.keys(), "toArrow");
    return tableToArrow(this.table());
  }

  /**
   * Draws fields over time, the candles of one instrument, the cross-section of a session, or coverage.
   * @throws DataServiceError unknown-field, unknown-instrument, bad-request (nothing to draw, or too much for one chart)
   */
  async plot(options?: PlotOptions): Promise<Plot> {
    return (await import("../report/plot/plot-panel.js")).plotPanel(this, options); // charts are loaded when drawn
  }

  /** The panel as writers take it; with groups where every column has one, as pandas' two-level columns do. @internal */
  table(): WritableTable {
    const { groups } = this.info;
    const grouped = groups !== undefined && this.columnNames.every((name) => groups.has(name));
    return { keys: this.index, columns: this.columns, groups: grouped ? groups : undefined };
  }

  /** The panel as a DataFrame prints: size, span, columns with types and missing counts, head and tail. */
  toString(): string {
    return printPanel(this);
  }

  [inspect.custom](): string {
    return printPanel(this);
  }
}
