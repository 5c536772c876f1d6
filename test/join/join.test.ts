import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { alignRows } from "#src/align/align.js";
import { type DataServiceError, Panel, panelFromColumns } from "#src/index.js";
import { asofJoin } from "#src/join/asof-join.js";
import { joinPanels } from "#src/join/join-panels.js";
import { ledgerOf } from "#src/join/ledger.js";
import { describePanel } from "#src/panel/describe.js";
import { survivorship } from "#src/panel/survivorship.js";

type Key = readonly [datetime: string, instrument: string];

/** A panel of one float64 column that counts from 1, as if read from a file of the given name. */
function panelOf(source: string, column: string, keys: readonly Key[]): Panel {
  const made = panelFromColumns({
    datetime: keys.map(([datetime]) => datetime),
    instrument: keys.map(([, instrument]) => instrument),
    columns: { [column]: keys.map((_, i) => i + 1) },
  });
  return new Panel(made.index, new Map([[column, made.column(column)]]), { source });
}

const days = ["2020-03-02", "2020-03-03", "2020-03-04", "2020-03-05"] as const;
const market = panelOf("market.h5", "close", [
  ...days.map((day): Key => [day, "000001.SZ"]),
  ...days.map((day): Key => [day, "600000.SH"]),
  [days[0], "600001.SH"],
]);
/** 000001.SZ pauses on the second day; 600000.SH begins on the second and ends on the third; no fourth day. */
const factor = panelOf("factor.h5", "mom", [
  [days[0], "SZ000001"],
  [days[2], "SZ000001"],
  [days[1], "SH600000"],
  [days[2], "SH600000"],
  [days[0], "SZ300001"],
  ["2020-03-07", "SZ000001"],
]);

function errorOf(act: () => unknown): DataServiceError {
  try {
    act();
  } catch (error) {
    return error as DataServiceError;
  }
  throw new Error("no error was thrown");
}

