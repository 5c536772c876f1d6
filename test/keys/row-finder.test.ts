import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PanelIndex } from "#src/keys/panel-index.js";
import { indexOf, pick, sessionOf } from "../panel/market-index.js";

describe("pickRows", () => {
  const markets = [
    { name: "a dense market (bit table)", instruments: 70, most: 70 },
    { name: "a thin market (search)", instruments: 900, most: 5 },
  ];
  for (const { name, instruments, most } of markets) {
    for (const onDemand of [false, true]) {
      it(`finds what a plain filter finds: ${name}, codes ${onDemand ? "on demand" : "in memory"}`, () => {
        const market = fc.array(sessionOf(instruments, most), { minLength: 1, maxLength: 150 });
        const wanted = fc.uniqueArray(fc.nat(instruments - 1), { minLength: 1 });
        const bars = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
        fc.assert(
          fc.property(market, wanted, bars, fc.boolean(), fc.nat(), (present, some, count, backward, cut) => {
            const { index } = indexOf(present, instruments, onDemand);
            const first = cut % present.length;
            const left = new Map(some.map((code) => [code, count ?? Number.POSITIVE_INFINITY]));
            const expected: number[] = [];
            const sessions = [...present.keys()].slice(first);
            for (const s of backward ? sessions.reverse() : sessions) {
              for (const [i, code] of present[s]!.entries()) {
                if (!((left.get(code) ?? 0) > 0)) continue;
                left.set(code, left.get(code)! - 1);
                expected.push(index.startOf(s) + i);
              }
            }
            expected.sort((a, b) => a - b);
            const codes = Int32Array.from(some).sort();
            for (let time = 0; time < 2; time++) {
              const picked = pick(index, codes, [first, present.length], count, backward);
              expect([...picked.rows]).toEqual(expected);
              const names = expected.map((row) => index.instruments[index.codesOf(row, row + 1)[0]!]!);
              expect(Array.from(picked.index.codes, (code) => picked.index.instruments[code]!)).toEqual(
                names,
              );
              expect(picked.index.instruments).toEqual([...new Set(names)].sort());
              const times = Array.from(expected, (row) => index.sessionOf(row));
              expect([...picked.index.datetimes].map(Number)).toEqual([...new Set(times)]);
            }
          }),
          { seed: 300, numRuns: 120 },
        );
      });
    }
  }

  it("reads the codes of a session that are kept in a file twice, to search and to build, and no others", () => {
    const present = Array.from({ length: 200 }, () => Array.from({ length: 40 }, (_, i) => i));
    const { index, codesRead } = indexOf(present, 40, true);
    const wanted = Int32Array.from([3, 17]);
    pick(index, wanted, [100, 150]);
    expect(codesRead()).toBe(50 * 40);
    pick(index, wanted, [110, 150]);
    expect(codesRead()).toBe((50 + 40) * 40);
    pick(index, wanted, [110, 150]);
    expect(codesRead()).toBe((50 + 40) * 40);
    pick(index, wanted, [0, 200], 2, true);
    expect(codesRead()).toBe((50 + 40 + 2) * 40); // the last two sessions, in which nobody lacks a bar
  });

  it("finds one instrument's history while sessions are searched, built and half of each", () => {
    const market = fc.array(sessionOf(70, 70), { minLength: 130, maxLength: 300 });
    fc.assert(
      fc.property(market, fc.nat(69), fc.boolean(), fc.nat(), (present, code, onDemand, cut) => {
        const { index } = indexOf(present, 70, onDemand);
        const [first, last] = [cut % 100, present.length - (cut % 7)];
        const sessions = [...present.keys()].slice(first, last).filter((s) => present[s]!.includes(code));
        const rows = sessions.map((s) => index.startOf(s) + present[s]!.indexOf(code));
        for (let time = 0; time < 3; time++) {
          const picked = pick(index, Int32Array.of(code), [first, last]);
          expect([...picked.rows]).toEqual(rows);
          expect([...picked.index.datetimes].map(Number)).toEqual(sessions);
          expect(picked.index.instruments).toEqual(rows.length > 0 ? [index.instruments[code]] : []);
          expect([...picked.index.codes]).toEqual(rows.map(() => 0));
          expect([...picked.index.offsets]).toEqual([...Array(rows.length + 1).keys()]);
          pick(index, Int32Array.of(code, (code + 1) % 70).sort(), [
            first + 10,
            Math.min(first + 90, present.length),
          ]);
        }
      }),
      { seed: 301, numRuns: 60 },
    );
  });
});

describe("codeOf", () => {
  it("finds names by search and, after some, by map: the same ones", () => {
    const names = fc.uniqueArray(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(names, fc.array(fc.string({ maxLength: 4 })), (some, others) => {
        const instruments = some.sort();
        const count = instruments.length;
        const { index } = indexOf([[...instruments.keys()]], count, false);
        const { datetimes, offsets } = index;
        const own = new PanelIndex({ datetimes, offsets, instruments, codes: index.codes });
        for (let time = 0; time < 3; time++) {
          for (const [code, name] of instruments.entries()) expect(own.codeOf(name)).toBe(code);
          for (const name of others) expect(own.codeOf(name)).toBe(instruments.indexOf(name));
        }
      }),
      { seed: 302 },
    );
  });
});
