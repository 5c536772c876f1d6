import { DataServiceError } from "../errors.js";
import type { LevelCodes, RowKeys } from "../formats/table.js";
import { formatNs, NAT_NS } from "../time.js";
import { type CodeSource, PanelIndex } from "./panel-index.js";
import { type LevelRank, markUsed, SortedScan } from "./sorted-scan.js";

export interface BuiltIndex {
  readonly index: PanelIndex;
  /** Where the rows were not sorted: the file's row for each row of the panel. */
  readonly order?: Uint32Array;
}

/** Rows of a slab: big enough to be fast, small enough that its codes stay in a core's cache. */
export const SLAB_ROWS = 1 << 18;

/**
 * A PanelIndex over the keys of a file (`label` names it in errors). One pass when the rows are sorted, which
 * they nearly always are; else they are sorted by two stable counting sorts. With `codes: "on-demand"` the
 * codes of sorted rows are not held but read again by range.
 * @throws DataServiceError missing-keys, duplicate-keys, corrupt (a code beyond its level)
 */
export function buildIndex(keys: RowKeys, label: string, codes: "held" | "on-demand" = "held"): BuiltIndex {
  const sessions = rankDatetimes(keys.datetimes);
  const names = rankInstruments(keys.instruments);
  const remap = new Remap(keys, sessions.rank, names.rank, label);
  const held = codes === "held" ? codesRoom(keys.rowCount) : undefined;
  const scan = new SortedScan(sessions.rank, sessions.sorted.length, names.sorted.length);
  for (let first = 0; first < keys.rowCount; first += SLAB_ROWS) {
    const last = Math.min(first + SLAB_ROWS, keys.rowCount);
    const datetimes = keys.readDatetimeCodes(first, last);
    const positions = positionsOf(keys.readInstrumentCodes(first, last), names.rank);
    if (!scan.take(datetimes, positions)) return sortRows(keys, remap, sessions.sorted, names.sorted, label);
    held?.set(positions, first);
  }
  const source: CodeSource = { read: (first, last) => remap.readChecked(first, last) };
  const { counts, used } = scan;
  // Instruments of few sessions, and entries that no row uses: all rows are looked through for them.
  for (let first = 0; first < keys.rowCount && used.includes(0); first += SLAB_ROWS) {
    const last = Math.min(first + SLAB_ROWS, keys.rowCount);
    markUsed(positionsOf(keys.readInstrumentCodes(first, last), names.rank), used);
  }
  return { index: compact(sessions.sorted, names.sorted, counts, used, held ?? source, keys.timezone) };
}

/** Instrument codes as positions among the sorted names; what has none is negative or too large. */
function positionsOf(codes: LevelCodes, { places }: LevelRank): Int16Array | Int32Array {
  if (!places)
    return codes instanceof Int16Array || codes instanceof Int32Array ? codes : new Int32Array(codes);
  const positions = new Int32Array(codes.length);
  translatePlaces(codes, places, positions);
  return positions;
}

function sortRows(
  keys: RowKeys,
  remap: Remap,
  datetimes: BigInt64Array,
  instruments: readonly string[],
  label: string,
): BuiltIndex {
  const n = keys.rowCount;
  const session = new Int32Array(n);
  for (let first = 0; first < n; first += SLAB_ROWS) {
    remap.readSessions(first, session.subarray(first, Math.min(first + SLAB_ROWS, n)));
  }
  const code = remap.readCodes(0, n);
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
  if (repeats > 0) {
    const found = repeated.map(
      (row) => `(${formatNs(datetimes[session[row]!]!)}, ${instruments[code[row]!]})`,
    );
    throw new DataServiceError(
      "duplicate-keys",
      `${label}: ${repeats} ${repeats === 1 ? "row repeats" : "rows repeat"} the (datetime, instrument) key of another, first ${found.join(", ")}; drop one of each in pandas with df[~df.index.duplicated()]`,
      { path: label, count: repeats, found },
    );
  }
  return { index: compact(datetimes, instruments, counts, used, sorted, keys.timezone), order };
}

