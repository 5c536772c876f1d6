import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cell } from "#src/columns/column.js";
import { type DataServiceError, panelFromColumns } from "#src/index.js";
import { asofJoin } from "#src/join/asof-join.js";
import { canonicalCode } from "#src/names/instrument-code.js";
import { propertyRuns } from "../property-runs.js";
import { missingCell, rowsOf, tableArbitrary, timeOf } from "./join-tables.js";

/** Prices of two names, and what they announced; one announcement falls on a day without trading. */
const prices = panelFromColumns({
  datetime: ["2020-03-02", "2020-03-02", "2020-03-03", "2020-03-03", "2020-03-04", "2020-03-06"],
  instrument: ["000001.SZ", "600000.SH", "000001.SZ", "600000.SH", "000001.SZ", "600000.SH"],
  columns: { close: Float32Array.of(1, 2, 3, 4, 5, 6) },
});
const announcements = panelFromColumns({
  datetime: ["2020-02-29", "2020-03-03", "2020-03-05", "2020-03-05"],
  instrument: ["SZ000001", "SH600000", "SH600000", "SZ300001"],
  columns: { eps: [0.5, 0.25, 0.75, 9], audited: [true, false, true, true] },
});

function errorOf(act: () => unknown): DataServiceError {
  try {
    act();
  } catch (error) {
    return error as DataServiceError;
  }
  throw new Error("no error was thrown");
}

describe("asofJoin", () => {
  it("puts the latest announcement beside each row, whatever the spelling", () => {
    const { panel, ledger } = asofJoin(prices, announcements, { matchedDatetime: "announced" });
    expect(panel.index).toBe(prices.index);
    expect(panel.columnNames).toEqual(["close", "eps", "audited", "announced"]);
    expect([...panel.column("eps").values]).toEqual([0.5, Number.NaN, 0.5, 0.25, 0.5, 0.75]);
    expect([0, 1, 3, 5].map((row) => panel.column("audited").at(row))).toEqual([true, null, false, true]);
    const announced = panel.column("announced");
    expect(announced.type).toBe("datetime");
    expect([0, 1, 3, 5].map((row) => announced.at(row))).toEqual([
      BigInt(Date.UTC(2020, 1, 29)) * 1_000_000n,
      null,
      BigInt(Date.UTC(2020, 2, 3)) * 1_000_000n,
      BigInt(Date.UTC(2020, 2, 5)) * 1_000_000n,
    ]);
    expect(ledger.toJSON()).toEqual({
      how: "as of",
      rows: 6,
      columnCount: 4,
      panels: [
        {
          panel: "panel 1",
          rows: 6,
          used: 6,
          dropped: 0,
          missing: 0,
          columns: ["close"],
          columnsDropped: [],
        },
        {
          panel: "panel 2",
          rows: 4,
          used: 3,
          dropped: 1,
          missing: 1,
          columns: ["eps", "audited", "announced"],
          columnsDropped: [],
        },
      ],
      matches: [
        {
          left: "panel 1",
          right: "panel 2",
          matched: 5,
          leftOnly: 1,
          rightOnly: 1,
          leftOnlyBecause: { "nothing yet": 1 },
          rightOnlyBecause: { "no such instrument": 1 },
        },
      ],
      missingIntroduced: { close: 0, eps: 1, audited: 1, announced: 1 },
    });
  });

  it("leaves out what was not known before, and what is too old", () => {
    const before = asofJoin(prices, announcements, { allowExactMatches: false }).panel;
    expect([...before.column("eps").values]).toEqual([0.5, Number.NaN, 0.5, Number.NaN, 0.5, 0.75]);
    const recent = asofJoin(prices, announcements, { tolerance: "2d" });
    expect([...recent.panel.column("eps").values]).toEqual([
      0.5,
      Number.NaN,
      Number.NaN,
      0.25,
      Number.NaN,
      0.75,
    ]);
    expect(recent.ledger.matches[0]!.leftOnlyBecause).toEqual({ "nothing yet": 1, "beyond tolerance": 2 });
    const hours = asofJoin(prices, announcements, { tolerance: "47.5h" }).panel;
    expect(hours.column("eps").at(0)).toBeNaN();
  });

  it("says what is wrong with a request", () => {
    const ask = (options: object) => errorOf(() => asofJoin(prices, announcements, options)).message;
    expect(ask({ tolerance: "30 days" })).toBe(
      'tolerance: "30 days" is not a length of time; give a count with a unit (d, h, min, s, ms, us, ns) such as "30d" or "90min", or nanoseconds as a bigint',
    );
    expect(ask({ tolerance: -1n })).toBe(
      'tolerance: -1 is not a length of time; give a count with a unit (d, h, min, s, ms, us, ns) such as "30d" or "90min", or nanoseconds as a bigint',
    );
    expect(ask({ matchedDatetime: "eps" })).toBe(
      'asofJoin: matchedDatetime "eps" is the name of a column; choose another',
    );
    const lossy = errorOf(() => asofJoin(prices, announcements, { tolerance: 0n, maxLoss: 0.5 }));
    expect(lossy.code).toBe("max-loss");
    expect(lossy.message).toBe(
      "as of join leaves rows of panel 1 unmatched, more than the 50% that maxLoss allows; panel 2 lacks 5 of 6 rows (83.3%): beyond tolerance 4, nothing yet 1",
    );
  });

  it("has the cells of a naive search", () => {
    fc.assert(
      fc.property(
        tableArbitrary("a"),
        tableArbitrary("b"),
        fc.constantFrom(undefined, 0, 1, 3),
        fc.boolean(),
        (left, right, halfDays, allowExactMatches) => {
          const oldest = halfDays === undefined ? undefined : timeOf(halfDays) - timeOf(0);
          const { panel } = asofJoin(left.panel, right.panel, { tolerance: oldest, allowExactMatches });
          const expected = left.rows
            .map(({ ns, instrument, cells }) => {
              const found = right.rows
                .filter((row) => canonicalCode(row.instrument) === canonicalCode(instrument))
                .filter((row) => row.ns < ns || (row.ns === ns && allowExactMatches))
                .filter((row) => oldest === undefined || ns - row.ns <= oldest)
                .sort((a, b) => Number(a.ns - b.ns))
                .at(-1);
              const beside = Object.fromEntries(
                right.panel.columnNames.map((name): [string, Cell] => [
                  name,
                  found ? found.cells[name]! : missingCell(right.panel, name),
                ]),
              );
              return { ns, instrument, cells: { ...cells, ...beside } };
            })
            .sort((a, b) => Number(a.ns - b.ns) || (a.instrument < b.instrument ? -1 : 1));
          expect(rowsOf(panel)).toEqual(expected);
          panel.load();
          expect(rowsOf(panel)).toEqual(expected);
        },
      ),
      propertyRuns(511, 200),
    );
  });
});
