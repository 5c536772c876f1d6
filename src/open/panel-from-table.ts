import { Column } from "../columns/column.js";
import { loadColumns } from "../columns/load.js";
import type { FileTable, Progress, RowKeys } from "../columns/table.js";
import { type BuiltIndex, buildIndex, type Duplicates } from "../keys/build/build-index.js";
import { changes } from "../keys/build/changes.js";
import { SLAB_ROWS } from "../keys/build/checked-codes.js";
import { planWindow } from "../keys/find/window-plan.js";
import type { PanelNote } from "../panel/notes.js";
import { Panel } from "../panel/panel.js";
import type { PanelInfo } from "../panel/panel-info.js";
import { namingParts } from "./overlapping-parts.js";

/** What to take of a table. */
export interface TakenPart {
  /** Only rows in [startNs, endNs], epoch nanoseconds. */
  readonly startNs?: bigint | undefined;
  readonly endNs?: bigint | undefined;
  /** Whether to read all columns into memory as well. */
  readonly load?: boolean | undefined;
  readonly duplicates?: Duplicates | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * The Panel of a format's table, its rows sorted, those outside [startNs, endNs] left out. Where columns are read by a
 * second thread, it begins before this one checks the keys.
 */
export function panelFromTable(table: FileTable, part: TakenPart = {}): Panel {
  const { startNs, endNs, load = false } = part;
  const run = reading(table.keys, () => rowsBetween(table.keys, startNs, endNs));
  const [first, last] = run ?? [0, table.keys.rowCount];
  const keys = run ? keysOf(table.keys, first, last) : table.keys;
  let built: BuiltIndex | undefined;
  const build = (): BuiltIndex => {
    built ??= reading(keys, () => indexOf(table, keys, part.duplicates));
    if (load) built.index.hold();
    return built;
  };
  const inFile = Array.from(table.columns, ([name, source]): [string, Column] => [
    name,
    Column.from(source).slice(first, last),
  ]);
  if (load)
    loadColumns(
      inFile.map(([, column]) => column),
      part.onProgress,
      build,
    );
  const { index, order } = build();
  const columns = new Map(inFile.map(([name, column]) => [name, order ? column.reorder(order) : column]));
  const panel = new Panel(index, columns, infoOf(table));
  return run || (startNs === undefined && endNs === undefined)
    ? panel
    : panel.take(planWindow(index, { start: startNs, end: endNs }, panel.label));
}

function indexOf(table: FileTable, keys: RowKeys, duplicates: Duplicates | undefined): BuiltIndex {
  try {
    return buildIndex(keys, table.label, { codes: "on-demand", duplicates });
  } catch (error) {
    throw namingParts(error, table);
  }
}

function infoOf({ label, groups, notes = [], keyNames }: FileTable): PanelInfo {
  const isOther = (["datetime", "instrument"] as const).some((key) => (keyNames?.[key] ?? key) !== key);
  const told = notes.map((text): PanelNote => ({ fields: [], tell: () => text }));
  return {
    source: label,
    groups,
    ...(isOther && { keys: keyNames }),
    ...(told.length > 0 && { notes: told }),
  };
}

/** With a file kept open for the many reads of `use`, which took 3 ms for 14 million rows. */
function reading<T>(keys: RowKeys, use: () => T): T {
  return keys.session ? keys.session(use) : use();
}

/**
 * The run of file rows with startNs <= datetime <= endNs where the file is sorted by datetime, so that nothing
 * but the datetime codes of the other rows need be read; undefined where it is not sorted or all is asked for.
 */
function rowsBetween(keys: RowKeys, startNs?: bigint, endNs?: bigint): [number, number] | undefined {
  if (startNs === undefined && endNs === undefined) return undefined;
  const side = Int8Array.from(keys.datetimes, (ns) => {
    if (startNs !== undefined && ns < startNs) return -1;
    return endNs !== undefined && ns > endNs ? 1 : 0;
  });
  let [first, last, before] = [0, 0, -1];
  for (let from = 0; from < keys.rowCount; from += SLAB_ROWS) {
    const codes = keys.readDatetimeCodes(from, Math.min(from + SLAB_ROWS, keys.rowCount));
    const starts = changes(codes);
    for (let run = 0, row = 0; row < codes.length; run++) {
      const where = side[codes[row]!];
      if (where === undefined || where < before) return undefined; // a bad code is the index builder's to report
      const end = run < starts.length ? starts[run]! : codes.length;
      if (where < 0) first += end - row;
      if (where <= 0) last += end - row;
      [before, row] = [where, end];
    }
  }
  return [first, last];
}

function keysOf(keys: RowKeys, first: number, last: number): RowKeys {
  return {
    rowCount: last - first,
    datetimes: keys.datetimes,
    instruments: keys.instruments,
    readDatetimeCodes: (a, b) => keys.readDatetimeCodes(first + a, first + b),
    readInstrumentCodes: (a, b) => keys.readInstrumentCodes(first + a, first + b),
    session: (use) => reading(keys, use),
    timezone: keys.timezone,
  };
}
