import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countSortedRows, type SortedKey } from "#src/keys/build/sorted-rows.js";
import { coldStartSpace } from "#src/simd/cold-start.js";
import { drawn, propertyRuns } from "../property-runs.js";

type Codes = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array;
const WIDTHS = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array] as const;

/** What countSortedRows should give, and whether a row is in a session that it must mark. */
function naive(sessions: Codes, codes: Int16Array, before: SortedKey, codeCount: number) {
  const counts: number[] = [];
  let { session, code } = before;
  for (let row = 0; row < codes.length; row++) {
    const [s, c] = [sessions[row]!, codes[row]!];
    if (s < 0 || c < 0 || c >= codeCount || s < session || (s === session && c <= code)) return [];
    const at = s - sessions[0]!;
    while (counts.length <= at) counts.push(0);
    counts[at]!++;
    [session, code] = [s, c];
  }
  return counts;
}

/** Where the codes lie: where a file is read to, or anywhere. */
function laid<T extends Codes>(codes: T, room: 0 | 1 | undefined): T {
  if (room === undefined) return codes;
  const { buffer, byteOffset } = coldStartSpace(room)!;
  const there = new (codes.constructor as new (b: ArrayBuffer, o: number, n: number) => T)(
    buffer,
    byteOffset,
    codes.length,
  );
  there.set(codes);
  return there;
}

const CODES = 3000;
const ROWS = 1 << 14;

const rowsArbitrary = fc
  .record({
    rows: fc.integer({ min: ROWS, max: ROWS + 100 }),
    longest: fc.constantFrom(1, 7, 40, 900, CODES),
    first: fc.integer({ min: 0, max: 40 }),
    gap: fc.constantFrom(1, 1, 3),
    seed: fc.integer({ min: 1, max: 1 << 30 }),
    spoil: fc.constantFrom("no", "no", "time", "code", "repeat", "missing", "beyond", "later"),
    where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  })
  .map(({ rows, longest, first, gap, seed, spoil, where }) => {
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const [times, codes] = [new Int32Array(rows), new Int16Array(rows)];
    for (let row = 0, session = first; row < rows; session += 1 + random(gap)) {
      const length = Math.min(rows - row, 1 + random(longest));
      let code = random(CODES - length + 1);
      for (let i = 0; i < length; i++, row++) {
        times[row] = session;
        codes[row] = code;
        if (code + length - i < CODES) code += random(2);
        code++;
      }
    }
    const at = spoil === "no" ? -1 : Math.floor(where * rows);
    if (spoil === "time") times[at]! -= 1;
    if (spoil === "later") times[at]! += 40;
    if (spoil === "code") codes[at]! -= 1;
    if (spoil === "repeat" && at > 0) [times[at], codes[at]] = [times[at - 1]!, codes[at - 1]!];
    if (spoil === "missing") codes[at] = -1;
    if (spoil === "beyond") codes[at] = CODES;
    return { times, codes };
  });

describe("countSortedRows", () => {
  it("gives what a look at each row gives, for sessions of every width, wherever they lie", () => {
    let sorted = 0;
    fc.assert(
      fc.property(
        rowsArbitrary,
        fc.constantFrom(...WIDTHS),
        fc.boolean(),
        fc.constantFrom<SortedKey>(
          { session: -1, code: -1 },
          { session: 0, code: 2 },
          { session: 20, code: 0 },
        ),
        ({ times, codes }, Times, inRooms, before) => {
          const sessions = Times.from(times);
          const used = new Uint8Array(CODES);
          const [own, others] = inRooms ? [laid(sessions, 0), laid(codes, 1)] : [sessions, codes];
          const found = countSortedRows(own, others, before, used);
          const expected = naive(sessions, codes, before, CODES);
          expect(Array.from(found!)).toEqual(expected);
          if (expected.length === 0) return;
          sorted++;
          const last = sessions.length - 1;
          for (const [row, code] of codes.entries()) {
            const session = sessions[row]!;
            if (session % 16 === 0 || session === sessions[last]) expect(used[code]).toBe(1);
          }
          const all = new Set(codes);
          expect(used.every((mark, code) => mark === 0 || all.has(code))).toBe(true);
        },
      ),
      propertyRuns(43, 300),
    );
    expect(sorted).toBeGreaterThan(drawn(30));
  });

  it("leaves to a loop what its memory has no room for", () => {
    const [codes, used] = [Int16Array.from({ length: ROWS }, (_, row) => row % 2), new Uint8Array(2)];
    const none: SortedKey = { session: -1, code: -1 };
    const sparse = Int32Array.from(codes, (_, row) => (row >> 1) << 6);
    expect(countSortedRows(sparse, codes, none, used)).toBeUndefined();
    expect(
      countSortedRows(
        sparse.map((time) => time >> 6),
        codes,
        none,
        used,
      ),
    ).toHaveLength(ROWS / 2);
    expect(countSortedRows(Uint32Array.from(codes), codes, none, used)).toBeUndefined();
    expect(countSortedRows(codes.subarray(1), codes.subarray(1), none, used)).toBeUndefined();
    expect(countSortedRows(codes, codes, none, new Uint8Array(40_000))).toBeUndefined();
  });
});
