import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexOf, pick } from "./market-index.js";

/** The rows of `codes` in sessions [first, last) of a market, or the first or last `bars` of each. */
function plainRows(
  market: readonly (readonly number[])[],
  codes: Int32Array,
  [first, last]: readonly [number, number],
  bars = last - first,
  fromLast = false,
): number[] {
  const left = new Map(Array.from(codes, (code) => [code, bars]));
  const startOf = (session: number) => market.slice(0, session).reduce((sum, own) => sum + own.length, 0);
  const rows: number[] = [];
  for (let k = 0; k < last - first; k++) {
    const s = fromLast ? last - 1 - k : first + k;
    for (const [i, code] of market[s]!.entries()) {
      const more = left.get(code) ?? 0;
      if (more > 0) rows.push(startOf(s) + i);
      left.set(code, more - 1);
    }
  }
  return rows.sort((a, b) => a - b);
}

const INSTRUMENTS = 70;
const session = fc
  .uniqueArray(fc.nat(INSTRUMENTS - 1), { minLength: 25 })
  .map((own) => own.sort((a, b) => a - b));
const dense = fc.array(session, { minLength: 8, maxLength: 90 });
/** Asks so often for all sessions that a universe's rows are kept, if they ever are. */
const OFTEN = 80;

describe("a universe that is asked for again", () => {
  it("has the rows that a plain filter finds, in every part of the market", () => {
    const universe = fc.uniqueArray(fc.nat(INSTRUMENTS - 1), { minLength: 2, maxLength: 12 });
    const part = fc.record({
      cuts: fc.tuple(fc.nat(), fc.nat()),
      bars: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      fromLast: fc.boolean(),
    });
    let kept = 0;
    fc.assert(
      fc.property(
        dense,
        universe,
        fc.array(part, { minLength: 5 }),
        fc.boolean(),
        (market, some, parts, onDemand) => {
          const { index, codesRead } = indexOf(market, INSTRUMENTS, onDemand);
          const codes = Int32Array.from(some).sort();
          for (let time = 0; time < OFTEN; time++) pick(index, codes, [0, market.length]);
          const read = codesRead();
          const all = pick(index, codes, [0, market.length]).rows;
          const isKept = all.buffer === pick(index, codes, [0, market.length]).rows.buffer;
          if (isKept) kept++;
          for (const { cuts, bars, fromLast } of parts) {
            const [first, last] = cuts.map((cut) => cut % (market.length + 1)).sort((a, b) => a - b) as [
              number,
              number,
            ];
            const picked = pick(index, codes, [first, last], bars, fromLast);
            const rows = plainRows(market, codes, [first, last], bars, fromLast);
            expect([...picked.rows]).toEqual(rows);
            const flat = market.flat();
            const names = rows.map((row) => index.instruments[flat[row]!]!);
            expect(Array.from(picked.index.codes, (code) => picked.index.instruments[code])).toEqual(names);
            expect(picked.index.instruments).toEqual([...new Set(names)].sort());
            const sessions = rows.map((row) => index.sessionOf(row));
            expect([...picked.index.datetimes].map(Number)).toEqual([...new Set(sessions)]);
            expect(Array.from(rows, (_, at) => picked.index.sessionOf(at))).toEqual(
              sessions.map((session) => [...new Set(sessions)].indexOf(session)),
            );
          }
          if (isKept) expect(codesRead()).toBe(read); // nothing is looked up any more
        },
      ),
      { seed: 310, numRuns: 150 },
    );
    expect(kept).toBeGreaterThan(75);
  });

  const full = Array.from({ length: 100 }, () => [...Array(INSTRUMENTS).keys()]);
  const codesOf = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

  it("is kept once looking it up has taken as long, and shares its rows from then on", () => {
    const { index } = indexOf(full, INSTRUMENTS, false);
    const codes = codesOf(10);
    const buffers = Array.from({ length: 40 }, () => pick(index, codes, [20, 80]).rows.buffer);
    const first = buffers.findIndex((buffer, i) => buffer === buffers[i + 1]);
    // 100 sessions of 10 look-ups, and those 40 of 70 rows that no table was made of: 3,800 of them, 600 a time.
    expect(first).toBe(7);
    expect(new Set(buffers.slice(first)).size).toBe(1);
    expect(pick(index, codes, [3, 5]).rows.buffer).toBe(buffers[first]);
  });

  it("is not kept when it is another one each time, or more than half of the market", () => {
    const { index } = indexOf(full, INSTRUMENTS, false);
    const others = Array.from({ length: OFTEN }, () => pick(index, codesOf(10), [0, 100]).rows.buffer);
    expect(new Set(others).size).toBe(OFTEN);
    const many = codesOf(36);
    const rows = Array.from({ length: OFTEN }, () => pick(index, many, [0, 100]).rows.buffer);
    expect(new Set(rows).size).toBe(OFTEN);
  });

  it("answers with the last bars of all from the same memory, where none lacks one", () => {
    const { index } = indexOf(full, INSTRUMENTS, false);
    const codes = codesOf(10);
    for (let time = 0; time < OFTEN; time++) pick(index, codes, [0, 100]);
    const { rows } = pick(index, codes, [0, 12], 2, true);
    expect(rows.buffer).toBe(pick(index, codes, [0, 100]).rows.buffer);
    expect([...rows]).toEqual(plainRows(full, codes, [10, 12]));
  });
});
