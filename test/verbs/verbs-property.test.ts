import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatPanels, type Panel } from "#src/index.js";
import { type PlainRow, panelOf, plainRows } from "../panel/random-panel.js";
import { propertyRuns } from "../property-runs.js";

/** The rows of a panel's column beside the naive ones, NaN equal to NaN. */
const closes = (panel: Panel) => Array.from(panel.column("close").floats());
const histories = (rows: readonly PlainRow[]) => {
  const found = new Map<string, PlainRow[]>();
  for (const row of rows) found.set(row.instrument, [...(found.get(row.instrument) ?? []), row]);
  return found;
};
const earlierRow = (rows: readonly PlainRow[], row: PlainRow, n: number) => {
  const own = histories(rows).get(row.instrument)!;
  return own[own.indexOf(row) - n];
};
const check = (seed: number, property: (rows: PlainRow[], n: number) => void) =>
  fc.assert(fc.property(plainRows, fc.integer({ min: 1, max: 4 }), property), propertyRuns(seed, 60));

describe("against naive definitions:", () => {
  it("shift, diff and pctChange look n rows back in the instrument's own history", () =>
    check(1, (rows, n) => {
      const panel = panelOf(rows);
      const earlier = rows.map((row) => earlierRow(rows, row, n)?.close ?? Number.NaN);
      expect(closes(panel.shift(n))).toEqual(earlier);
      expect(closes(panel.shift(-n))).toEqual(
        rows.map((row) => earlierRow(rows, row, -n)?.close ?? Number.NaN),
      );
      expect(closes(panel.diff(n))).toEqual(rows.map((row, i) => Math.fround(row.close - earlier[i]!)));
      expect(closes(panel.pctChange(n))).toEqual(
        rows.map((row, i) => Math.fround(Math.fround(row.close / earlier[i]!) - 1)),
      );
    }));

  it("forwardFill takes the last cell there was, no more than limit rows back", () =>
    check(2, (rows, limit) => {
      const filled = rows.map((row) => {
        for (let back = 0; back <= limit; back++) {
          const cell = earlierRow(rows, row, back)?.close;
          if (cell === undefined || !Number.isNaN(cell)) return cell ?? Number.NaN;
        }
        return Number.NaN;
      });
      expect(closes(panelOf(rows).forwardFill({ limit }))).toEqual(filled);
    }));

  it("resample by n sessions has each instrument's last cell of every n, and the sum of its volumes", () =>
    check(3, (rows, n) => {
      const sessions = [...new Set(rows.map(({ ns }) => ns))];
      const bars = new Map<string, { last: number; sum: number }>();
      for (const { ns, instrument, close, volume } of rows) {
        const key = `${String(Math.floor(sessions.indexOf(ns) / n)).padStart(4, "0")} ${instrument}`;
        const bar = bars.get(key) ?? { last: Number.NaN, sum: 0 };
        bars.set(key, { last: Number.isNaN(close) ? bar.last : close, sum: bar.sum + volume });
      }
      const sorted = [...bars].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bar]) => bar);
      const resampled = panelOf(rows).resample(n, { close: "last", volume: "sum" });
      expect(closes(resampled)).toEqual(sorted.map(({ last }) => last));
      expect(Array.from(resampled.column("volume").floats())).toEqual(sorted.map(({ sum }) => sum));
    }));

  it("concat gives back what was taken apart, in any order, and refuses a row that stands twice", () =>
    check(4, (rows, n) => {
      const panel = panelOf(rows);
      const parts = Array.from({ length: n + 1 }, (_, part) => {
        return panel.filter((row) => (row * 7 + panel.index.codes[row]!) % (n + 1) === part);
      });
      const whole = concatPanels(parts.reverse());
      expect(closes(whole)).toEqual(closes(panel));
      expect(whole.index.datetimes).toEqual(panel.index.datetimes);
      expect(whole.toRows()).toEqual(panel.toRows());
      if (rows.length > 0)
        expect(() => concatPanels([panel, panel.head(1)])).toThrow("stands in another panel too");
    }));

  it("head, tail, at and sample are rows of the panel", () =>
    check(5, (rows, n) => {
      const panel = panelOf(rows);
      const all = closes(panel);
      expect(closes(panel.head(n))).toEqual(all.slice(0, n));
      expect(closes(panel.tail(n))).toEqual(all.slice(-n));
      if (rows.length > 0)
        expect(closes(panel.at([-1, 0]))).toEqual(rows.length > 1 ? [all[0], all.at(-1)] : all);
      const drawn = panel.sample(n, rows.length);
      expect(drawn.rowCount).toBe(Math.min(n, rows.length));
      expect(panel.sample(n, rows.length).toRows()).toEqual(drawn.toRows());
      for (let row = 0; row < drawn.rowCount; row++) {
        const { datetime, instrument } = drawn.keyAt(row);
        expect(panel.rowOf(datetime, instrument)).toBeGreaterThanOrEqual(0);
      }
    }));

  it("top has the n greatest of each session, sortBy all of them in order", () =>
    check(6, (rows, n) => {
      const panel = panelOf(rows);
      const kept = new Set<PlainRow>();
      for (const ns of new Set(rows.map((row) => row.ns))) {
        const own = rows.filter((row) => row.ns === ns && !Number.isNaN(row.close));
        for (const row of own.sort((a, b) => b.close - a.close).slice(0, n)) kept.add(row);
      }
      expect(closes(panel.top(n, "close"))).toEqual(
        rows.filter((row) => kept.has(row)).map((row) => row.close),
      );
      const ascending = [...panel.sortBy("close", { order: "ascending" })].map((row) => rows[row]!);
      for (const [i, row] of ascending.entries()) {
        const next = ascending[i + 1];
        if (next?.ns === row.ns && !Number.isNaN(next.close))
          expect(row.close).toBeLessThanOrEqual(next.close);
      }
    }));

  it("melt and pivot hold each cell where it belongs", () =>
    check(7, (rows) => {
      const panel = panelOf(rows);
      const { value, variable, instrument, datetime } = panel.melt();
      expect(Array.from(value)).toEqual([...rows.map((row) => row.close), ...rows.map((row) => row.volume)]);
      expect([...new Set(variable)]).toEqual(rows.length > 0 ? ["$close", "volume"] : []);
      const matrices = panel.pivot();
      for (const [i, name] of variable.entries()) {
        const { values, datetimes, instruments } = matrices.get(name)!;
        const place =
          datetimes.indexOf(datetime[i]!) * instruments.length + instruments.indexOf(instrument[i]!);
        expect(values[place]).toEqual(value[i]);
      }
    }));
});

describe("requests that cannot be meant", () => {
  const panel = panelOf([{ ns: 0n, instrument: "000001.SZ", close: 1, volume: 2 }]);
  it.each<[string, () => unknown]>([
    ['resample: "wek" is no period', () => panel.resample("wek" as "week", { close: "last" })],
    ["resample: no column is asked for", () => panel.resample("week", {})],
    ['resample: close "medan" is not known', () => panel.resample("week", { close: "medan" as "mean" })],
    ["forwardFill: limit 0 is not", () => panel.forwardFill({ limit: 0 })],
    ["shift: 0.5 is not a whole number", () => panel.shift(0.5)],
    ["at: there is no row 1 among the 1", () => panel.at([1])],
    ["top: 0 is not a positive number", () => panel.top(0, "close")],
    ["groupBy: by what?", () => panel.groupBy()],
    ['did you mean "$close"?', () => panel.groupBy("clsoe")],
    ["the quantile 2 is not from 0 to 1", () => panel.describe({ quantiles: [2] })],
    ["concatPanels: there is no panel", () => concatPanels([])],
    ["has columns that this panel lacks: volume", () => concatPanels([panel.select(["close"]), panel])],
  ])("%s", (message, call) => expect(call).toThrow(message));
});
