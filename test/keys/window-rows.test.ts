import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { panelFromColumns } from "#src/index.js";
import { lookUp, selectRows } from "#src/keys/find/window-rows.js";
import type { PanelIndex } from "#src/keys/panel-index.js";
import { HeldRows } from "#src/universe/held-rows.js";
import { indexOf, pick } from "../panel/market-index.js";
import { propertyRuns } from "../property-runs.js";

type Market = readonly (readonly number[])[];
type Sessions = readonly [first: number, last: number];

/** The rows of `codes` in some sessions of a market, or the first or last `bars` of each. */
function plainRows(
  market: Market,
  codes: Int32Array,
  [first, last]: Sessions,
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

/** Counts the sessions that are looked up, in a table or in their codes. */
function lookUpsOf(index: PanelIndex): () => number {
  const finder = index.rowFinder();
  let count = 0;
  const { append, appendAll } = finder;
  finder.append = (...args) => {
    count++;
    return append.apply(finder, args);
  };
  finder.appendAll = (first, last, ...args) => {
    count += last - first;
    return appendAll.call(finder, first, last, ...args);
  };
  return () => count;
}

const INSTRUMENTS = 120;
const codesFrom = (first: number, count: number) => Int32Array.from({ length: count }, (_, i) => first + i);
describe("a universe that is held", () => {
  const session = fc
    .uniqueArray(fc.nat(INSTRUMENTS - 1), { minLength: 55 })
    .map((own) => own.sort((a, b) => a - b));
  const markets = fc.array(session, { minLength: 8, maxLength: 90 });
  const universe = fc
    .uniqueArray(fc.nat(INSTRUMENTS - 1), { minLength: 16, maxLength: 24 })
    .map((some) => Int32Array.from(some).sort());
  const part = fc.record({
    cuts: fc.tuple(fc.nat(), fc.nat()),
    bars: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    fromLast: fc.boolean(),
  });
  const parts = fc.array(part, { minLength: 3, maxLength: 6 });

  const heldBy = (index: PanelIndex, codes: Int32Array) =>
    new HeldRows(lookUp(index, codes, 0, index.sessionCount));

  it("has the rows that a plain filter finds, in every part of the market, and so has one that is looked up", () => {
    fc.assert(
      fc.property(markets, universe, parts, fc.boolean(), (market, codes, some, onDemand) => {
        const { index } = indexOf(market, INSTRUMENTS, onDemand);
        const [flat, names] = [market.flat(), index.instruments];
        const held = heldBy(index, codes);
        const lookUps = lookUpsOf(index);
        for (const { cuts, bars, fromLast } of some) {
          const [a, b] = cuts.map((cut) => cut % (market.length + 1)) as [number, number];
          const [first, last] = [Math.min(a, b), Math.max(a, b)];
          const rows = plainRows(market, codes, [first, last], bars, fromLast);
          const before = lookUps();
          const part = { first, last, bars: bars ?? last - first, fromLast };
          const picked = selectRows(index, codes, held, part);
          expect(lookUps()).toBe(before);
          expect([...picked.rows]).toEqual(rows);
          expect([...pick(index, codes, [first, last], bars, fromLast).rows]).toEqual(rows);
          const own = rows.map((row) => names[flat[row]!]!);
          expect(Array.from(picked.index.codes, (code) => picked.index.instruments[code])).toEqual(own);
          expect(picked.index.instruments).toEqual([...new Set(own)].sort());
          const sessions = rows.map((row) => index.sessionOf(row));
          const live = [...new Set(sessions)];
          expect([...picked.index.datetimes].map(Number)).toEqual(live);
          const places = rows.map((_, at) => picked.index.sessionOf(at));
          expect(places).toEqual(sessions.map((one) => live.indexOf(one)));
        }
      }),
      propertyRuns(310, 60),
    );
  });

  const full = Array.from({ length: 100 }, () => [...codesFrom(0, INSTRUMENTS)]);

  it("lets a window hold no more rows than its own", () => {
    const { index } = indexOf(full, INSTRUMENTS, false);
    const held = heldBy(index, codesFrom(0, 20));
    expect(held.run(10, 12).rows.buffer.byteLength).toBe(4 * 2 * 20);
  });
});

describe("the last or first bars", () => {
  it("are looked for no further where nobody lacks one", () => {
    const full = Array.from({ length: 100 }, () => [...codesFrom(0, INSTRUMENTS)]);
    const { index } = indexOf(full, INSTRUMENTS, false);
    const lookUps = lookUpsOf(index);
    const { rows } = pick(index, codesFrom(0, 20), [0, 90], 3, true);
    expect([...rows]).toEqual(plainRows(full, codesFrom(0, 20), [87, 90]));
    expect(lookUps()).toBe(3);
  });

  for (const away of [62, 63, 64, 65, 66, 130]) {
    it(`are found where an instrument had none in ${away} sessions, whose codes are still in a file`, () => {
      const everyone = [...codesFrom(0, 40)];
      const others = everyone.filter((code) => code !== 7);
      const market = Array.from({ length: 300 }, (_, s) => (Math.abs(s - 150) > away ? everyone : others));
      const codes = codesFrom(0, 20);
      for (const fromLast of [true, false]) {
        const range: Sessions = fromLast ? [0, 151] : [150, 300];
        const { index } = indexOf(market, 40, true);
        const picked = pick(index, codes, range, 2, fromLast);
        expect([...picked.rows]).toEqual(plainRows(market, codes, range, 2, fromLast));
      }
    });
  }

  it("of a universe that the panel knows nothing of are none, again and again", () => {
    const names = Array.from({ length: 20 }, (_, i) => `SH6000${10 + i}`);
    const days = ["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"];
    const panel = panelFromColumns({
      datetime: days.flatMap((day) => names.map(() => day)),
      instrument: days.flatMap(() => names),
      columns: { $close: days.flatMap(() => names.map((_, i) => i)) },
    });
    panel.window({ universe: names });
    const strangers = names.map((name) => `${name}X`);
    for (let time = 0; time < 3; time++) {
      const window = panel.window({ universe: strangers, onUnknown: "skip", bars: 2 });
      expect([window.rowCount, window.unknownInstruments?.length]).toEqual([0, 20]);
    }
  });

  it("of more than 65,536 instruments are theirs", () => {
    const count = 70_000;
    const market = [[...codesFrom(0, count)], [...codesFrom(0, count)]];
    const { index } = indexOf(market, count, false);
    const every = codesFrom(0, count);
    const picked = pick(index, every, [0, 2], 1, true);
    expect(picked.rows[count - 1]).toBe(2 * count - 1);
    expect(picked.index.codes[count - 1]).toBe(count - 1);
  });
});
