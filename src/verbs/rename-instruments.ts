import type { LevelCodes, RowKeys } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { buildIndex } from "../keys/build/build-index.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { namedEntries } from "../names/named-entries.js";
import type { Panel } from "../panel/panel.js";

/** What instruments are called: by their names now, those that are not there stay; or a function of the name now. */
export type InstrumentRenaming = Readonly<Record<string, string>> | ((instrument: string) => string);

/**
 * A panel whose instruments are called otherwise, its rows sorted by the new names.
 * @throws DataServiceError bad-request (a name that is no text), unknown-instrument (a renaming of one that is not there),
 *   duplicate-keys (two instruments of one session get one name)
 */
export function renameInstruments(panel: Panel, renaming: InstrumentRenaming): Panel {
  const { indexWithRepeats: own, label } = panel;
  const rename = typeof renaming === "function" ? renaming : ofEntries(renaming, own, label);
  const instruments = own.instruments.map((name) => {
    const now = rename(name);
    if (typeof now === "string") return now;
    const problem = `renameInstruments: "${name}" would be called ${String(now)}; give a name as text`;
    throw new DataServiceError("bad-request", problem, { instrument: name });
  });
  const sessions = new Int32Array(own.rowCount);
  for (let s = 0; s < own.sessionCount; s++) sessions.fill(s, own.startOf(s), own.startOf(s + 1));
  const keys: RowKeys = {
    rowCount: own.rowCount,
    datetimes: own.datetimes,
    instruments,
    readDatetimeCodes: (first, last): LevelCodes => sessions.subarray(first, last),
    readInstrumentCodes: (first, last): LevelCodes => own.codesOf(first, last),
    timezone: own.timezone,
  };
  const duplicates = own.repeats > 0 ? "keep" : "error";
  const { index, order } = buildIndex(keys, label, { duplicates });
  if (!order) return panel.with({ index });
  const columns = Array.from(panel.columns, ([name, column]) => [name, column.reorder(order)] as const);
  return panel.with({ index, columns: new Map(columns) });
}

function ofEntries(
  names: Readonly<Record<string, string>>,
  index: PanelIndex,
  label: string,
): (instrument: string) => string {
  const known = new Set(index.instruments);
  const given = new Map(namedEntries(names, "renameInstruments"));
  const unknown = [...given.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) {
    const problem = `renameInstruments: ${label} has no instrument "${unknown}"; give names as it spells them`;
    throw new DataServiceError("unknown-instrument", problem, { instrument: unknown });
  }
  return (name) => given.get(name) ?? name;
}
