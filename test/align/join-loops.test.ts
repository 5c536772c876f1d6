import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keepOneByOne, keepRows } from "#src/align/keep-rows.js";
import { compiledSlots, PlainSlots } from "#src/align/session-slots.js";
import { PanelIndex } from "#src/keys/panel-index.js";
import { propertyRuns } from "../property-runs.js";

/** An array of so many numbers, a share of them -1, from a seed. */
function numbers(length: number, seed: number, missing: number): Int32Array {
  let state = seed;
  return Int32Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) / 2 ** 24 < missing ? -1 : state >>> 1;
  });
}

describe("keepRows", () => {
  it("keeps the rows that no map lacks, and their values", () => {
    const share = fc.constantFrom(0, 0.03, 0.5, 0.97, 1);
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(70), fc.integer({ min: (1 << 14) - 5, max: (1 << 14) + 5 })),
        fc.array(fc.tuple(fc.nat(), share), { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 2 }),
        (rowCount, kinds, seeds) => {
          const maps = kinds.map(([seed, missing]) => numbers(rowCount, seed, missing));
          const values = [...maps, ...seeds.map((seed) => numbers(rowCount, seed, 0.2))];
          const most = Math.min(...maps.map((map) => map.filter((row) => row >= 0).length));
          const expected = [...Array(rowCount).keys()].filter((row) => maps.every((map) => map[row]! >= 0));
          const kept = keepRows(maps, values, rowCount, most);
          expect(kept.rows).toEqual(Uint32Array.from(expected));
          expect(kept.picked).toEqual(values.map((own) => Int32Array.from(expected, (row) => own[row]!)));
          const rows = new Uint32Array(most);
          const picked = values.map(() => new Int32Array(most));
          expect(keepOneByOne(maps, values, rowCount, rows, picked)).toBe(expected.length);
          expect(rows.subarray(0, expected.length)).toEqual(kept.rows);
          expect(picked.map((own) => own.subarray(0, expected.length))).toEqual(kept.picked);
        },
      ),
      propertyRuns(63, 40),
    );
  });
});

/** An index whose sessions have these instruments. */
function indexOf(sessions: readonly (readonly number[])[], instruments: number): PanelIndex {
  const offsets = [0];
  for (const own of sessions) offsets.push(offsets.at(-1)! + own.length);
  return new PanelIndex({
    datetimes: BigInt64Array.from(sessions, (_, s) => BigInt(s)),
    instruments: Array.from({ length: instruments }, (_, i) => String(i)),
    offsets: Uint32Array.from(offsets),
    codes: Int32Array.from(sessions.flat()),
  });
}

describe("rows that meet in a session", () => {
  it("are those of equal instruments, compiled or not", () => {
    const instruments = 40;
    const session = fc.uniqueArray(fc.nat(instruments - 1), { size: "max", maxLength: instruments });
    const sessions = fc.array(fc.tuple(session, session), { minLength: 1, maxLength: 8 });
    const order = fc.shuffledSubarray([...Array(instruments).keys()], { minLength: instruments });
    fc.assert(
      fc.property(sessions, order, fc.nat(instruments), (pairs, places, unknown) => {
        const [own, other] = [
          pairs.map(([a]) => a.toSorted(byNumber)),
          pairs.map(([, b]) => b.toSorted(byNumber)),
        ];
        const [left, right] = [indexOf(own, instruments), indexOf(other, instruments)];
        const toLeft = Int32Array.from(places, (place, code) => (code < unknown ? instruments : place));
        const expected = own.flatMap((codes, s) =>
          codes.map((code) => {
            const at = other[s]!.findIndex((there) => toLeft[there] === code);
            return at < 0 ? -1 : right.startOf(s) + at;
          }),
        );
        for (const slots of [new PlainSlots(left, right, toLeft), compiledSlots(left, right, toLeft)!]) {
          const rows = new Int32Array(left.rowCount);
          let met = 0;
          for (let s = 0; s < pairs.length; s++) {
            const [begin, end] = [right.startOf(s), right.startOf(s + 1)];
            met += slots.meet(begin, end, left.startOf(s), left.startOf(s + 1), rows);
          }
          expect([...rows]).toEqual(expected);
          expect(met).toBe(expected.filter((row) => row >= 0).length);
        }
      }),
      propertyRuns(64, 150),
    );
  });
});

function byNumber(a: number, b: number): number {
  return a - b;
}
