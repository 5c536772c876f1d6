import { join } from "node:path";
import type { Panel } from "../panel/panel.js";
import type { PanelIndex } from "../panel/panel-index.js";
import { planBaseRows, resolveUniverse, type Universe } from "../snapshot/plan-rows.js";
import { findLists, type InstrumentList, readList } from "../snapshot/universe.js";
import { isQlibFolder } from "./folder.js";

/**
 * What `--universe` names: codes, or where it is one name and the table a qlib folder, one of the folder's instrument lists.
 * @throws DataServiceError unknown-instrument, naming the lists
 */
export function universeOf(path: string, names: readonly string[] | undefined, index: PanelIndex): Universe {
  if (names?.length !== 1 || !isQlibFolder(path)) return names;
  const lists = findLists([join(path, "instruments")]);
  return resolveUniverse(names[0], lists, (name) => readList(name, lists.get(name)!), index);
}

export function isList(universe: Universe): universe is InstrumentList {
  return universe !== undefined && "spans" in universe;
}

/** The codes of those that were ever in a list, as far as there are any of them in a panel. */
export function everInList({ spans }: InstrumentList, index: PanelIndex): string[] {
  return [...new Set(spans.map(({ instrument }) => instrument))].filter((code) => index.codeOf(code) >= 0);
}

/** The rows of those in a list on their day: what qlib's `D.features(D.instruments(name), ...)` gives. */
export function rowsInList(panel: Panel, list: InstrumentList): Panel {
  const { rows } = planBaseRows(panel.index, list, {}, panel.label);
  return panel.take({ rows, unknownInstruments: [] });
}
