import type { Panel, PanelWindowRequest } from "./panel.js";

/**
 * `panel.window` in the shape of the live data service: the universe first, then what to read of it.
 * @param universe codes in either spelling; undefined or null for all instruments
 */
export function getHistoryWindow(
  panel: Panel,
  universe: string | Iterable<string> | undefined | null,
  request: Omit<PanelWindowRequest, "universe"> = {},
): Panel {
  return panel.window({ ...request, universe: universe ?? undefined });
}
