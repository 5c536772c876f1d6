import { inspect } from "node:util";
import { DataServiceError } from "../errors.js";
import { workingBytes } from "../expression/working-memory.js";
import { groupDigits } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { formatNs } from "../time.js";
import { factorField, restatementOf } from "./adjust.js";
import type { AlignedPart } from "./aligned-panels.js";
import { bytesOf, type HistoryPlan, isOfBase, panelNameOf } from "./history-plan.js";

/** What a request takes from one file. */
export interface ExplainedFile {
  readonly panel: string;
  readonly file: string;
  /** The columns whose cells are read, by the file's names. */
  readonly columns: readonly string[];
  /** Rows read of the column from which most are read. */
  readonly rows: number;
  /** Bytes of cells that are read, once decoded. */
  readonly bytes: number;
  /** Those of `columns` that are in memory already and are not read again. */
  readonly inMemory: readonly string[];
  /** Whether the others come from the cache's columnar copy of the file. */
  readonly cached: boolean;
}

/** What a request will take, worked out without reading a cell of any column. */
export interface RequestExplanation {
  readonly freq: string;
  readonly base: string;
  readonly rows: number;
  readonly sessions: number;
  readonly instruments: number;
  readonly first?: string;
  readonly last?: string;
  readonly columns: number;
  readonly files: readonly ExplainedFile[];
  /** Bytes of cells read from files. With `ffill`, gaps at the window's start may need more from before it. */
  readonly bytes: number;
  /** Bytes of the result's cells, once all are read. */
  readonly resultBytes: number;
  /** Sessions before the window that expressions look back to, and sessions after it that labels look ahead to. */
  readonly warmUp: number;
  readonly lookAhead: number;
  /** When the labels of the last session are known, as the snapshot's `calendars/` go on; absent where they end before. */
  readonly labelsKnown?: string;
  /** Whether memory and the cache serve all of it, so that no original file is read. */
  readonly cached: boolean;
  /** Peak memory in bytes, not counting columns that are in memory already. */
  readonly peakBytes: number;
}

/** A RequestExplanation that prints as a table. */
export class RequestAccount {
  readonly figures: RequestExplanation;

  constructor(figures: RequestExplanation) {
    this.figures = figures;
  }

  /** What JSON.stringify takes. */
  toJSON(): RequestExplanation {
    return this.figures;
  }

  /** As text, for people. */
  toString(): string {
    const e = this.figures;
    const span = e.first === undefined ? "" : `, ${e.first} .. ${e.last}`;
    const rows = e.files.map((f) => [
      f.panel,
      groupDigits(f.rows),
      groupDigits(f.columns.length),
      groupDigits(f.bytes),
      groupDigits(f.inMemory.length),
      f.cached ? "yes" : "no",
    ]);
    const known = e.labelsKnown === undefined ? "" : `, labels known on ${e.labelsKnown}`;
    const warm =
      e.warmUp + e.lookAhead === 0 ? "" : `, warm-up ${e.warmUp} and look-ahead ${e.lookAhead} sessions`;
    return [
      `${groupDigits(e.rows)} rows × ${e.columns} columns, ${groupDigits(e.sessions)} sessions × ${groupDigits(e.instruments)} instruments${span}`,
      `reads ${groupDigits(e.bytes)} bytes${e.cached ? " (from memory and the cache)" : ""}, result ${groupDigits(e.resultBytes)} bytes, peak ${groupDigits(e.peakBytes)} bytes${warm}${known}`,
      "",
      ...layTable(["panel", "rows", "columns", "bytes read", "in memory", "cached"], rows, [
        "left",
        "right",
        "right",
        "right",
        "right",
        "left",
      ]),
    ].join("\n");
  }

  /** What a console shows: `toString`. */
  [inspect.custom](): string {
    return this.toString();
  }
}

/** Cells of one column of one panel that a request reads. */
interface Use {
  readonly panel: string;
  readonly column: string;
  readonly rows: number;
}

/** The account of a plan. */
export function explainPlan(plan: HistoryPlan): RequestAccount {
  const { panels, rows, fields, expressionRows } = plan;
  const { index } = rows;
  const parts = expressionParts(plan);
  const uses = usesOf(plan, parts);
  const files: ExplainedFile[] = [];
  for (const name of new Set([panels.baseName, ...uses.map((use) => use.panel)])) {
    const own = uses.filter((use) => use.panel === name);
    const panel = panels.panel(name);
    const inMemory = own.filter(({ column }) => panel.column(column).loaded);
    const read = own.filter((use) => !inMemory.includes(use));
    files.push({
      panel: name,
      file: panel.label,
      columns: own.map(({ column }) => column),
      rows: Math.max(0, ...own.map((use) => use.rows)),
      bytes: sum(read.map((use) => bytesOf(panel.column(use.column).type, use.rows))),
      inMemory: inMemory.map(({ column }) => column),
      cached: plan.entries.get(name)!.cached,
    });
  }
  const resultBytes = sum(fields.map(({ type }) => bytesOf(type, index.rowCount)));
  const bytes = sum(files.map((file) => file.bytes));
  const { from, to } = expressionRows ?? { from: rows.firstSession, to: rows.lastSession };
  const n = index.sessionCount;
  const known = labelsKnown(plan);
  return new RequestAccount({
    freq: plan.freq,
    base: panels.baseName,
    rows: index.rowCount,
    sessions: n,
    instruments: index.usedInstruments().length,
    ...(n > 0 && { first: formatNs(index.datetimes[0]!), last: formatNs(index.datetimes[n - 1]!) }),
    columns: fields.length,
    files,
    bytes,
    resultBytes,
    warmUp: rows.firstSession - from,
    lookAhead: to - rows.lastSession,
    ...(known !== undefined && { labelsKnown: formatNs(known) }),
    cached: files.every((file) => file.bytes === 0 || file.cached),
    peakBytes: bytes + resultBytes + keyBytes(plan) + computeBytes(plan, parts),
  });
}

