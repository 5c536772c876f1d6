import { DataServiceError } from "../errors.js";
import { Panel } from "../panel/panel.js";

/** Refuses what is no Panel, such as the promise of one. @throws DataServiceError bad-request */
export function onlyPanels(given: readonly unknown[], call: string): void {
  const at = given.findIndex((one) => !(one instanceof Panel));
  if (at < 0) return;
  const one = given[at];
  const found = one instanceof Promise ? "a promise; await it" : `${String(one)}; give a Panel`;
  throw new DataServiceError("bad-request", `${call}: panel ${at + 1} is ${found}`, { position: at });
}
