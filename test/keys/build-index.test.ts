import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LevelCodes, RowKeys } from "#src/columns/table.js";
import { DataServiceError } from "#src/index.js";
import { buildIndex } from "#src/keys/build/build-index.js";
import { changes } from "#src/keys/build/changes.js";
import { SLAB_ROWS } from "#src/keys/build/checked-codes.js";
import { coldStartSpace } from "#src/simd/cold-start.js";
import { propertyRuns } from "../property-runs.js";

const DAY_NS = 86_400_000_000_000n;
const WIDTHS = [Int8Array, Int16Array, Int32Array, Uint8Array, Uint16Array, Uint32Array] as const;

interface Keys {
  readonly datetimes: readonly bigint[];
  readonly instruments: readonly (string | null)[];
  readonly rows: readonly (readonly [datetime: number, instrument: number])[];
}

/** Keys as a file gives them; both buffers are used again by the next call. */
function rowKeys(
  { datetimes, instruments, rows }: Keys,
  Times: (typeof WIDTHS)[number],
  Names: (typeof WIDTHS)[number],
): RowKeys {
  const [times, names] = [Times.from(rows.map(([time]) => time)), Names.from(rows.map(([, name]) => name))];
  const reader = (codes: LevelCodes) => {
    const buffer = codes.slice();
    return (first: number, last: number) => {
      buffer.fill(99);
      buffer.set(codes.subarray(first, last));
      return buffer.subarray(0, last - first);
    };
  };
  return {
    rowCount: rows.length,
    datetimes: BigInt64Array.from(datetimes),
    instruments,
    readDatetimeCodes: reader(times),
    readInstrumentCodes: reader(names),
  };
}

/** What `buildIndex` should give: the keys of the rows in order, or the code of the error. */
function expected({ datetimes, instruments, rows }: Keys): string[] | string {
  if (rows.some(([time, name]) => time >= datetimes.length || name >= instruments.length)) return "corrupt";
  const keys = rows.map(([time, name]) => [datetimes[time], instruments[name]] as const);
  if (keys.some(([time, name]) => time === undefined || name === undefined || name === null))
    return "missing-keys";
  const texts = keys.map(([time, name]) => `${time} ${name}`).sort();
  return new Set(texts).size < texts.length ? "duplicate-keys" : texts;
}

/** When codes are read into memory: at once, when they are asked for, or later, as `load` does. */
type When = "held" | "on-demand" | "later";

function found(keys: RowKeys, when: When): string[] | string {
  try {
    const { index, order } = buildIndex(keys, "daily_pv.h5", {
      codes: when === "held" ? "held" : "on-demand",
    });
    if (when === "later") {
      index.hold();
      const gone = () => expect.unreachable("the file is not needed any more");
      Object.assign(keys, { readDatetimeCodes: gone, readInstrumentCodes: gone });
    }
    const texts: string[] = [];
    for (let s = 0; s < index.sessionCount; s++) {
      for (const code of index.codesOf(index.startOf(s), index.startOf(s + 1))) {
        texts.push(`${index.datetimes[s]} ${index.instruments[code]}`);
      }
    }
    expect(index.codes).toHaveLength(keys.rowCount);
    expect(index.usedInstruments()).toEqual(index.instruments);
    expect([...index.instruments].sort()).toEqual(index.instruments);
    expect(order === undefined || new Set(order).size === keys.rowCount).toBe(true);
    return texts;
  } catch (error) {
    if (error instanceof DataServiceError) return error.code;
    throw error;
  }
}

