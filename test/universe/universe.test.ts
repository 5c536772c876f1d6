import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openPanel, openSnapshot, type Panel, readInstrumentList, Universe } from "#src/index.js";
import { HeldRows } from "#src/universe/held-rows.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();
const market = (await openPanel("data-fixtures/snapshot/daily_pv.h5")).load();
const { index } = market;
const DAY = 86_400_000_000_000n;

const rowsOf = (panel: Panel) => panel.toJSON();
const dayOf = (session: number) => index.datetimes[Math.min(Math.max(session, 0), index.sessionCount - 1)]!;

describe("a universe of codes", () => {
  const codes = index.instruments.slice(3, 9);
  const universe = market.universe(codes);
  const requests = [
    {},
    { bars: 7 },
    { start: dayOf(20), end: dayOf(60) },
    { start: dayOf(20), bars: 5 },
    { end: dayOf(40), bars: 5, barsPer: "session" },
    { fields: ["close"], end: dayOf(-1) },
  ] as const;

  for (const request of requests) {
    it(`gives the windows that its codes give: ${Object.keys(request).join(", ") || "all"}`, () => {
      const window = market.window({ ...request, universe });
      expect(rowsOf(window)).toEqual(rowsOf(market.window({ ...request, universe: codes })));
    });
  }

  it("may be given to every call that takes codes", () => {
    const factors = { ma: "Mean($close, 5)", rank: "CSRank($close)" };
    expect(rowsOf(market.evaluate(factors, { universe }))).toEqual(
      rowsOf(market.evaluate(factors, { universe: codes })),
    );
    expect(market.unstack("close", { instruments: universe }).instruments).toEqual(codes);
    expect([...universe]).toEqual(codes);
  });

  it("is of any panel, and looked up in each once", () => {
    let made = 0;
    const { run } = HeldRows.prototype;
    const later = market.window({ start: dayOf(100) });
    const own = market.universe(codes);
    HeldRows.prototype.run = function (first, last) {
      made++;
      return run.call(this, first, last);
    };
    try {
      for (const panel of [market, later, market, later]) {
        expect(panel.window({ universe: own, bars: 3 }).rowCount).toBe(3 * codes.length);
      }
    } finally {
      HeldRows.prototype.run = run;
    }
    expect(made).toBe(4);
    expect(own.chosenIn(index).source).toBe(own.chosenIn(index).source);
    expect(own.chosenIn(later.index).source).not.toBe(own.chosenIn(index).source);
  });

  it("names codes that the panel does not have, or leaves them out", () => {
    const some = [codes[0]!, "999999.SZ"];
    expect(() => market.universe(some)).toThrowError(
      expect.objectContaining({ code: "unknown-instrument", details: expect.objectContaining({ count: 1 }) }),
    );
    expect(market.universe(some, { onUnknown: "skip" }).instruments).toEqual([codes[0]]);
    expect(() => market.universe(some, { onUnknown: "drop" as never })).toThrow(/universe: onUnknown/);
    const strange = Universe.of(some);
    expect(() => market.window({ universe: strange })).toThrow(/unknown instrument "999999.SZ"/);
    expect(market.window({ universe: strange, onUnknown: "skip" }).unknownInstruments).toEqual(["999999.SZ"]);
  });
});

describe("a universe of a list with dated spans", () => {
  const spans = fc
    .array(
      fc.record({
        instrument: fc.constantFrom(...index.instruments.slice(0, 8), "999999.SZ"),
        from: fc.integer({ min: -3, max: index.sessionCount }),
        sessions: fc.integer({ min: 0, max: 60 }),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map((given) =>
      given.map(({ instrument, from, sessions }) => {
        const startNs = from < 0 ? dayOf(0) - 3n * DAY : dayOf(from);
        return { instrument, startNs, endNs: from + sessions < 0 ? startNs : dayOf(from + sessions) };
      }),
    )
    .map((list) => list.map((span) => (span.endNs < span.startNs ? { ...span, endNs: span.startNs } : span)));

  it("has the rows of members on their day, and the first or last bars among them", () => {
    fc.assert(
      fc.property(spans, fc.nat(index.sessionCount), fc.nat(index.sessionCount), (list, a, b) => {
        const universe = market.universe({ name: "some", spans: list });
        const isMember = (row: number) => {
          const ns = index.datetimes[index.sessionOf(row)]!;
          const name = index.instruments[index.codes[row]!]!;
          return list.some((one) => one.instrument === name && one.startNs <= ns && ns <= one.endNs);
        };
        const members = market.filter(isMember);
        const range = { start: dayOf(Math.min(a, b)), end: dayOf(Math.max(a, b)) };
        for (const request of [{}, range, { ...range, bars: 4 }, { start: range.start, bars: 3 }]) {
          const window = market.window({ ...request, universe });
          expect(rowsOf(window)).toEqual(rowsOf(members.window(request)));
          expect(window.index.instruments).toEqual(members.window(request).index.usedInstruments());
        }
        const unknown = list.some(({ instrument }) => instrument === "999999.SZ") ? ["999999.SZ"] : [];
        expect(market.window({ universe }).unknownInstruments).toEqual(unknown);
      }),
      propertyRuns(617, 40),
    );
  });

  it("computes what members' values are in the whole panel", () => {
    const list = [{ instrument: index.instruments[2]!, startNs: dayOf(50), endNs: dayOf(52) }];
    const universe = market.universe({ name: "some", spans: list });
    for (const factors of [{ x: "Mean($close, 20)" }, { x: "CSRank(Mean($close, 20))" }]) {
      const whole = market.evaluate(factors).window({ universe });
      expect(whole.rowCount).toBe(3);
      expect(rowsOf(market.evaluate(factors, { universe }))).toEqual(rowsOf(whole));
    }
  });

  it("is read from a file, and says what is no list", () => {
    const path = join(folder, "few.txt");
    writeFileSync(path, `${index.instruments[0]}\t2019-01-01\t2099-12-31\n`);
    const universe = market.universe(readInstrumentList(path));
    expect([universe.name, universe.path]).toEqual(["few", path]);
    expect(rowsOf(market.window({ universe }))).toEqual(rowsOf(market.series(index.instruments[0]!)));
    expect(() => market.universe({ name: "bad", spans: [{ instrument: "a" }] } as never)).toThrow(
      'universe: a span of a in list "bad" has no startNs and endNs',
    );
    expect(() => market.universe(7 as never)).toThrow("universe: 7 is not a list of instruments");
  });
});

describe("a universe of a snapshot", async () => {
  const snapshot = await openSnapshot("data-fixtures/snapshot");
  const [name] = snapshot.universes();

  it("gives the windows that its name gives", async () => {
    const universe = snapshot.universe(name!);
    for (const request of [
      { fields: ["close"] },
      { fields: ["close"], bars: 5 },
      { fields: ["close", "Mean($close, 5)"], bars: 10, nanPolicy: "ffill" },
      { fields: ["close"], adjust: "back", start: dayOf(20) },
    ] as const) {
      const window = await snapshot.getHistoryWindow(universe, request);
      const named = await snapshot.getHistoryWindow(name, request);
      expect(rowsOf(window)).toEqual(rowsOf(named));
      expect(window.unknownInstruments).toEqual(named.unknownInstruments);
    }
  });

  it("may be of codes", async () => {
    const codes = index.instruments.slice(0, 4);
    const window = await snapshot.getHistoryWindow(snapshot.universe(codes), { bars: 2, fields: ["close"] });
    expect(rowsOf(window)).toEqual(
      rowsOf(await snapshot.getHistoryWindow(codes, { bars: 2, fields: ["close"] })),
    );
  });
});
