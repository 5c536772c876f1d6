import { join } from "node:path";
import { DataServiceError } from "../errors.js";
import type { PanelIndex } from "../keys/panel-index.js";
import type { Panel } from "../panel/panel.js";
import { planBaseRows, resolveUniverse, type Universe } from "../universe/plan-rows.js";
import { findLists, type InstrumentList, readList } from "../universe/universe.js";
import { isQlibFolder } from "./folder.js";

/**
 * What `--universe` names: codes, or where it is one name and the table a qlib folder, one of the folder's instrument lists.
 * @throws DataServiceError unknown-instrument, naming the lists; bad-request where a list is not alone
 */
export function universeOf(path: string, names: readonly string[] | undefined, index: PanelIndex): Universe {
  if (names === undefined || !isQlibFolder(path)) return names;
  const lists = findLists([join(path, "instruments")]);
  if (names.length > 1) {
    const listed = names.find((name) => lists.has(name) && index.codeOf(name) < 0);
    if (listed === undefined) return names;
    const problem = `universe: "${listed}" is an instrument list of ${path}; give it alone`;
    throw new DataServiceError("bad-request", problem, { path, instrument: listed });
  }
  return resolveUniverse(names[0]!, lists, (name) => readList(name, lists.get(name)!), index);
}

export function isList(universe: Universe): universe is InstrumentList {
  return universe !== undefined && "spans" in universe;
}

/** The codes of those that were ever in a list, whether a panel knows them or not. */
export function everInList({ spans }: InstrumentList): string[] {
  return [...new Set(spans.map(({ instrument }) => instrument))];
}

/** The rows of those in a list on their day: what qlib's `D.features(D.instruments(name), ...)` gives. */
export function rowsInList(panel: Panel, list: InstrumentList): Panel {
  const { rows } = planBaseRows(panel.index, list, {}, panel.label);
  return panel.take({ rows, unknownInstruments: panel.unknownInstruments });
}
