import type { LevelCodes, RowKeys } from "../../columns/table.js";
import { DataServiceError, pathOf } from "../../errors.js";
import { announceSharedMemory } from "../../shared-memory.js";
import type { CodeSource } from "../panel-index.js";
import type { LevelRank } from "./level-rank.js";

/** Rows of a slab: big enough to be fast, small enough that its codes stay in a core's cache. */
export const SLAB_ROWS = 1 << 18;

/** Turns a file's level codes into positions in the sorted levels, and refuses missing and absurd ones. */
export class CheckedCodes {
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

  /** The same of rows that have been checked, in a file that has not changed since. */
  source(): CodeSource {
    if (this.codeRank.places) return { read: (first, last) => this.readCodes(first, last) };
    return {
      read: (first, last) => this.#widened(first, last),
      hold: () => this.#narrow(),
    };
  }

  #widened(first: number, last: number): Int32Array {
    const out = codesRoom(last - first);
    for (let from = first; from < last; from += SLAB_ROWS) {
      out.set(this.keys.readInstrumentCodes(from, Math.min(from + SLAB_ROWS, last)), from - first);
    }
    return out;
  }

  #narrow(): CodeSource | undefined {
    const { keys } = this;
    const some = keys.readInstrumentCodes(0, Math.min(SLAB_ROWS, keys.rowCount));
    if (some.BYTES_PER_ELEMENT >= Int32Array.BYTES_PER_ELEMENT) return undefined;
    const all = new (some.constructor as new (length: number) => LevelCodes)(keys.rowCount);
    all.set(some);
    for (let first = some.length; first < all.length; first += SLAB_ROWS) {
      all.set(keys.readInstrumentCodes(first, Math.min(first + SLAB_ROWS, all.length)), first);
    }
    return codesInMemory(all);
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
            { ...pathOf(label), position: first + i },
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
      { ...pathOf(label), count: without.datetime + without.instrument, position: firstRow },
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

function translatePlaces(codes: LevelCodes, places: Int32Array, out: Int16Array | Int32Array): boolean {
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

/** So many positions fit into 16 bits, which are compared eight at a time. */
const MOST_NARROW = 1 << 15;

/** Instrument codes as positions among the sorted names; what has none is negative or too large. */
export function positionsOf(codes: LevelCodes, { places }: LevelRank): Int16Array | Int32Array {
  if (!places) {
    if (codes instanceof Int16Array || codes instanceof Int32Array) return codes;
    return codes.BYTES_PER_ELEMENT === 1 ? new Int16Array(codes) : new Int32Array(codes);
  }
  const positions = new (places.length <= MOST_NARROW ? Int16Array : Int32Array)(codes.length);
  translatePlaces(codes, places, positions);
  return positions;
}

/** So many codes are worth a thread, and lie where it can read them. */
const SHARED_FROM = 1 << 20;

export function codesRoom(length: number): Int32Array {
  if (length < SHARED_FROM) return new Int32Array(length);
  announceSharedMemory(4 * length);
  return new Int32Array(new SharedArrayBuffer(4 * length));
}

/** Keeps nothing but the codes. V8 makes 14 million of them wide in 8 ms, a loop in 30. */
function codesInMemory(codes: LevelCodes): CodeSource {
  return {
    read(first, last) {
      const out = codesRoom(last - first);
      out.set(codes.subarray(first, last));
      return out;
    },
  };
}
