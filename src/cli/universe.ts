import { join } from "node:path";
import { DataServiceError } from "../errors.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { findLists, readInstrumentList } from "../universe/instrument-list.js";
import { resolveUniverse } from "../universe/plan-rows.js";
import { isList, Universe } from "../universe/universe.js";
import { isQlibFolder } from "./folder.js";

/**
 * What `--universe` names: codes, or where it is one name and the table a qlib folder, one of the folder's instrument lists.
 * @throws DataServiceError unknown-instrument, naming the lists; bad-request where a list is not alone
 */
export function universeOf(
  path: string,
  names: readonly string[] | undefined,
  index: PanelIndex,
): readonly string[] | Universe | undefined {
  if (names === undefined || !isQlibFolder(path)) return names;
  const lists = findLists([join(path, "instruments")]);
  if (names.length > 1) {
    const listed = names.find((name) => lists.has(name) && index.codeOf(name) < 0);
    if (listed === undefined) return names;
    const problem = `universe: "${listed}" is an instrument list of ${path}; give it alone`;
    throw new DataServiceError("bad-request", problem, { path, instrument: listed });
  }
  const found = resolveUniverse(names[0]!, lists, (name) => readInstrumentList(lists.get(name)!), index);
  return isList(found) ? Universe.of(found) : found;
}
