import { expressionKey } from "../ids.js";
import { parsePythonJson, plainJson } from "../json/python-json.js";
import type { CatalogueKind } from "./catalogue-kinds.js";

/** A record of a catalogue with every field it came with; NaN and Infinity, which no JSON has, are numbers. */
export type CatalogueRecord = Readonly<Record<string, unknown>>;

/**
 * The record that `text` is: plain JavaScript values, for columns and tests. What must stay as it was, down to 1.0 and the
 * order of keys, is the text.
 * @throws SyntaxError
 */
export function parseRecord(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return plainJson(parsePythonJson(text)); // Python's NaN, or no JSON at all
  }
}

export function isRecord(value: unknown): value is CatalogueRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field's text; undefined where it is of another type. */
export function textOf(record: CatalogueRecord, field: string): string | undefined {
  const value = record[field];
  return typeof value === "string" ? value : undefined;
}

/** A field's finite number; undefined where there is none: an absent metric is not 0. */
export function numberOf(record: CatalogueRecord, field: string): number | undefined {
  const value = record[field];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/**
 * By what a record is known from one export to the next: a factor's name, source and expression (one name occurs with
 * several), a loop's task, number and workspace (a loop has several). Undefined where a part is missing.
 */
export function recordKey(kind: CatalogueKind, record: CatalogueRecord): readonly string[] | undefined {
  const parts = KEYS[kind](record);
  return parts.every((part) => part !== undefined) ? (parts as string[]) : undefined;
}

const KEYS: Readonly<Record<CatalogueKind, (record: CatalogueRecord) => readonly (string | undefined)[]>> = {
  factors: (record) => [
    filled(record, "name"),
    textOf(record, "source") ?? "",
    expressionKey(record.expression),
  ],
  strategies: (record) => [filled(record, "strategy_id")],
  loops: (record) => [
    filled(record, "task_run_id"),
    wholeText(record.loop_id),
    textOf(record, "workspace_id") ?? "",
  ],
  models: (record) => [filled(record, "model_id")],
  alpha158: (record) => [filled(record, "name")],
  alpha360: (record) => [filled(record, "name")],
};

function filled(record: CatalogueRecord, field: string): string | undefined {
  return textOf(record, field) || undefined;
}

function wholeText(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** A record's JSON without the blanks between its tokens; numbers, escapes and the order of keys stay as they are. */
export function compactJson(text: string): string {
  return /\s/.test(text) ? text.replace(TOKEN_OR_BLANKS, (_, string?: string) => string ?? "") : text;
}

const TOKEN_OR_BLANKS = /("(?:[^"\\]|\\.)*")|\s+/gs;
