import type { ColumnType } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { findField } from "../names/field.js";
import type { Panel } from "../panel/panel.js";
import { formatNs } from "../time.js";
import type { SnapshotEntry } from "./entry.js";
import type { FieldDictionary } from "./field-dictionary.js";

/** One field of a snapshot. */
export interface SnapshotField {
  /** The file's own name for it. */
  readonly name: string;
  /** How to ask for it here: the name, or `panel.name` if several panels have it. */
  readonly ask: string;
  readonly panel: string;
  /** The file, as it was opened. */
  readonly file: string;
  readonly freq: string;
  readonly type: ColumnType;
  /** The group of a two-part name, such as `feature`. */
  readonly group?: string;
  readonly meaning?: string;
  readonly unit?: string;
  readonly sourceTable?: string;
  /** Of the panel: its rows, sessions and instruments, and its first and last session. */
  readonly rows: number;
  readonly sessions: number;
  readonly instruments: number;
  readonly first?: string;
  readonly last?: string;
  /** The share of the panel's rows in which it has a value; only when asked for, since it reads the column. */
  readonly coverage?: number;
}

/** What `snapshot.fields` lists. */
export interface FieldsOptions {
  /** Whether to read every listed column and count its values. */
  readonly coverage?: boolean | undefined;
  readonly freq?: string | undefined;
}

/** Text that a field's name, meaning, unit, source or panel must contain, ignoring case; or a RegExp on these. */
export type FieldPattern = string | RegExp;

/** Refuses what is no pattern, such as options without one before them. @throws DataServiceError bad-request */
export function checkPattern(pattern: FieldPattern | undefined): void {
  if (pattern === undefined || typeof pattern === "string" || pattern instanceof RegExp) return;
  throw new DataServiceError(
    "bad-request",
    "fields: the pattern is neither text nor a RegExp; leave it undefined for all fields, and give options after it",
  );
}

/** A panel with its entry, open. */
export interface ListedPanel {
  readonly entry: SnapshotEntry;
  readonly panel: Panel;
  readonly isBase: boolean;
}

/** The fields of some panels in their order, those that match. */
export function listFields(
  listed: readonly ListedPanel[],
  dictionary: FieldDictionary,
  pattern: FieldPattern | undefined,
  options: FieldsOptions,
): SnapshotField[] {
  const fields: SnapshotField[] = [];
  for (const one of listed) {
    const { entry, panel } = one;
    const { index, info } = panel;
    const instruments = index.usedInstruments().length;
    const n = index.sessionCount;
    for (const name of panel.columnNames) {
      const { meaning, unit, sourceTable } = dictionary.of(name);
      const words = [name, entry.name, meaning, unit, sourceTable].filter((word) => word !== undefined);
      if (pattern !== undefined && !words.some((word) => matches(word, pattern))) continue;
      const column = panel.column(name);
      const group = info.groups?.get(name);
      const share =
        panel.rowCount === 0 ? 0 : 1 - (options.coverage ? column.countMissing() : 0) / panel.rowCount;
      fields.push({
        name,
        ask: nameToAsk(name, one, listed),
        panel: entry.name,
        file: panel.label,
        freq: entry.freq,
        type: column.type,
        ...(group !== undefined && { group }),
        ...(meaning !== undefined && { meaning }),
        ...(unit !== undefined && { unit }),
        ...(sourceTable !== undefined && { sourceTable }),
        rows: panel.rowCount,
        sessions: n,
        instruments,
        ...(n > 0 && { first: formatNs(index.datetimes[0]!), last: formatNs(index.datetimes[n - 1]!) }),
        ...(options.coverage === true && { coverage: share }),
      });
    }
  }
  return fields;
}

function matches(word: string, pattern: FieldPattern): boolean {
  return typeof pattern === "string"
    ? word.toLowerCase().includes(pattern.toLowerCase())
    : word.search(pattern) >= 0;
}

function nameToAsk(name: string, { entry, isBase }: ListedPanel, listed: readonly ListedPanel[]): string {
  const others = listed.filter(
    (other) =>
      other.entry !== entry &&
      other.entry.freq === entry.freq &&
      findField(name, new Set(other.panel.columnNames)) !== undefined,
  );
  return isBase || others.length === 0 ? name : `${entry.name}.${name}`;
}
