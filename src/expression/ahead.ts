import { aheadNote, fieldsAhead, type PanelNote } from "../panel/notes.js";
import type { Panel } from "../panel/panel.js";
import { labelsAmong } from "./labels.js";
import { parseExpression } from "./parse.js";
import type { Expression } from "./syntax.js";

/**
 * What to tell of expressions on a panel that are not labels: which look ahead, by themselves or through a column of the
 * panel that does, as its own notes say.
 * @param aheadOf those that do by themselves
 */
export function aheadNotes(
  panel: Panel,
  expressions: Readonly<Record<string, string>>,
  aheadOf: readonly string[],
  labels: readonly string[] = [],
): PanelNote[] {
  const names = Object.keys(expressions);
  const declared = labelsAmong(labels, names);
  const ahead = fieldsAhead(panel.info.notes);
  const through = (name: string): string | undefined =>
    ahead.size === 0
      ? undefined
      : [...fieldsOf(parseExpression(expressions[name]!)).keys()]
          .map((field) => panel.fieldName(field))
          .find((field) => ahead.has(field));
  return names
    .filter((name) => !declared.has(name))
    .flatMap((name) => noteOf(name, aheadOf.includes(name), through));
}

/** The note of one computed column, if it needs one. */
export function noteOf(
  name: string,
  isAhead: boolean,
  through: (name: string) => string | undefined,
): PanelNote[] {
  if (isAhead) return [aheadNote(name)];
  const from = through(name);
  return from === undefined ? [] : [aheadNote(name, from)];
}

/** The fields an expression names, as written, and where each stands first in the text. */
export function fieldsOf(expression: Expression, found = new Map<string, number>()): Map<string, number> {
  if (expression.kind === "field" && !found.has(expression.name)) found.set(expression.name, expression.at);
  if (expression.kind === "call") for (const arg of expression.args) fieldsOf(arg, found);
  return found;
}
