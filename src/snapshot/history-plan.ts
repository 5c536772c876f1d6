import { CELL_BYTES, type ColumnType } from "../columns/table.js";
import type { RowsRequest } from "../keys/find/window-plan.js";
import type { PanelNote } from "../panel/notes.js";
import type { BaseRows } from "../universe/plan-rows.js";
import type { Adjust } from "./adjust.js";
import type { AlignedPanels, AlignedPart } from "./aligned-panels.js";
import type { SnapshotEntry } from "./entry.js";
import type { ExpressionRows } from "./expression-rows.js";
import type { FieldExpressions } from "./field-expressions.js";
import type { FieldRef } from "./find-field.js";

/**
 * Fields by name, with or without `$`, as `panel.field` or `group/name`, or qlib expressions such as `Mean($close, 5)`
 * or `Mean($panel.field, 5)`. The columns keep the names asked for, or have those given here:
 * `{ m5: "Mean($close, 5)", pe: "daily_basic.db_pe" }`.
 */
export type HistoryFields = readonly string[] | Readonly<Record<string, string>>;

/** What a caller asks of a snapshot besides the universe. */
export interface HistoryRequest extends Omit<RowsRequest, "universe"> {
  /** All fields of the base panel when omitted. */
  readonly fields?: HistoryFields | undefined;
  /**
   * Which of these fields, stored or computed, are labels, by name or by what was asked for. Labels may look ahead,
   * while any other field that does is reported in the window's `notes`; and `ffill` leaves labels as they are.
   */
  readonly labels?: readonly string[] | undefined;
  /** Which panels the request is about, by their bars: `1d` (the default), `1m`, `5min`, `day`. */
  readonly freq?: string | undefined;
  /**
   * How prices and volume of the base panel are restated; when omitted `forward`, as stored. Expressions see stored
   * cells, and other panels' prices stay as stored; the window's `notes` name such columns.
   */
  readonly adjust?: Adjust | undefined;
  /**
   * `keep` (the default), or `ffill`: a missing cell takes its instrument's last value before it, even from before the
   * window, but never one from an earlier membership span, and never a later one. Labels, and expressions and columns
   * that look ahead, are not filled: otherwise the last sessions, whose label is not known yet, would get the label of
   * an earlier one. The window's `notes` name them.
   */
  readonly nanPolicy?: "keep" | "ffill" | undefined;
  /** Bytes of memory the request may take at its peak, as `explain` estimates it; more is an error. */
  readonly memoryBudget?: number | undefined;
}

/** One column of the result, by its name there. */
export type PlannedField =
  | { readonly kind: "field"; readonly name: string; readonly ref: FieldRef; readonly type: ColumnType }
  | { readonly kind: "expression"; readonly name: string; readonly type: "float32" };

/** Everything known of a request before a cell is read. */
export interface HistoryPlan {
  readonly freq: string;
  readonly panels: AlignedPanels;
  readonly rows: BaseRows;
  readonly fields: readonly PlannedField[];
  /** The other panels that plain fields come from, aligned to the result's rows. */
  readonly parts: ReadonlyMap<string, AlignedPart>;
  readonly expressions: FieldExpressions | undefined;
  /** The rows they are computed of; set where there are any. */
  readonly expressionRows: ExpressionRows | undefined;
  /** The columns of the result that are labels. */
  readonly labels: ReadonlySet<string>;
  readonly adjust: Adjust;
  readonly nanPolicy: "keep" | "ffill";
  /** Which panels were taken to the clocks of the base. */
  readonly zoneNotes: readonly PanelNote[];
  /** The panels that take part, by name. */
  readonly entries: ReadonlyMap<string, SnapshotEntry>;
}

/** The name of a field's panel. */
export function panelNameOf({ from }: FieldRef): string {
  return from.entry.name;
}

/** Whether a field is one of the base's. */
export function isOfBase(ref: FieldRef, { panels }: Pick<HistoryPlan, "panels">): boolean {
  return panelNameOf(ref) === panels.baseName;
}

/** What the cells of a column take: `rows` of them. */
export function bytesOf(type: ColumnType, rows: number): number {
  return CELL_BYTES[type] * rows;
}
