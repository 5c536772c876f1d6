import { inspect } from "node:util";
import type { Column } from "../columns/column.js";
import type { ColumnInput } from "../columns/infer-column.js";
import type { WritableTable } from "../columns/table.js";
import { DataServiceError, IN_MEMORY } from "../errors.js";
import { planWindow, type WindowPlan, type WindowRequest } from "../keys/find/window-plan.js";
import { indexInZone, indexWithZone } from "../keys/index-zone.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { refuseRepeats } from "../keys/repeated-keys.js";
import { findField, resolveField } from "../names/field.js";
import type { SqlOptions } from "../sql/run-sql.js";
import type { SqlResult } from "../sql/sql-result.js";
import { parseTimeNs, type TimeInput } from "../time.js";
import type { InstrumentList } from "../universe/instrument-list.js";
import type { Universe } from "../universe/universe.js";
import { crossSection, groupBySession } from "./cross-sections.js";
import { groupByInstrument } from "./group-by-instrument.js";
import { type LoadOptions, loadPanel } from "./load.js";
import { textsOf } from "./notes.js";
import { PANEL_BRAND } from "./only-panels.js";
import { renameColumns, selectColumns, withColumns } from "./own-columns.js";
import type { PanelInfo } from "./panel-info.js";
import { keyOf, type RowKey } from "./panel-rows.js";
import { PanelVerbs } from "./panel-verbs.js";
import { printPanel } from "./print.js";
import { panelUniverse, type UniverseOptions } from "./universe.js";

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
export class Panel extends PanelVerbs {
  /**
   * The keys, of which some may repeat where the panel was opened with `duplicates: "keep"`: for what takes such a panel.
   * @internal
   */
  readonly indexWithRepeats: PanelIndex;
  readonly info: PanelInfo;
  /** By the panel's own names. @internal */
  readonly columns: ReadonlyMap<string, Column>;

  constructor(index: PanelIndex, columns: ReadonlyMap<string, Column>, info: PanelInfo = {}) {
    super();
    for (const [name, column] of columns) {
      if (column.length !== index.rowCount) {
        const problem = `column "${name}" has ${column.length} cells for ${index.rowCount} rows`;
        throw new DataServiceError("bad-request", problem, { field: name, count: column.length });
      }
    }
    this.indexWithRepeats = index;
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
  with({ index = this.indexWithRepeats, columns = this.columns, info = this.info }: PanelParts): Panel {
    return new Panel(index, columns, info);
  }

  /**
   * The keys of the rows. @throws DataServiceError duplicate-keys: some repeat (`duplicates: "keep"`), for which all that
   * needs one row a key refuses the panel
   */
  get index(): PanelIndex {
    const index = this.indexWithRepeats;
    return index.repeats === 0 ? index : refuseRepeats(index, this.label);
  }

  /** How many rows there are. */
  get rowCount(): number {
    return this.indexWithRepeats.rowCount;
  }

  /** The names of the columns, in order. */
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
   * `series`); others gather each column when it is first read.
   * @throws DataServiceError unknown-field, unknown-instrument, bad-request
   * @example
   * panel.window({ universe: ["000001.SZ"], end: "2020-03-02", bars: 20, fields: ["close"] });
   */
  window(request: WindowRequest = {}): Panel {
    const plan = planWindow(this.index, request, this.label); // refuses what is not a request
    const chosen = request.fields === undefined ? this : this.select(request.fields);
    return chosen.take(plan);
  }

  /**
   * Codes, or a list with dated spans (`readInstrumentList`), as a `Universe` that any call takes: windows of it at many
   * dates look its rows up once. With `onUnknown: "skip"`, codes that this panel does not have are left out; those of a
   * list always are.
   * @throws DataServiceError unknown-instrument, bad-request
   */
  universe(codesOrList: string | Iterable<string> | InstrumentList, options?: UniverseOptions): Universe {
    return panelUniverse(this, codesOrList, options);
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
    const index = this.indexWithRepeats;
    const [first, last] = [index.startOf(firstSession), index.startOf(lastSession)];
    for (const [name, column] of this.columns) columns.set(name, column.slice(first, last));
    return new Panel(index.slice(firstSession, lastSession), columns, info);
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
   * All rows of one instrument. Its cells are gathered from all over the panel, unless that was loaded with
   * `byInstrument: true`: then histories share the memory of that order; copy `values` to keep them for long.
   * @throws DataServiceError unknown-instrument
   */
  series(instrument: string): Panel {
    return this.window({ universe: [instrument] });
  }

  /**
   * Each instrument that has rows, ascending, with its history as `series` gives it: pandas' `groupby(level="instrument")`.
   * A column that is asked for is read whole. Without `load({ byInstrument: true })`, it is laid out by instrument for the
   * loop, about 256 instruments at a time.
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
    return this.with({ index: indexInZone(this.indexWithRepeats, zone, this.label) });
  }

  /** The same rows, their times said to show the clocks of a zone, or of none: pandas' `tz_localize`. @throws DataServiceError bad-request */
  withZone(zone: string | undefined): Panel {
    return this.with({ index: indexWithZone(this.indexWithRepeats, zone, this.label) });
  }

  /**
   * Reads the keys and all columns that are still in a file into memory; columns that lie together are read in one
   * pass. A block of pandas' fixed HDF5 format of 8 MB or more is read into a SharedArrayBuffer, by two threads from 32 MB
   * on, which is freed when none of its columns is used any more. With `byInstrument: true`, columns are laid out by
   * instrument as well: see `series`.
   */
  load(options?: LoadOptions): this {
    loadPanel(this, options);
    return this;
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

  /** The panel as writers take it; with groups where every column has one, as pandas' two-level columns do. @internal */
  table(): WritableTable {
    const { groups } = this.info;
    const grouped = groups !== undefined && this.columnNames.every((name) => groups.has(name));
    return { keys: this.index, columns: this.columns, groups: grouped ? groups : undefined };
  }

  /** The panel as a DataFrame prints: size, span, columns with types and missing counts, head and tail. */
  override toString(): string {
    return printPanel(this);
  }

  /** What a console shows: `toString`. */
  [inspect.custom](): string {
    return printPanel(this);
  }
}