/** Sorted rows of random sessions, of which some are then spoilt; levels that are sorted or not. */
const keysArbitrary: fc.Arbitrary<Keys> = fc
  .record({
    sessions: fc.integer({ min: 1, max: 40 }),
    instruments: fc.integer({ min: 1, max: 30 }),
    density: fc.constantFrom(0.05, 0.5, 0.95, 1),
    picks: fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
    levels: fc.constantFrom("sorted", "reversed", "repeated", "with null"),
    spoil: fc.constantFrom("no", "no", "swap", "repeat", "missing", "beyond"),
  })
  .map(({ sessions, instruments, density, picks, levels, spoil }) => {
    const random = () => picks.next().value as number;
    const names: (string | null)[] = Array.from({ length: instruments }, (_, i) => `S${100 + i}`);
    const datetimes = Array.from({ length: sessions }, (_, s) => BigInt(1000 + s) * DAY_NS);
    const rows: [number, number][] = [];
    for (let s = 0; s < sessions; s++) {
      for (let i = 0; i < instruments; i++) if (random() < density) rows.push([s, i]);
    }
    const one = () => rows[Math.floor(random() * rows.length)]!;
    if (rows.length > 0) {
      if (spoil === "swap") rows.push(rows.splice(Math.floor(random() * rows.length), 1)[0]!);
      if (spoil === "repeat") rows.splice(Math.floor(random() * rows.length), 0, [...one()]);
      if (spoil === "missing") one()[random() < 0.5 ? 0 : 1] = -1;
      if (spoil === "beyond") one()[random() < 0.5 ? 0 : 1] = 60;
    }
    if (levels === "reversed") {
      const flipped = rows.map(([s, i]) => [turn(s, sessions), turn(i, instruments)] as const);
      return { datetimes: datetimes.reverse(), instruments: names.reverse(), rows: flipped };
    }
    if (levels === "repeated") {
      // Every time has two entries, which the rows use in turn.
      const twice = datetimes.flatMap((ns) => [ns, ns]);
      const spread = rows.map(
        ([s, i], row) => [s >= 0 && s < sessions ? 2 * s + (row & 1) : s * 9, i] as const,
      );
      return { datetimes: twice, instruments: names, rows: spread };
    }
    return { datetimes, instruments: levels === "with null" ? [...names, null] : names, rows };
  });

function turn(code: number, size: number): number {
  return code >= 0 && code < size ? size - 1 - code : code;
}