describe("join", () => {
  it("keeps the left's rows and spelling, and says why rows have no match", () => {
    const panel = market.join(factor);
    expect(panel.index).toBe(market.index);
    expect(panel.column("close")).toBe(market.column("close"));
    const nan = Number.NaN;
    expect([...panel.column("mom").values]).toEqual([1, nan, nan, nan, 3, 2, 4, nan, nan]);
    const match = ledgerOf(panel)!.matches[0]!;
    expect([match.matched, match.leftOnly, match.rightOnly]).toEqual([4, 5, 2]);
    expect(match.leftOnlyBecause).toEqual({
      "no such instrument": 1,
      "no such session": 2,
      "not listed yet": 1,
      suspended: 1,
    });
    expect(match.rightOnlyBecause).toEqual({ "no such instrument": 1, "no such session": 1 });
    expect(match.byInstrument()).toEqual([
      {
        instrument: "000001.SZ",
        matched: 2,
        leftOnly: 2,
        rightOnly: 1,
        leftOnlyBecause: { "no such session": 1, suspended: 1 },
        rightOnlyBecause: { "no such session": 1 },
      },
      {
        instrument: "600000.SH",
        matched: 2,
        leftOnly: 2,
        rightOnly: 0,
        leftOnlyBecause: { "no such session": 1, "not listed yet": 1 },
        rightOnlyBecause: {},
      },
      {
        instrument: "600001.SH",
        matched: 0,
        leftOnly: 1,
        rightOnly: 0,
        leftOnlyBecause: { "no such instrument": 1 },
        rightOnlyBecause: {},
      },
      {
        instrument: "SZ300001",
        matched: 0,
        leftOnly: 0,
        rightOnly: 1,
        leftOnlyBecause: {},
        rightOnlyBecause: { "no such instrument": 1 },
      },
    ]);
    expect(match.bySession().map((s) => [s.datetime, s.matched, s.leftOnly, s.rightOnly])).toEqual([
      ["2020-03-02", 1, 2, 1],
      ["2020-03-03", 1, 1, 0],
      ["2020-03-04", 2, 0, 0],
      ["2020-03-05", 0, 2, 0],
      ["2020-03-07", 0, 0, 1],
    ]);
  });

  it("calls rows after an instrument's last delisted", () => {
    const others: Key[] = [...days.map((day): Key => [day, "600000.SH"]), [days[0], "000001.SZ"]];
    const { ledger } = joinPanels([market, panelOf("b", "x", others)]);
    expect(ledger.matches[0]!.leftOnlyBecause).toEqual({ "no such instrument": 1, delisted: 3 });
  });

  it("spells right-only instruments as the left does", () => {
    const panel = market.join(factor, { how: "outer" });
    expect(panel.index.instruments).toEqual(["000001.SZ", "300001.SZ", "600000.SH", "600001.SH"]);
    expect(panel.rowCount).toBe(11);
    expect(market.join(factor, { how: "right" }).index.instruments).toEqual([
      "000001.SZ",
      "300001.SZ",
      "600000.SH",
    ]);
  });

  it("shares what it need not copy", () => {
    const twin = panelOf("twin.h5", "twin", keysOf(market));
    for (const how of ["left", "inner", "outer", "right"] as const) {
      const panel = market.join(twin, { how });
      expect(panel.column("close").values).toBe(market.column("close").values);
      expect(panel.column("twin").values).toBe(twin.column("twin").values);
    }
    // The right holds the left as a contiguous run.
    const late = market.window({ start: days[2] });
    const values = late.join(twin).column("twin").values as Float64Array;
    expect(values.buffer).toBe((twin.column("twin").values as Float64Array).buffer);
    // A union that adds nothing is the left itself.
    expect(market.join(late.rename({ close: "late" }), { how: "outer" }).index).toBe(market.index);
    expect(alignRows(market.index, twin.index).run).toBe(0);
  });

  it("carries groups along", () => {
    const grouped = new Panel(factor.index, new Map([["mom", factor.column("mom")]]), {
      source: "combined.parquet",
      groups: new Map([["mom", "feature"]]),
    });
    const panel = market.join(grouped, { how: "inner" });
    expect(panel.info.groups).toEqual(new Map([["mom", "feature"]]));
    expect(panel.info.source).toBe("market.h5 + combined.parquet");
  });

  it("refuses two columns of one name, or does as it is told", () => {
    const again = factor.rename({ mom: "close" });
    const error = errorOf(() => market.join(again));
    expect(error.code).toBe("column-conflict");
    expect(error.details).toMatchObject({ field: "close", count: 1, found: ["close"] });
    expect(error.message).toBe(
      'join: column "close" is in market.h5 and in factor.h5; rename it, or set onConflict: "suffix" keeps all under other names, "prefer-left" the first, "prefer-right" the last',
    );
    const suffixed = market.join(again, { onConflict: "suffix" });
    expect(suffixed.columnNames).toEqual(["close", "close_right"]);
    expect(suffixed.column("close_right").at(0)).toBe(1);
    const pandas = market.join(again, { onConflict: "suffix", suffixes: ["_x", "_y"] });
    expect(pandas.columnNames).toEqual(["close_x", "close_y"]);
    const left = joinPanels([market, again], { onConflict: "prefer-left" });
    expect(left.panel.column("close").values).toBe(market.column("close").values);
    expect(left.ledger.panels.map((p) => p.columnsDropped)).toEqual([[], ["close"]]);
    const right = joinPanels([market, again], { onConflict: "prefer-right" });
    expect(right.panel.column("close").at(1)).toBeNaN();
    expect(right.ledger.panels.map((p) => p.columns)).toEqual([[], ["close"]]);
    const many = joinPanels([market, again, again], { onConflict: "suffix" }).panel;
    expect(many.columnNames).toEqual(["close", "close_2", "close_3"]);
    const taken = market.rename({ close: "close_right" }).withColumns({ close: market.column("close") });
    expect(errorOf(() => taken.join(again, { onConflict: "suffix" })).message).toBe(
      'join: the suffixes "", "_right" give two columns "close_right"; choose others with suffixes: [...], one for each panel',
    );
    expect(errorOf(() => market.join(again, { onConflict: "suffix", suffixes: ["_x"] })).message).toBe(
      'join: 1 suffixes for 2 panels; give one for each, "" for none',
    );
    expect(errorOf(() => market.join(again, { suffixes: ["_x", "_y"] })).message).toBe(
      'join: suffixes have no effect with onConflict: "error"; set onConflict: "suffix", or leave them out',
    );
  });

  it("fails when it loses more than maxLoss", () => {
    expect(market.join(factor, { maxLoss: 5 / 9 }).rowCount).toBe(9);
    const error = errorOf(() => market.join(factor, { maxLoss: 0.5 }));
    expect(error.code).toBe("max-loss");
    expect(error.details.count).toBe(5);
    expect(error.message).toBe(
      "left join leaves rows of market.h5 unmatched, more than the 50% that maxLoss allows; factor.h5 lacks 5 of 9 rows (55.6%): no such session 2, no such instrument 1, not listed yet 1, suspended 1",
    );
    // Each of the two lacks a third of the rows, and the inner join of all three has a third.
    const lacks = (source: string, from: number, to: number) =>
      panelOf(
        source,
        source,
        keysOf(market).filter((_, row) => row < from || row >= to),
      );
    const three = [market, lacks("a", 0, 3), lacks("b", 3, 6)];
    expect(joinPanels(three, { how: "left", maxLoss: 0.34 }).panel.rowCount).toBe(9);
    expect(errorOf(() => joinPanels(three, { how: "inner", maxLoss: 0.34 })).message).toBe(
      "inner join drops 6 of 9 rows (66.7%) of market.h5, more than the 34% that maxLoss allows; a lacks 3 of 9 rows (33.3%): no such session 2, no such instrument 1; b lacks 3 of 9 rows (33.3%): no such session 2, suspended 1",
    );
  });

  it("says what is wrong with a request", () => {
    expect(errorOf(() => joinPanels([])).message).toBe("join: no panels; give a list of at least one");
    expect(errorOf(() => joinPanels(factor as unknown as Panel[])).message).toBe(
      "join: no panels; give a list of at least one",
    );
    const promise = Promise.resolve(factor) as unknown as Panel;
    expect(errorOf(() => market.join(promise)).message).toBe("join: panel 2 is a promise; await it");
    expect(errorOf(() => market.appendSessions(promise)).message).toBe(
      "appendSessions: panel 2 is a promise; await it",
    );
    expect(errorOf(() => asofJoin(market, undefined as unknown as Panel)).message).toBe(
      "asofJoin: panel 2 is undefined; give a Panel",
    );
    expect(errorOf(() => market.join(factor, { how: "cross" as "left" })).message).toBe(
      'join: how "cross" is not known; it is "left", "inner", "outer", "right"',
    );
    expect(errorOf(() => market.join(factor, { onConflict: "drop" as "error" })).message).toBe(
      'join: onConflict "drop" is not known; it is "error", "suffix", "prefer-left", "prefer-right"',
    );
    expect(errorOf(() => market.join(factor, { maxLoss: 5 })).message).toBe(
      "join: maxLoss is 5; give a share from 0 to 1",
    );
  });
});

describe("a ledger", () => {
  it("prints", () => {
    const { ledger } = joinPanels([market, factor], { how: "inner" });
    expect(`\n${inspect(ledger)}\n`).toBe(`
inner join: 4 rows, 2 columns

panel      rows  used  dropped  made missing  columns
market.h5     9     4        5             0  close
factor.h5     6     4        2             0  mom

against market.h5  matched  only left  only right  only left because                                                       only right because
factor.h5                4          5           2  no such session 2, no such instrument 1, not listed yet 1, suspended 1  no such instrument 1, no such session 1
`);
  });

  it("knows which instruments did not survive", () => {
    const known = {
      instruments: 3,
      ended: [{ instrument: "600001.SH", last: "2020-03-02" }],
      endedShare: 1 / 3,
    };
    expect(survivorship(market)).toEqual(known);
    expect(describePanel(market)).toMatchObject(known);
  });
});

function keysOf(panel: Panel): Key[] {
  return Array.from({ length: panel.rowCount }, (_, row) => {
    const { datetime, instrument } = panel.keyAt(row);
    return [datetime.toISOString().slice(0, 10), instrument];
  });
}
