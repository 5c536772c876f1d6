import { alignRows } from "../align/align.js";
import { alignColumn } from "../align/aligned-column.js";
import { respellIndex } from "../align/union-index.js";
import { appendColumn } from "../columns/appended-column.js";
import type { Column } from "../columns/column.js";
import { DataServiceError, pathOf } from "../errors.js";
import { PanelIndex } from "../keys/panel-index.js";
import { notesUnder, type PanelNote } from "../panel/notes.js";
import { inOneZone } from "../panel/one-zone.js";
import { onlyPanels } from "../panel/only-panels.js";
import type { Panel } from "../panel/panel.js";
import { formatNs } from "../time.js";

/**
 * A panel extended with the sessions of another, all after its last. The columns must be the same, by name (with or
 * without `$`) and type; instruments may be new, and are spelled as `panel` spells its own. The earlier rows keep their
 * row numbers, and cells that are still in a file stay there until they are asked for. Times of another zone are taken to
 * the clocks of the first.
 * @throws DataServiceError zone-conflict; bad-request if sessions overlap or columns differ; unknown-field
 */
export function appendSessions(panel: Panel, given: Panel): Panel {
  onlyPanels([panel, given], "appendSessions");
  const { panels, notes } = inOneZone([panel, given], [panel.label, given.label], "appendSessions");
  const later = panels[1]!;
  const columns = matchColumns(panel, later);
  const last = panel.index.datetimes.at(-1);
  const first = later.index.datetimes[0];
  if (first === undefined) return panel;
  if (last !== undefined && first <= last) {
    const problem = `appendSessions: ${later.label} begins at ${formatNs(first)}, but ${panel.label} already holds sessions up to ${formatNs(last)}; append only what comes after`;
    throw new DataServiceError("bad-request", problem, { ...pathOf(later.label), found: [formatNs(last)] });
  }
  const added = respellIndex(later.index, panel.index);
  const alignment = alignRows(added, later.index);
  const grown = new Map(
    columns.map(([name, own, other]) => [name, appendColumn(own, alignColumn(other, alignment))]),
  );
  return panel.with({
    index: appendIndex(panel.index, added),
    columns: grown,
    info: { ...panel.info, notes: [...notesOfBoth(panel, later), ...notes] },
  });
}

/** The notes of both, of which two that say the same are told once. */
function notesOfBoth(panel: Panel, later: Panel): readonly PanelNote[] {
  const theirs = new Map(panel.columnNames.map((name) => [name, later.fieldName(name)]));
  return [...(panel.info.notes ?? []), ...notesUnder(later.info.notes ?? [], theirs)];
}

/** Each column of `panel` with the one of `later` that goes on with it. */
function matchColumns(panel: Panel, later: Panel): [name: string, own: Column, later: Column][] {
  const left = new Set(later.columnNames);
  const pairs = panel.columnNames.map((name): [string, Column, Column] => {
    const theirs = later.fieldName(name);
    if (!left.delete(theirs)) {
      const problem = `appendSessions: ${later.label} has one column "${theirs}" for two of ${panel.label}, "${name}" among them; give it both, or select() one of them`;
      throw new DataServiceError("bad-request", problem, { field: name });
    }
    const [own, other] = [panel.column(name), later.column(theirs)];
    if (own.type === other.type) return [name, own, other];
    const problem = `appendSessions: column "${name}" is ${own.type} in ${panel.label} and ${other.type} in ${later.label}; convert one of them`;
    throw new DataServiceError("bad-request", problem, { field: name, found: [own.type, other.type] });
  });
  if (left.size === 0) return pairs;
  const found = [...left];
  const problem = `appendSessions: ${later.label} has columns that ${panel.label} lacks: ${found.join(", ")}; select() the ones both have`;
  throw new DataServiceError("bad-request", problem, { field: found[0]!, found });
}

/** The rows of `later` after those of `index`; both spell instruments alike. */
function appendIndex(index: PanelIndex, later: PanelIndex): PanelIndex {
  const known = new Set(index.instruments);
  const fresh = later.usedInstruments().filter((name) => !known.has(name));
  const instruments = fresh.length === 0 ? index.instruments : [...index.instruments, ...fresh].sort();
  const places = new Map(instruments.map((name, place) => [name, place]));
  const placesOf = (names: readonly string[]) => Int32Array.from(names, (name) => places.get(name) ?? -1);
  const moved = fresh.length === 0 ? undefined : placesOf(index.instruments);
  const laterMoved = placesOf(later.instruments);
  const rows = index.rowCount;
  const offsets = new Uint32Array(index.sessionCount + later.sessionCount + 1);
  for (let s = 0; s <= index.sessionCount; s++) offsets[s] = index.startOf(s);
  for (let s = 0; s <= later.sessionCount; s++) offsets[index.sessionCount + s] = rows + later.startOf(s);
  const datetimes = new BigInt64Array(index.sessionCount + later.sessionCount);
  datetimes.set(index.datetimes);
  datetimes.set(later.datetimes, index.sessionCount);
  const read = (first: number, last: number): Int32Array => {
    if (last <= rows && !moved) return index.codesOf(first, last);
    const codes = new Int32Array(last - first);
    if (first < rows) codes.set(index.codesOf(first, Math.min(last, rows)));
    const split = Math.max(0, Math.min(last, rows) - first);
    if (moved) for (let i = 0; i < split; i++) codes[i] = moved[codes[i]!]!;
    if (last > rows) codes.set(later.codesOf(Math.max(first, rows) - rows, last - rows), split);
    for (let i = split; i < codes.length; i++) codes[i] = laterMoved[codes[i]!]!;
    return codes;
  };
  const { timezone } = index;
  return new PanelIndex({ datetimes, instruments, offsets, codes: { read }, timezone });
}
