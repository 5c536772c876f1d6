import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendSessions, Column, Panel, panelFromColumns } from "#src/index.js";
import { date, type PlainRow, panelOf, plainRows } from "../panel/random-panel.js";
import { propertyRuns } from "../property-runs.js";

/** `000001.SZ` as `SZ000001`: the other spelling, which sorts otherwise. */
const respelled = (rows: readonly PlainRow[]): PlainRow[] =>
  rows.map((row) => ({ ...row, instrument: row.instrument.replace(/^(\d+)\.(\w+)$/, "$2$1") }));

const split = (rows: readonly PlainRow[], share: number): [PlainRow[], PlainRow[]] => {
  const last = rows.at(-1)?.ns ?? 0n;
  const first = rows[0]?.ns ?? 0n;
  const cut = first + BigInt(Math.round(Number(last - first) * share));
  return [rows.filter(({ ns }) => ns <= cut), rows.filter(({ ns }) => ns > cut)];
};

const prices = (datetime: string[], instrument: string[], close: Float32Array): Panel => {
  const { index } = panelFromColumns({ datetime, instrument, columns: {} });
  return new Panel(index, new Map([["close", Column.of("float32", close)]]), { source: "prices.h5" });
};

describe("appendSessions", () => {
  it("gives the rows of both, whatever the later part's spelling and instruments", () => {
    fc.assert(
      fc.property(
        plainRows,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (rows, share, other) => {
          const [early, late] = split(rows, share);
          const whole = panelOf(rows);
          const grown = panelOf(early).appendSessions(
            panelOf(other && early.length > 0 ? respelled(late) : late),
          );
          expect(grown.toRows()).toEqual(whole.toRows());
          expect(grown.index.datetimes).toEqual(whole.index.datetimes);
          for (const { ns, instrument } of rows) {
            expect(grown.rowOf(ns, instrument)).toBe(whole.rowOf(ns, instrument));
          }
          const some = Uint32Array.from({ length: rows.length }, (_, row) => row).filter(
            (row) => row % 3 === 1,
          );
          expect(grown.column("$close").take(some).values).toEqual(whole.column("$close").take(some).values);
        },
      ),
      propertyRuns(611, 120),
    );
  });

  it("reads nothing when it appends, and afterwards only what is asked for", () => {
    const reads: string[] = [];
    const watched = (name: string, cells: Float32Array): Column =>
      Column.from({
        type: "float32",
        length: cells.length,
        read: (first, last) => {
          reads.push(`${name} ${first}..${last}`);
          return { values: cells.subarray(first, last) };
        },
        gather: (rows) => ({ values: cells.filter((_, row) => rows.includes(row)) }),
      });
    const part = (name: string, days: readonly number[]): Panel => {
      const { index } = panelFromColumns({
        datetime: days.map(date),
        instrument: days.map(() => "000001.SZ"),
        columns: {},
      });
      return new Panel(index, new Map([["close", watched(name, Float32Array.from(days))]]));
    };
    const grown = appendSessions(appendSessions(part("a", [0, 2, 4]), part("b", [6, 8])), part("c", [10]));
    expect(reads).toEqual([]);
    expect([...grown.window({ start: date(8) }).column("close").values]).toEqual([8, 10]);
    expect(reads).toEqual(["b 1..2", "c 0..1"]);
  });

  it("takes the other panel where one has no session", () => {
    const one = prices(["2020-01-02"], ["000001.SZ"], Float32Array.of(1));
    const none = one.window({ start: "2020-02-01" });
    expect(one.appendSessions(none)).toBe(one);
    expect(none.appendSessions(one).toRows()).toEqual(one.toRows());
  });

  it("says what does not fit", () => {
    const one = prices(["2020-01-02", "2020-01-03"], ["000001.SZ", "000001.SZ"], Float32Array.of(1, 2));
    const message = (later: Panel): string => {
      try {
        one.appendSessions(later);
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error("no error was thrown");
    };
    const next = (columns: Record<string, Float32Array | Float64Array>, day = "2020-01-06"): Panel =>
      panelFromColumns({ datetime: [day], instrument: ["000001.SZ"], columns });
    expect(message(next({ close: Float32Array.of(3) }, "2020-01-03"))).toBe(
      "appendSessions: this panel begins at 2020-01-03, but prices.h5 already holds sessions up to 2020-01-03; append only what comes after",
    );
    expect(message(next({ close: Float64Array.of(3) }))).toBe(
      'appendSessions: column "close" is float32 in prices.h5 and float64 in this panel; convert one of them',
    );
    expect(message(next({ close: Float32Array.of(3), open: Float32Array.of(3) }))).toBe(
      "appendSessions: this panel has columns that prices.h5 lacks: open; select() the ones both have",
    );
    expect(() => one.select(["close", "$close"]).appendSessions(next({ close: Float32Array.of(3) }))).toThrow(
      'appendSessions: this panel has one column "close" for two of prices.h5, "$close" among them; give it both, or select() one of them',
    );
    expect(message(next({ clsoe: Float32Array.of(3) }))).toBe(
      'unknown field "close" in this panel; did you mean "clsoe"?',
    );
  });
});