describe("buildIndex", () => {
  it("gives what a naive check of every row gives, for every width of codes", () => {
    const width = fc.constantFrom(...WIDTHS);
    fc.assert(
      fc.property(
        keysArbitrary,
        width,
        width,
        fc.constantFrom<When>("held", "on-demand", "later"),
        (keys, Times, Names, held) => {
          // Unsigned codes have no -1; it becomes one that no level has.
          const stored = keys.rows.map(([time, name]) => [Times.of(time)[0]!, Names.of(name)[0]!] as const);
          expect(found(rowKeys(keys, Times, Names), held)).toEqual(expected({ ...keys, rows: stored }));
        },
      ),
      propertyRuns(41, 600),
    );
  });

  /** A market of 300 instruments each day, over several slabs; sessions do not end where slabs do. */
  function market(): { times: Int16Array; names: Int16Array; keys: RowKeys } {
    const [rows, width] = [SLAB_ROWS * 2 + 1000, 300];
    const times = Int16Array.from({ length: rows }, (_, row) => Math.floor(row / width));
    const names = Int16Array.from({ length: rows }, (_, row) => row % width);
    const keys: RowKeys = {
      rowCount: rows,
      datetimes: BigInt64Array.from({ length: times[rows - 1]! + 1 }, (_, s) => BigInt(s) * DAY_NS),
      instruments: Array.from({ length: 5000 }, (_, i) => `S${1000 + i}`),
      readDatetimeCodes: (first, last) => times.subarray(first, last),
      readInstrumentCodes: (first, last) => names.subarray(first, last),
    };
    return { times, names, keys };
  }

  it("makes codes wide at most twice, however many windows ask for them", () => {
    const { names, keys } = market();
    const { index } = buildIndex(keys, "daily_pv.h5", { codes: "on-demand" });
    index.hold();
    names.fill(-1); // what the file holds now is nobody's business
    const last = index.sessionCount - 1;
    const all = Array.from({ length: 6 }, (_, i) => index.slice(i % 2, last).codes);
    expect(new Set(all.map(({ buffer }) => buffer)).size).toBe(2);
    for (const [i, codes] of all.entries()) {
      expect(codes).toHaveLength(index.startOf(last) - index.startOf(i % 2));
      expect(codes.every((code, row) => code === row % 300)).toBe(true);
    }
  });

  it("has nothing narrower to keep where codes are as wide as ours", () => {
    const { times, names, keys } = market();
    const wide = Int32Array.from(names);
    const { index } = buildIndex(
      { ...keys, readInstrumentCodes: (first, last) => wide.subarray(first, last) },
      "daily_pv.h5",
      { codes: "on-demand" },
    );
    index.hold();
    expect(index.holdsCodes).toBe(true);
    expect(index.codes).toHaveLength(times.length);
  });

  it("follows a session over the end of a slab, and finds instruments that only one session has", () => {
    const { names, keys } = market();
    const last = names.length - 1;
    names[SLAB_ROWS - 1 - ((SLAB_ROWS - 1) % 300) + 299] = 4000; // its session goes on in the second slab
    const { index, order } = buildIndex(keys, "daily_pv.h5", { codes: "on-demand" });
    expect(order).toBeUndefined();
    expect(index.sessionCount).toBe(Math.ceil(names.length / 300));
    expect(index.startOf(index.sessionCount - 1)).toBe(last - (last % 300));
    expect(index.instruments).toHaveLength(301);
    expect(index.instruments[300]).toBe("S5000");
    expect(index.codes.subarray(0, 300)).toEqual(Int32Array.from({ length: 300 }, (_, i) => i));
    expect(index.codes.includes(300)).toBe(true);
  });

  it.each([
    ["the first row", 0],
    ["the last row of a slab", SLAB_ROWS - 1],
    ["the first row of a slab", SLAB_ROWS],
    ["the last row", SLAB_ROWS * 2 + 999],
  ])("sees a spoilt code in %s", (_, row) => {
    const { times, names, keys } = market();
    const build = () => buildIndex(keys, "daily_pv.h5", { codes: "on-demand" });
    names[row] = -1;
    expect(build).toThrow(
      `daily_pv.h5: 1 row has no instrument, first row ${row}; drop such rows in pandas with df[df.index.get_level_values("instrument").notna()]`,
    );
    names[row] = 5000;
    expect(build).toThrow(
      `daily_pv.h5: row ${row} points to entry 5000 of the instrument level, which has 5000; the file is damaged, write it again`,
    );
    names[row] = row % 300;
    times[row] = -1;
    expect(build).toThrow(
      `daily_pv.h5: 1 row has no datetime, first row ${row}; drop such rows in pandas with df[df.index.get_level_values("datetime").notna()]`,
    );
    times[row] = Math.floor(row / 300);
    const neighbour = row % 300 === 0 ? row + 1 : row - 1;
    names[row] = names[neighbour]!;
    expect(build).toThrow(
      /^daily_pv.h5: 1 row repeats the \(datetime, instrument\) key of another, first \(\d{4}-\d\d-\d\d, S1\d{3}\); drop/,
    );
  });
});

describe("changes", () => {
  it.each([1, 2, 8, 9, 10, 1 << 14, (1 << 14) + 5, (1 << 18) - 1, 1 << 18, (1 << 18) + 1])(
    "of %i codes",
    (length) => {
      const rows = Array.from({ length }, (_, row) => row);
      for (const Codes of length < 1 << 15 ? WIDTHS : [Int16Array]) {
        const codes = Codes.from(rows.map((row) => ((row * 7919) >> 9) % 120));
        codes[length - 1] = 121;
        codes[length >> 1] = -1;
        const after = rows.slice(1);
        const { buffer, byteOffset, byteLength } = coldStartSpace(1)!;
        const fits = codes.byteLength <= byteLength;
        const inRoom = fits ? new Codes(buffer, byteOffset, codes.length) : codes.slice();
        inRoom.set(codes);
        for (const some of [codes, inRoom]) {
          expect(Array.from(changes(some))).toEqual(after.filter((row) => codes[row] !== codes[row - 1]));
        }
        expect(inRoom).toEqual(codes);
      }
    },
  );
});
