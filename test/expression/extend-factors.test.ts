import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Panel, panelFromColumns } from "#src/index.js";
import { date, panelOf, plainRows } from "../panel/random-panel.js";
import { propertyRuns } from "../property-runs.js";

const FACTORS: Readonly<Record<string, string>> = {
  short: "Mean($close, 3)/Std($volume, 4)",
  line: "Slope($close, 6)-Resi(Log($volume+1), 5)",
  places: "IdxMax($close, 5)+Rank($volume, 7)+Quantile($close, 4, 0.2)",
  smooth: "EMA($close, 4)-WMA($close, 5)",
  whole: "Mean($close, 0)+Ref($close, 0)",
  label: "Ref($close, -2)/Ref($close, -1)-1",
  cross: "CSRank(Mean($close, 3))-Mean(CSDemean($volume), 2)",
  far: "Ref(Mean($close, 3), -2)/Ref(Max($volume, 2), -1)-1",
  pair: "Corr($close, $volume, 5)",
};

/** The panel up to a session, and from it on, the later part grown on the earlier. */
function grow(whole: Panel, sessions: number): { early: Panel; grown: Panel } {
  const cut = whole.index.datetimes[sessions]!;
  const early = whole.window({ end: cut - 1n });
  return { early, grown: early.appendSessions(whole.window({ start: cut })) };
}

describe("evaluate with previous", () => {
  for (const windows of ["calendar", "rows"] as const) {
    it(`equals evaluating everything, ${windows} windows`, () => {
      fc.assert(
        fc.property(plainRows, fc.nat(), (rows, pick) => {
          const whole = panelOf(rows);
          if (whole.index.sessionCount < 2) return;
          const { early, grown } = grow(whole, 1 + (pick % (whole.index.sessionCount - 1)));
          const previous = early.evaluate(FACTORS, { windows });
          const extended = grown.evaluate(FACTORS, { windows, previous });
          const batch = whole.evaluate(FACTORS, { windows });
          for (const name of batch.columnNames) {
            expect(extended.column(name).values).toEqual(batch.column(name).values);
          }
        }),
        propertyRuns(612, 60),
      );
    });
  }

  const days = Array.from({ length: 200 }, (_, day) => date(2 * day));
  const codes = ["000001.SZ", "000002.SZ", "600000.SH"];
  const market = panelFromColumns({
    datetime: days.flatMap((day) => codes.map(() => day)),
    instrument: days.flatMap(() => codes),
    columns: { $close: Float32Array.from({ length: 600 }, (_, row) => Math.sin(row) + 2) },
  });

  it("computes the new sessions and those that look ahead into them, and no others", () => {
    const { early, grown } = grow(market, 195);
    const factors = { mean: "Mean($close, 20)", next: "Ref($close, -2)/$close-1" };
    const previous = early.evaluate(factors);
    const told: { rows: number; totalRows: number }[] = [];
    grown.evaluate(factors, { previous, onProgress: (progress) => told.push(progress) });
    const rows = codes.length * (5 + 2);
    expect(told.at(-1)).toEqual({ rows, totalRows: rows });
  });

  it("computes what a suspended instrument's new rows change", () => {
    const days = ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07", "2020-01-08"];
    const rows = [0, 1, 5].map((day) => ({ day, code: "A", close: 1 + day }));
    for (const day of days.keys()) rows.push({ day, code: "B", close: 10 + day });
    const whole = panelFromColumns({
      datetime: rows.map(({ day }) => days[day]!),
      instrument: rows.map(({ code }) => code),
      columns: { close: rows.map(({ close }) => close) },
    });
    const label = { label: "Ref(Mean($close, 3), -1)" };
    const expected = [1.5, 1.5, Number.NaN];
    expect([...whole.evaluate(label).series("A").column("label").values]).toEqual(expected);
    for (const sessions of [2, 3, 4, 5]) {
      const { early, grown } = grow(whole, sessions);
      const extended = grown.evaluate(label, { previous: early.evaluate(label) });
      expect([...extended.series("A").column("label").values]).toEqual(expected);
    }
  });

  it("says which previous factors do not fit", () => {
    const { early, grown } = grow(market, 150);
    const previous = early.evaluate({ mean: "Mean($close, 20)" });
    const message = (act: () => unknown): string => {
      try {
        act();
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error("no error was thrown");
    };
    expect(message(() => grown.evaluate({ std: "Std($close, 20)" }, { previous }))).toBe(
      'the previous column "std" is missing, or not of float32; the first 150 sessions have 450 rows',
    );
    expect(message(() => grown.evaluate({ mean: "Mean($close, 20)" }, { previous, start: days[5] }))).toBe(
      "previous factors are extended over the whole panel: leave start, end and universe out, take a window after",
    );
    const other = early.evaluate({ mean: "Mean($close, 3)" });
    expect(message(() => grown.evaluate({ mean: "Mean($close, 20)" }, { previous: other }))).toBe(
      'the previous column "mean" does not hold what its expression gives in the last session it should; it comes from another expression, other options or other data; leave previous out',
    );
    const without = previous.window({ universe: ["000001.SZ"] });
    expect(message(() => grown.evaluate({ mean: "Mean($close, 20)" }, { previous: without }))).toBe(
      `the previous factors have 150 rows (${days[0]} .. ${days[149]}), which are not the first rows of this panel (${days[0]} .. ${days[199]}); pass the factors of the panel it grew from, or none`,
    );
  });
});
