import { alignRows } from "../../align/align.js";
import { alignColumn } from "../../align/aligned-column.js";
import type { Column } from "../../columns/column.js";
import { floatsOf } from "../../columns/floats.js";
import { DataServiceError } from "../../errors.js";
import { evaluatePanelInPatches } from "../../expression/evaluate-panel.js";
import { yieldToEventLoop } from "../../files/yield-to-event-loop.js";
import type { PanelIndex } from "../../keys/panel-index.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import type { Panel } from "../../panel/panel.js";
import type { TimeInput } from "../../time.js";
import { type AskedUniverse, planBaseRows } from "../../universe/plan-rows.js";
import { Block, type Cells, type CellsType, newCells } from "./block.js";
import type { GroupParts } from "./columns-input.js";
import { Frame } from "./frame.js";

/** Rows whose columns are read before they are laid out side by side. */
const SLAB_ROWS = 1 << 14;

/** Where each group's columns come from, over the rows of a training set; nothing of a cell is read yet. */
export interface RawColumns {
  readonly index: PanelIndex;
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, Column>>;
  /** What to tell of how they came about. */
  readonly notes: readonly string[];
}

export interface RowsRequest {
  readonly universe: AskedUniverse;
  readonly start?: TimeInput | undefined;
  readonly end?: TimeInput | undefined;
  readonly onUnknown?: "error" | "skip" | undefined;
}

/**
 * The columns of a Panel's rows in a universe and between two dates. Expressions see all its rows, also those before, after
 * and outside (qlib evaluates before it cuts), and are computed some sessions at a time when they are read.
 * @throws DataServiceError unknown-field, unknown-instrument, bad-expression, bad-request
 */
export function columnsOfPanel(
  source: Panel,
  groups: ReadonlyMap<string, GroupParts>,
  request: RowsRequest,
): RawColumns {
  const rows = planBaseRows(source.index, request.universe, request, source.label);
  const { index } = rows;
  const notes: string[] = [];
  const labels = Object.values(groups.get("label")?.texts ?? {});
  const texts = new Map<string, string>();
  for (const { texts: own } of groups.values()) {
    for (const text of Object.values(own)) if (!source.hasField(text)) texts.set(text, text);
  }
  const { start, end } = request;
  const computed =
    texts.size === 0
      ? undefined
      : evaluatePanelInPatches(source, Object.fromEntries(texts), {
          start,
          end,
          labels: labels.filter((label) => texts.has(label)),
          ...(rows.rows.kind === "gathered" && { universe: index.instruments }),
        });
  if (computed) notes.push(...computed.notes);
  const beside = (panel: Panel) => {
    const alignment = alignRows(index, panel.index);
    return (name: string) => alignColumn(panel.column(name), alignment);
  };
  const [field, expression] = [beside(source), computed && beside(computed)];
  const columns = [...groups].map(([group, parts]) => {
    const joined = panelColumns(parts, index, notes);
    const own = new Map<string, Column>();
    for (const name of parts.names) {
      const text = parts.texts[name];
      own.set(
        name,
        text === undefined ? joined.get(name)! : source.hasField(text) ? field(text) : expression!(text),
      );
    }
    return [group, own] as const;
  });
  if (rows.unknownInstruments.length > 0) {
    notes.push(`${rows.unknownInstruments.join(", ")}: not in ${source.label}, left out`);
  }
  return { index, groups: new Map(columns), notes };
}

/**
 * The columns of a group's panels beside the rows of `index`; of one name the last counts.
 * @throws DataServiceError unknown-instrument where a panel has none of the rows: its columns would be all NaN
 */
export function panelColumns(
  { panels }: GroupParts,
  index: PanelIndex,
  notes: string[],
): Map<string, Column> {
  const columns = new Map<string, Column>();
  for (const panel of panels) {
    const alignment = alignRows(index, panel.index);
    if (alignment.matched === 0 && index.rowCount > 0) throw noRows(panel, index);
    if (alignment.matched < index.rowCount) {
      const missing = index.rowCount - alignment.matched;
      notes.push(`${panel.label} lacks ${missing} of ${index.rowCount} rows; its columns are NaN there`);
    }
    for (const name of panel.columnNames) columns.set(name, alignColumn(panel.column(name), alignment));
  }
  return columns;
}

function noRows(panel: Panel, index: PanelIndex): DataServiceError {
  const [theirs, ours] = [panel.index.instruments[0] ?? "none", index.instruments[0] ?? "none"];
  const hint = suggestion(nearestName(theirs, index.instruments));
  return new DataServiceError(
    "unknown-instrument",
    `${panel.label} has none of the rows: its instruments are like "${theirs}" and its sessions ${panel.index.spanText()}, while the set's are like "${ours}" and ${index.spanText()}${hint}`,
    { instrument: theirs, found: panel.index.instruments.slice(0, 8) },
  );
}

/**
 * Reads the columns into one matrix a group.
 * @throws DataServiceError bad-request (text), over-budget, cancelled
 */
export async function readFrame(
  { index, groups }: RawColumns,
  type: CellsType,
  onRows?: (rows: number) => void,
  signal?: AbortSignal,
): Promise<Frame> {
  const blocks = new Map<
    string,
    { readonly columns: readonly Column[]; readonly cells: Cells; block: Block }
  >();
  for (const [group, own] of groups) {
    const names = [...own.keys()];
    const cells = newCells(type, index.rowCount * names.length, `the matrix of the group "${group}"`);
    blocks.set(group, { columns: [...own.values()], cells, block: new Block(names, cells) });
  }
  for (let first = 0; first < index.rowCount; first += SLAB_ROWS) {
    refuseCancelled(signal);
    const last = Math.min(first + SLAB_ROWS, index.rowCount);
    for (const { columns, cells } of blocks.values()) {
      for (const [c, column] of columns.entries()) {
        const values = floatsOf(column.type, column.read(first, last));
        layColumn(values, cells, first * columns.length + c, columns.length);
      }
    }
    onRows?.(last);
    await yieldToEventLoop();
  }
  return new Frame(index, new Map([...blocks].map(([group, { block }]) => [group, block])));
}

export function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DataServiceError("cancelled", "the training set was cancelled");
}

function layColumn(values: Cells, out: Cells, first: number, step: number): void {
  if (values instanceof Float32Array && out instanceof Float32Array) layColumn32(values, out, first, step);
  else for (let i = 0, at = first; i < values.length; i++, at += step) out[at] = values[i]!;
}

/** A loop of its own, since one that has seen one array type stays specialised to it. */
function layColumn32(values: Float32Array, out: Float32Array, first: number, step: number): void {
  for (let i = 0, at = first; i < values.length; i++, at += step) out[at] = values[i]!;
}
