import type { Advice } from "../errors.js";
import { listNames } from "../names/field.js";
import type { Panel } from "./panel.js";

/** What the caller should know about some columns of a panel, or about the panel as a whole. */
export interface PanelNote {
  /** The columns it is about, by their names in the panel; none if it is about the panel as a whole. */
  readonly fields: readonly string[];
  /** The sentence, given the current names of its columns. */
  readonly tell: (fields: readonly string[]) => string;
  /** Whether it says that these columns hold what is known only after a row's datetime. */
  readonly ahead?: true;
  /** What the sentence says to do. */
  readonly advice?: Advice;
}

/** The sentences, each once. */
export function textsOf(notes: readonly PanelNote[]): string[] {
  return [...new Set(notes.map(({ fields, tell }) => tell(fields)))];
}

/**
 * The notes of a panel as they hold for one made of its columns: a note stays with its columns under the names they
 * have there, and goes with the last of them.
 * @param own the panel's own name of each column, by the name it has in the new one
 */
export function notesUnder(notes: readonly PanelNote[], own: ReadonlyMap<string, string>): PanelNote[] {
  return notes.flatMap((note) => {
    if (note.fields.length === 0) return [note];
    const fields = [...own].filter(([, from]) => note.fields.includes(from)).map(([name]) => name);
    return fields.length === 0 ? [] : [{ ...note, fields }];
  });
}

/** That a column looks ahead, by itself or through `from`, a column it is computed from. */
export function aheadNote(field: string, from?: string): PanelNote {
  const how = from === undefined ? "looks ahead" : `is computed from "${from}", which looks ahead`;
  const words = "name it in labels";
  return {
    fields: [field],
    tell: (fields) => `${listNames(fields)} ${how}; if it is a label, ${words}`,
    ahead: true,
    advice: { code: "name-label", words },
  };
}

/** The columns that notes say look ahead. */
export function fieldsAhead(notes: readonly PanelNote[] = []): ReadonlySet<string> {
  return new Set(notes.filter(({ ahead }) => ahead).flatMap(({ fields }) => fields));
}

/** A panel with notes about it as a whole added. */
export function withNotes(panel: Panel, texts: readonly string[]): Panel {
  if (texts.length === 0) return panel;
  const more = texts.map((text): PanelNote => ({ fields: [], tell: () => text }));
  return panel.with({ info: { ...panel.info, notes: [...(panel.info.notes ?? []), ...more] } });
}
