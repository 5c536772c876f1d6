import type { RowKeys } from "../../columns/table.js";
import { DataServiceError, pathOf } from "../../errors.js";
import { formatNs } from "../../time.js";
import { type CodeSource, checkRowCount, PanelIndex } from "../panel-index.js";
import { markUsed, placesOfUsed } from "../used-codes.js";
import { CheckedCodes, codesRoom, positionsOf, SLAB_ROWS } from "./checked-codes.js";
import { rankDatetimes, rankInstruments } from "./level-rank.js";
import { SortedScan } from "./sorted-scan.js";

export interface BuiltIndex {
  readonly index: PanelIndex;
  /** Where the rows were not sorted: the file's row for each row of the panel. */
  readonly order?: Uint32Array;
}

/** What rows that have the key of another are: refused, or kept in the order of the file. */
export type Duplicates = "error" | "keep";

export interface BuildOptions {
  /** Whether the codes of sorted rows are held, or read again by range. */
  readonly codes?: "held" | "on-demand";
  readonly duplicates?: Duplicates | undefined;
}

/**
 * A PanelIndex over the keys of a file (`label` names it in errors). One pass when the rows are sorted, which
 * they nearly always are; else they are sorted by two stable counting sorts.
 * @throws DataServiceError missing-keys, duplicate-keys, corrupt (a code beyond its level), over-budget (too many rows)
 */
export function buildIndex(keys: RowKeys, label: string, options: BuildOptions = {}): BuiltIndex {
  const { codes: held = "held", duplicates = "error" } = options;
  checkRowCount(keys.rowCount, label);
  const sessions = rankDatetimes(keys.datetimes);
  const names = rankInstruments(keys.instruments);
  const codes = new CheckedCodes(keys, sessions.rank, names.rank, label);
  const own = held === "held" ? codesRoom(keys.rowCount) : undefined;
  const scan = new SortedScan(sessions.rank, sessions.sorted.length, names.sorted.length);
  for (let first = 0; first < keys.rowCount; first += SLAB_ROWS) {
    const last = Math.min(first + SLAB_ROWS, keys.rowCount);
    const datetimes = keys.readDatetimeCodes(first, last);
    const positions = positionsOf(keys.readInstrumentCodes(first, last), names.rank);
    if (!scan.take(datetimes, positions)) {
      return sortRows(keys, codes, sessions.sorted, names.sorted, label, duplicates);
    }
    own?.set(positions, first);
  }
  const { counts, used } = scan;
  // Instruments of few sessions, and entries that no row uses: all rows are looked through for them.
  for (let first = 0; first < keys.rowCount && used.includes(0); first += SLAB_ROWS) {
    const last = Math.min(first + SLAB_ROWS, keys.rowCount);
    markUsed(positionsOf(keys.readInstrumentCodes(first, last), names.rank), used);
  }
  const index = compact(sessions.sorted, names.sorted, counts, used, own ?? codes.source(), keys.timezone);
  return { index };
}

function sortRows(
  keys: RowKeys,
  codes: CheckedCodes,
  datetimes: BigInt64Array,
  instruments: readonly string[],
  label: string,
  duplicates: Duplicates,
): BuiltIndex {
  const n = keys.rowCount;
  const session = new Int32Array(n);
  for (let first = 0; first < n; first += SLAB_ROWS) {
    codes.readSessions(first, session.subarray(first, Math.min(first + SLAB_ROWS, n)));
  }
  const code = codes.readCodes(0, n);
  const byCode = countingSort(code, instruments.length, undefined);
  const order = countingSort(session, datetimes.length, byCode);
  const counts = new Uint32Array(datetimes.length + 1);
  const used = new Uint8Array(instruments.length);
  const sorted = new Int32Array(n);
  const repeated: number[] = [];
  let repeats = 0;
  for (let i = 0; i < n; i++) {
    const row = order[i]!;
    sorted[i] = code[row]!;
    counts[session[row]! + 1]!++;
    used[code[row]!] = 1;
    const before = i > 0 ? order[i - 1]! : -1;
    if (before >= 0 && session[before] === session[row] && code[before] === code[row]) {
      repeats++;
      if (repeated.length < 3) repeated.push(row);
    }
  }
  if (repeats > 0 && duplicates === "error") {
    const found = repeated.map(
      (row) => `(${formatNs(datetimes[session[row]!]!)}, ${instruments[code[row]!]})`,
    );
    throw repeatedKeys(label, repeats, found, keys.timezone);
  }
  const index = compact(datetimes, instruments, counts, used, sorted, keys.timezone, repeats > 0);
  return { index, order };
}

/** Keys of a zone can be different instants that its clocks show as one time: pandas sees no repeat there. */
function repeatedKeys(
  label: string,
  count: number,
  found: readonly string[],
  timezone: string | undefined,
): DataServiceError {
  const drop =
    'drop one of each in pandas with df[~df.index.duplicated()], or keep all for the right side of asofJoin with duplicates: "keep"';
  const advice =
    timezone === undefined || timezone === "UTC"
      ? drop
      : `the clocks of ${timezone} show an hour twice where summer time ends, so write the table in pandas as df.tz_convert("UTC", level="datetime"); if keys repeat even then, ${drop}`;
  return new DataServiceError(
    "duplicate-keys",
    `${label}: ${count} ${count === 1 ? "row repeats" : "rows repeat"} the (datetime, instrument) key of another, first ${found.join(", ")}; ${advice}`,
    { ...pathOf(label), count, found },
  );
}

/** Positions in ascending order of their value, equal ones in the order of `previous` (or of position). */
function countingSort(
  values: Int32Array,
  valueCount: number,
  previous: Uint32Array | undefined,
): Uint32Array {
  const next = new Uint32Array(valueCount + 1);
  for (let i = 0; i < values.length; i++) next[values[i]! + 1]!++;
  for (let v = 0; v < valueCount; v++) next[v + 1]! += next[v]!;
  const out = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const position = previous ? previous[i]! : i;
    out[next[values[position]!]!++] = position;
  }
  return out;
}

/** Leaves out the level entries that no row uses, and turns counts into offsets. */
function compact(
  datetimes: BigInt64Array,
  instruments: readonly string[],
  counts: Uint32Array,
  used: Uint8Array,
  codes: Int32Array | CodeSource,
  timezone: string | undefined,
  mayRepeat = false,
): PanelIndex {
  const [allSessions, allCodes] = [!counts.includes(0, 1), !used.includes(0)];
  const live = allSessions ? counts : counts.filter((count, s) => s === 0 || count > 0);
  const offsets = new Uint32Array(live.length);
  for (let i = 1; i < live.length; i++) offsets[i] = offsets[i - 1]! + live[i]!;
  return new PanelIndex({
    datetimes: allSessions ? datetimes : datetimes.filter((_, s) => counts[s + 1]! > 0),
    instruments: allCodes ? instruments : instruments.filter((_, code) => used[code] === 1),
    offsets,
    codes: allCodes ? codes : renumber(codes, used),
    timezone,
    allUsed: true,
    mayRepeat,
  });
}

function renumber(codes: Int32Array | CodeSource, used: Uint8Array): Int32Array | CodeSource {
  const places = placesOfUsed(used);
  const apply = (some: Int32Array): Int32Array => {
    for (let i = 0; i < some.length; i++) some[i] = places[some[i]!]!;
    return some;
  };
  if (codes instanceof Int32Array) return apply(codes);
  const renumbered = (source: CodeSource): CodeSource => ({
    read: (first, last) => apply(source.read(first, last)),
    hold() {
      const held = source.hold?.();
      return held && renumbered(held);
    },
  });
  return renumbered(codes);
}