/** So many codes are worth a thread, and lie where it can read them. */
const SHARED_FROM = 1 << 20;

function codesRoom(length: number): Int32Array {
  return new Int32Array(
    length < SHARED_FROM ? new ArrayBuffer(4 * length) : new SharedArrayBuffer(4 * length),
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
): PanelIndex {
  const live: number[] = [];
  for (let s = 0; s < datetimes.length; s++) if (counts[s + 1]! > 0) live.push(s);
  const offsets = new Uint32Array(live.length + 1);
  for (let i = 0; i < live.length; i++) offsets[i + 1] = offsets[i]! + counts[live[i]! + 1]!;
  const kept = instruments.filter((_, code) => used[code] === 1);
  return new PanelIndex({
    datetimes: live.length === datetimes.length ? datetimes : BigInt64Array.from(live, (s) => datetimes[s]!),
    instruments: kept,
    offsets,
    codes: kept.length === instruments.length ? codes : renumber(codes, used),
    timezone,
  });
}

function renumber(codes: Int32Array | CodeSource, used: Uint8Array): Int32Array | CodeSource {
  const position = new Int32Array(used.length);
  for (let code = 0, next = 0; code < used.length; code++) position[code] = used[code] === 1 ? next++ : -1;
  const apply = (some: Int32Array): Int32Array => {
    for (let i = 0; i < some.length; i++) some[i] = position[some[i]!]!;
    return some;
  };
  return codes instanceof Int32Array
    ? apply(codes)
    : { read: (first, last) => apply(codes.read(first, last)) };
}

/** Turns a file's level codes into positions in the sorted levels, and refuses missing and absurd ones. */
class Remap {
  constructor(
    readonly keys: RowKeys,
    readonly sessionRank: LevelRank,
    readonly codeRank: LevelRank,
    readonly label: string,
  ) {}

  /** The sessions of the rows [first, first + out.length). */
  readSessions(first: number, out: Int32Array): void {
    const codes = this.keys.readDatetimeCodes(first, first + out.length);
    if (!translate(codes, this.sessionRank, out)) this.#refuse();
  }

  /** The instruments of the rows [first, last), in an array of their own. */
  readCodes(first: number, last: number): Int32Array {
    const out = codesRoom(last - first);
    for (let from = first; from < last; from += SLAB_ROWS) {
      const to = Math.min(from + SLAB_ROWS, last);
      const codes = this.keys.readInstrumentCodes(from, to);
      if (!translate(codes, this.codeRank, out.subarray(from - first, to - first))) this.#refuse();
    }
    return out;
  }

  /** The same of rows that have been checked, in a file that has not changed: V8 widens 14 million in 8 ms, a loop in 30. */
  readChecked(first: number, last: number): Int32Array {
    if (this.codeRank.places) return this.readCodes(first, last);
    const out = codesRoom(last - first);
    for (let from = first; from < last; from += SLAB_ROWS) {
      out.set(this.keys.readInstrumentCodes(from, Math.min(from + SLAB_ROWS, last)), from - first);
    }
    return out;
  }

  #refuse(): never {
    const { keys, label } = this;
    const without = { datetime: 0, instrument: 0 };
    let firstRow = -1;
    for (let first = 0; first < keys.rowCount; first += SLAB_ROWS) {
      const last = Math.min(first + SLAB_ROWS, keys.rowCount);
      const datetimeCodes = keys.readDatetimeCodes(first, last);
      const instrumentCodes = keys.readInstrumentCodes(first, last);
      for (let i = 0; i < last - first; i++) {
        const [d, k] = [datetimeCodes[i]!, instrumentCodes[i]!];
        if (d >= keys.datetimes.length || k >= keys.instruments.length) {
          const [level, code, size] =
            d >= keys.datetimes.length
              ? ["datetime", d, keys.datetimes.length]
              : ["instrument", k, keys.instruments.length];
          throw new DataServiceError(
            "corrupt",
            `${label}: row ${first + i} points to entry ${code} of the ${level} level, which has ${size}; the file is damaged, write it again`,
            { path: label, position: first + i },
          );
        }
        const noTime = d < 0 || isMissing(this.sessionRank, d);
        const noName = k < 0 || isMissing(this.codeRank, k);
        if (noTime) without.datetime++;
        if (noName) without.instrument++;
        if (firstRow < 0 && (noTime || noName)) firstRow = first + i;
      }
    }
    const parts = (["datetime", "instrument"] as const).filter((level) => without[level] > 0);
    const said = parts.map(
      (level) => `${without[level]} ${without[level] === 1 ? "row has" : "rows have"} no ${level}`,
    );
    throw new DataServiceError(
      "missing-keys",
      `${label}: ${said.join(" and ")}, first row ${firstRow}; drop such rows in pandas with df[df.index.get_level_values("${parts[0]}").notna()]`,
      { path: label, count: without.datetime + without.instrument, position: firstRow },
    );
  }
}

