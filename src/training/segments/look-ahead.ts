import { explainExpression } from "../../expression/explain.js";
import { fieldsAhead } from "../../panel/notes.js";
import type { Panel } from "../../panel/panel.js";
import type { GroupParts } from "../frame/columns-input.js";

/** What is known of how far labels look ahead. */
export interface LookAhead {
  /** Sessions after a row that its labels depend on; of stored labels nothing is known. */
  readonly sessions: number;
  /** Labels of which it cannot be told: they are stored, or depend on all that follows. */
  readonly unknown: readonly string[];
}

/** How many sessions after its own the labels of a row need prices of. */
export function lookAheadOf(labels: GroupParts, isField: (text: string) => boolean): LookAhead {
  const unknown: string[] = [];
  let sessions = 0;
  for (const name of labels.names) {
    const text = labels.texts[name];
    if (text === undefined || isField(text)) {
      unknown.push(name);
      continue;
    }
    const { lookAhead } = explainExpression(text);
    if (Number.isFinite(lookAhead)) sessions = Math.max(sessions, lookAhead);
    else unknown.push(name);
  }
  return { sessions, unknown };
}

/** Features that look ahead, by themselves or as a panel's own notes say: what no model may train on. */
export function featuresAhead(features: GroupParts, isField: (text: string) => boolean): string[] {
  const computed = Object.entries(features.texts)
    .filter(([, text]) => !isField(text) && explainExpression(text).looksAhead)
    .map(([name]) => name);
  const noted = features.panels.flatMap((panel: Panel) => [...fieldsAhead(panel.info.notes)]);
  return [...computed, ...noted];
}
