import { WINDOW_KEYS, type WindowRequest } from "../keys/find/window-plan.js";
import { checkKeys } from "../names/request-keys.js";
import type { Panel } from "./panel.js";

const { universe: _, ...REQUEST_KEYS } = WINDOW_KEYS;

/**
 * `panel.window` with the signature of the live data service: the universe first, then what to read of it.
 * @param universe codes in either spelling; undefined or null for all instruments
 * @example
 * getHistoryWindow(panel, ["SH600001"], { end: "2020-03-02", bars: 20, fields: ["close"] });
 */
export function getHistoryWindow(
  panel: Panel,
  universe: string | Iterable<string> | undefined | null,
  request: Omit<WindowRequest, "universe"> = {},
): Panel {
  checkKeys(request, REQUEST_KEYS, "getHistoryWindow");
  return panel.window({ ...request, universe: universe ?? undefined });
}