function isMissing({ places }: LevelRank, code: number): boolean {
  return places !== undefined && places[code]! < 0;
}

/** out[i] = the place of codes[i]; false where a code is negative, beyond the level, or its entry is missing. */
function translate(codes: LevelCodes, { size, places }: LevelRank, out: Int32Array): boolean {
  if (places) return translatePlaces(codes, places, out);
  return widen(codes, size, out);
}

function translatePlaces(codes: LevelCodes, places: Int32Array, out: Int32Array): boolean {
  let bad = 0;
  for (let i = 0; i < out.length; i++) {
    const code = codes[i]!;
    const place = code >= 0 && code < places.length ? places[code]! : -1;
    out[i] = place;
    bad |= place;
  }
  return bad >= 0;
}

function widen(codes: LevelCodes, size: number, out: Int32Array): boolean {
  let bad = false;
  for (let i = 0; i < out.length; i++) {
    const code = codes[i]!;
    out[i] = code;
    bad ||= code < 0 || code >= size;
  }
  return !bad;
}

function rankDatetimes(level: BigInt64Array): { sorted: BigInt64Array; rank: LevelRank } {
  const size = level.length;
  if (isAscending(level) && level[0] !== NAT_NS) return { sorted: level, rank: { size, places: undefined } };
  const ascending = level.slice().sort();
  let kept = 0;
  for (let i = 0; i < ascending.length; i++) {
    const ns = ascending[i]!;
    if (ns !== NAT_NS && (kept === 0 || ns !== ascending[kept - 1])) ascending[kept++] = ns;
  }
  const sorted = ascending.slice(0, kept);
  const position = new Map<bigint, number>();
  for (let i = 0; i < kept; i++) position.set(sorted[i]!, i);
  return { sorted, rank: { size, places: Int32Array.from(level, (ns) => position.get(ns) ?? -1) } };
}

function rankInstruments(level: readonly (string | null)[]): { sorted: string[]; rank: LevelRank } {
  const size = level.length;
  if (isAscendingText(level)) return { sorted: level.slice(), rank: { size, places: undefined } };
  const sorted = [...new Set(level.filter((name) => name !== null))].sort();
  const position = new Map(sorted.map((name, i) => [name, i]));
  const places = Int32Array.from(level, (name) => (name === null ? -1 : position.get(name)!));
  return { sorted, rank: { size, places } };
}

function isAscending(level: BigInt64Array): boolean {
  for (let i = 1; i < level.length; i++) if (level[i]! <= level[i - 1]!) return false;
  return true;
}

function isAscendingText(level: readonly (string | null)[]): level is readonly string[] {
  for (let i = 0; i < level.length; i++) {
    if (level[i] === null || (i > 0 && level[i]! <= level[i - 1]!)) return false;
  }
  return true;
}