/** When the last row's labels are known: as many sessions after it as they look ahead. */
function labelsKnown({ panels, rows, expressions, labels }: HistoryPlan): bigint | undefined {
  const last = rows.index.datetimes.at(-1);
  const lookAhead = expressions?.plan.lookAhead ?? 0;
  if (last === undefined || labels.size === 0 || lookAhead === 0) return undefined;
  return panels.base.index.sessionAfter(last, lookAhead);
}

/** @throws DataServiceError over-budget, bad-request */
export function checkBudget(plan: HistoryPlan, budget: number | undefined): void {
  if (budget === undefined) return;
  if (!(budget > 0)) {
    throw new DataServiceError("bad-request", `memoryBudget: ${budget} is not a number of bytes above 0`);
  }
  const account = explainPlan(plan);
  const { peakBytes } = account.figures;
  if (peakBytes <= budget) return;
  throw new DataServiceError(
    "over-budget",
    `the request would take about ${groupDigits(peakBytes)} bytes of memory, more than memoryBudget ${groupDigits(budget)}; ask for fewer rows or fields\n${account}`,
    { count: peakBytes, found: account.figures.files.map((f) => `${f.file}: ${f.bytes} bytes`) },
  );
}

/** @param read what expressions read of other panels */
function usesOf(plan: HistoryPlan, read: ReadonlyMap<string, AlignedPart>): Use[] {
  const { panels, rows, parts, fields, expressionRows } = plan;
  const uses = new Map<string, Use>();
  const add = (panel: string, column: string, count: number): void => {
    const key = `${panel}\n${column}`;
    uses.set(key, { panel, column, rows: Math.max(count, uses.get(key)?.rows ?? 0) });
  };
  for (const field of fields) {
    if (field.kind === "expression") continue;
    const panel = panelNameOf(field.ref);
    add(panel, field.ref.name, parts.get(panel)?.rowsRead ?? rows.index.rowCount);
    const isRestated = isOfBase(field.ref, plan) && restatementOf(field.ref.name) !== undefined;
    if (plan.adjust !== "forward" && isRestated) {
      const whole = plan.adjust === "back" ? panels.base.rowCount : rows.index.rowCount;
      add(panels.baseName, factorField(panels.base, plan.adjust), whole);
    }
  }
  for (const { panel, name } of expressionFields(plan)) {
    const { readIndex } = expressionRows!;
    add(panel, name, read.get(panel)?.rowsRead ?? readIndex.rowCount);
  }
  return [...uses.values()];
}

/** Row maps and the key of the result: 4 bytes a row each. */
function keyBytes({ rows, parts }: HistoryPlan): number {
  const picked = rows.rows.kind === "gathered" ? 2 : 0;
  const maps = [...parts.values()].filter(({ alignment }) => alignment.run === undefined).length;
  return 4 * rows.index.rowCount * (picked + maps) + 8 * rows.index.sessionCount;
}

/** The fields that expressions read, and the names of their panels. */
function expressionFields(plan: HistoryPlan): { panel: string; name: string }[] {
  const refs = plan.expressions?.fields.values() ?? [];
  return Array.from(refs, (ref) => ({ panel: panelNameOf(ref), name: ref.name }));
}

/** What expressions read of other panels than the base, by panel. */
function expressionParts(plan: HistoryPlan): Map<string, AlignedPart> {
  const names = new Set(expressionFields(plan).map(({ panel }) => panel));
  names.delete(plan.panels.baseName);
  return new Map(
    Array.from(names, (panel) => [panel, plan.panels.align(panel, plan.expressionRows!.readIndex)]),
  );
}

/** What computing expressions takes beside what is read and the window's own cells. */
function computeBytes(plan: HistoryPlan, parts: ReadonlyMap<string, AlignedPart>): number {
  const { expressions, expressionRows, rows, panels } = plan;
  if (!expressions || !expressionRows) return 0;
  const { keys, first, last, readIndex, read } = expressionRows;
  const computed = keys.offsets[last]! - keys.offsets[first]!;
  // A window of all instruments has the computed cells themselves, another picks its own from them.
  const results = rows.rows.kind === "contiguous" ? 0 : 4 * computed * expressions.plan.names.length;
  const fields = expressionFields(plan).map(({ panel, name }) => {
    const { type, loaded } = panels.panel(panel).column(name);
    const part = parts.get(panel);
    const isPicked = part ? part.alignment.run === undefined : read.kind === "gathered" && loaded;
    const picked = isPicked ? bytesOf(type, readIndex.rowCount) : 0;
    return picked + (type.startsWith("float") ? 0 : 8 * readIndex.rowCount); // other numbers become float64
  });
  return results + sum(fields) + workingBytes(keys, expressions.plan, { from: first, to: last });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
