import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WindowRequest } from "#src/index.js";
import { propertyRuns } from "../property-runs.js";
import { codeOf, date, inOrder, type PlainRow, panelOf, plainRows, rowsOf } from "./random-panel.js";

/** The request's meaning, as slowly and plainly as it can be said. */
function naiveWindow(rows: readonly PlainRow[], request: WindowRequest): PlainRow[] {
  const at = (text: string, plusDays: number) =>
    BigInt(Date.parse(text) + plusDays * 86_400_000) * 1_000_000n;
  const from = request.start === undefined ? undefined : at(request.start as string, 0);
  const to = request.end === undefined ? undefined : at(request.end as string, 1) - 1n;
  const inRange = (ns: bigint) => (from === undefined || ns >= from) && (to === undefined || ns <= to);
  const universe = request.universe === undefined ? undefined : new Set(request.universe);
  let kept = rows.filter((r) => inRange(r.ns) && (universe === undefined || universe.has(r.instrument)));
  const { bars } = request;
  if (bars === undefined) return kept;
  const forward = request.start !== undefined && request.end === undefined;
  const cut = <T>(list: T[]): T[] => (forward ? list.slice(0, bars) : list.slice(-bars));
  if (request.barsPer === "session") {
    const sessions = [...new Set(rows.map((r) => r.ns))].filter(inRange).sort((a, b) => (a < b ? -1 : 1));
    const chosen = new Set(cut(sessions));
    kept = kept.filter((r) => chosen.has(r.ns));
  } else {
    const own = new Set<PlainRow>();
    for (const code of new Set(kept.map((r) => r.instrument))) {
      for (const row of cut(kept.filter((r) => r.instrument === code))) own.add(row);
    }
    kept = kept.filter((r) => own.has(r));
  }
  return kept;
}

const request = (rows: readonly PlainRow[]): fc.Arbitrary<WindowRequest> => {
  const codes = [...new Set(rows.map((r) => r.instrument))];
  const optional = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });
  const asked = fc.record({
    universe: optional(fc.subarray(codes)),
    start: optional(fc.integer({ min: -2, max: 30 }).map(date)),
    end: optional(fc.integer({ min: -2, max: 30 }).map(date)),
    bars: optional(fc.integer({ min: 1, max: 16 })),
    barsPer: fc.constantFrom(undefined, "instrument" as const, "session" as const),
  });
  return asked.map(inOrder);
};

const cases = plainRows.chain((rows) => fc.tuple(fc.constant(rows), request(rows), request(rows)));

describe("windows of random panels", () => {
  it("equal a naive filter, by whichever way the rows are found", () => {
    fc.assert(
      fc.property(cases, ([rows, asked]) => {
        const panel = panelOf(rows);
        const expected = naiveWindow(rows, asked);
        expect(rowsOf(panel.window(asked))).toEqual(expected);
      }),
      propertyRuns(20200302, 600),
    );
  });

  it("of one instrument are the same by search, by its remembered history and by the second order", () => {
    const ofOne = plainRows
      .filter((rows) => rows.length > 0)
      .chain((rows) =>
        fc.tuple(
          fc.constant(rows),
          request(rows).map(({ start, end }) => ({ start, end })),
          fc.array(fc.tuple(request(rows), fc.nat(), fc.boolean()), { minLength: 1, maxLength: 12 }),
        ),
      );
    fc.assert(
      fc.property(ofOne, ([all, range, requests]) => {
        const panel = panelOf(all).window(range); // whose rows are counted from where it begins
        const rows = naiveWindow(all, range);
        if (rows.length === 0) return;
        for (const [asked, which, first] of requests) {
          const universe = [rows[which % rows.length]!.instrument];
          if (first) panel.series(universe[0]!); // its whole history is remembered
          const window = panel.window({ ...asked, universe });
          const expected = naiveWindow(rows, { ...asked, universe });
          expect(rowsOf(window)).toEqual(expected);
          expect([...window.index.datetimes]).toEqual(expected.map((r) => r.ns));
          expect(window.index.instruments).toEqual(expected.length > 0 ? universe : []);
        }
      }),
      propertyRuns(20200305, 300),
    );
  });

  it("of windows equal the naive filter applied twice", () => {
    fc.assert(
      fc.property(cases, ([rows, first, second]) => {
        const once = naiveWindow(rows, first);
        const there = new Set(once.map((r) => r.instrument));
        const universe = second.universe === undefined ? undefined : [...second.universe];
        const narrowed = { ...second, universe: universe?.filter((code) => there.has(code)) };
        const window = panelOf(rows).window(first);
        expect(rowsOf(window.window(narrowed))).toEqual(naiveWindow(once, narrowed));
      }),
      propertyRuns(20200303, 400),
    );
  });

  it("hold only the sessions that have a row, and find every key again", () => {
    fc.assert(
      fc.property(cases, ([rows, asked]) => {
        const window = panelOf(rows).window(asked);
        const expected = naiveWindow(rows, asked);
        expect([...window.index.datetimes]).toEqual([...new Set(expected.map((r) => r.ns))]);
        expect(window.index.usedInstruments()).toEqual(
          [...new Set(expected.map((r) => r.instrument))].sort(),
        );
        for (const [row, { ns, instrument }] of expected.entries()) {
          expect(window.rowOf(ns, instrument)).toBe(row);
        }
        expect(window.rowOf(date(1), codeOf(0))).toBe(-1);
      }),
      propertyRuns(20200304, 200),
    );
  });
});
