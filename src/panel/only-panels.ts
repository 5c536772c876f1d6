import { DataServiceError } from "../errors.js";
import type { Panel } from "./panel.js";

/**
 * What marks a Panel. Verbs know the class as a type only, and a second copy of the package in one process, as another
 * entry of it may bring, makes Panels too.
 */
export const PANEL_BRAND = Symbol.for("@aistock/data-service/Panel");

/** Refuses a list with what is not a Panel, such as the promise of one. @throws DataServiceError bad-request */
export function onlyPanels(given: readonly unknown[], call: string): void {
  for (const [at, one] of given.entries()) onlyPanel(one, `${call}: panel ${at + 1}`, at);
}

/**
 * Refuses what is not a Panel.
 * @param what how the error names it, such as `evaluate: previous`
 * @throws DataServiceError bad-request
 */
export function onlyPanel(one: unknown, what: string, position?: number): asserts one is Panel {
  if (isPanel(one)) return;
  const found = one instanceof Promise ? "a promise; await it" : `${String(one)}; give a Panel`;
  throw new DataServiceError(
    "bad-request",
    `${what} is ${found}`,
    position === undefined ? {} : { position },
  );
}

function isPanel(one: unknown): one is Panel {
  return typeof one === "object" && one !== null && PANEL_BRAND in one;
}
