import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Exchange } from "#src/backtest/exchange/exchange.js";
import { exchangeRules } from "#src/backtest/exchange/exchange-options.js";
import { marketOf } from "#src/backtest/market/market-of-panel.js";
import { longShort, longShortPrecision } from "#src/backtest/risk/long-short.js";
import { checkAgreement, timingOfLabel } from "#src/backtest/timing/agreement.js";
import { alignSignals } from "#src/backtest/timing/align-signals.js";
import { forwardReturns } from "#src/backtest/timing/forward-returns.js";
import { boardOf, LIMIT_RULES } from "#src/backtest/timing/limit-rules.js";
import type { LimitOptions } from "#src/backtest/timing/price-limits.js";
import { timing } from "#src/backtest/timing/timing.js";
import { openPanel } from "#src/open/open-panel.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import type { Panel } from "#src/panel/panel.js";
import { formatNs, parseTimeNs } from "#src/time.js";
import { folder, providerMarket, readJson, readScores } from "./referee.js";

describe("timing", () => {
  it("gives the label, the sessions and the purge of one declaration", () => {
    expect(timing({ known: "close", fill: "open", delay: 1, hold: 5 })).toEqual({
      known: "close",
      entry: { session: 1, field: "$open" },
      exit: { session: 6, field: "$open" },
      label: "Ref($open, -6)/Ref($open, -1) - 1",
      purge: 7,
      notes: [],
    });
    expect(timing("qlib-label").label).toBe("Ref($close, -2)/Ref($close, -1) - 1");
    expect(timing("qlib-label").purge).toBe(3);
    expect(timing("intraday").label).toBe("Ref($close, -1)/Ref($open, -1) - 1");
    expect(timing("same-close").notes).toEqual([
      "filled at the close of the session whose close it is decided on: it looks ahead by one fill",
    ]);
  });

  it("refuses a fill before what it is decided on is known, and what has no return", () => {
    expect(() => timing({ known: "close", fill: "open", delay: 0 })).toThrow(
      "a signal known at the close of a session cannot be filled at the open of the same one; give delay 1, or cheat: true",
    );
    expect(() => timing({ hold: 0 })).toThrow("hold 0 from $close to $close has no return");
    expect(() => timing("qlib-lable" as "qlib-label")).toThrow('did you mean "qlib-label"?');
  });

  it("names the sessions where a label and a backtest disagree", () => {
    const days = ["2020-03-02", "2020-03-03", "2020-03-04", "2020-03-05"];
    const market = marketOf(
      panelFromColumns({
        datetime: days,
        instrument: days.map(() => "SZ000001"),
        columns: { $close: [1, 2, 3, 4] },
      }),
    );
    const options = { strategy: { name: "topk-dropout", topk: 1, nDrop: 1 } } as const;
    expect(() => checkAgreement("Ref($close, -2)/Ref($close, -1) - 1", options, market)).not.toThrow();
    expect(() => checkAgreement(timing("qlib-open"), options, market)).toThrow(
      "for a score of 2020-03-02 the label begins at $open of 2020-03-03 and ends at $open of 2020-03-04, and the backtest buys at $close of 2020-03-03 and sells at $close",
    );
    expect(() => checkAgreement("Ref($close, -1)/$close - 1", options, market)).toThrow(
      "begins at $close of 2020-03-02",
    );
    expect(timingOfLabel("Ref($open,-6) / Ref($open,-1) - 1").exit).toEqual({ session: 6, field: "$open" });
    expect(() => timingOfLabel("$close")).toThrow("is not the return between two prices");
  });
});

describe("labels and signals equal qlib's", () => {
  it("labels", async () => {
    const market = await providerMarket("overlay");
    const expected = await openPanel(join(folder, "signals", "labels.h5"));
    const timings = {
      c1c2: timing("qlib-label"),
      c0c1: timing("same-close"),
      o1o2: timing("qlib-open"),
      c1c6: timing("qlib-label", { hold: 5 }),
      o1c1: timing("intraday"),
      v1v2: timing("qlib-vwap"),
    };
    for (const [name, own] of Object.entries(timings)) {
      const returns = forwardReturns(market, own);
      const labels = expected.column(name).floats();
      const found = returns.column("label").floats();
      for (const [row, ns, instrument] of keysOf(expected)) {
        const session = returns.index.sessionAt(ns);
        const at = returns.index.rowOf(session, returns.index.codeOf(instrument));
        const value = at < 0 ? Number.NaN : found[at]!;
        if (!Object.is(value, labels[row]))
          expect(value, `${name} of ${formatNs(ns)} ${instrument}`).toBe(labels[row]);
      }
    }
  });

  it("limit flags", async () => {
    const market = await providerMarket("overlay");
    const labels = await openPanel(join(folder, "signals", "labels.h5"));
    const flags = readJson<Record<string, Record<"limit_buy" | "limit_sell", [string, string][]>>>(
      join(folder, "signals", "flags.json.gz"),
    );
    const [first, last] = ["2019-01-30", "2019-11-04"].map((day) =>
      market.sessionAtOrAfter(parseTimeNs(day, "day")),
    );
    for (const [threshold, expected] of Object.entries(flags).slice(0, 2)) {
      const exchange = new Exchange(
        market,
        exchangeRules({ limitThreshold: Number(threshold) }),
        first!,
        last!,
      );
      for (const [side, key] of [
        ["buy", "limit_buy"],
        ["sell", "limit_sell"],
      ] as const) {
        const found: string[] = [];
        for (const [, ns, instrument] of keysOf(labels)) {
          const why = exchange.blocked(market.positionOf(instrument), market.sessionAtOrAfter(ns), side);
          if (why === "limit-up" || why === "limit-down") found.push(`${formatNs(ns)} ${instrument}`);
        }
        expect(found.sort(), `${key} at ${threshold}`).toEqual(
          expected[key].map((pair) => pair.join(" ")).sort(),
        );
      }
    }
  });

  it("long and short returns and precisions", async () => {
    type Series = [string[], number[]];
    const expected = readJson<Record<string, Record<string, Series>>>(
      join(folder, "signals", "ic_etc.json.gz"),
    );
    const labels = await openPanel(join(folder, "signals", "labels.h5"));
    for (const [key, series] of Object.entries(expected)) {
      const [name, label] = key.split("|") as [string, string];
      if (!labels.hasField(label)) continue;
      const scores = await readScores(name);
      const returns = labels.select([label]);
      const check = (found: readonly number[], wanted: Series, what: string) => {
        expect(found.length, `${key} ${what}`).toBe(wanted[1].length);
        for (const [i, value] of found.entries())
          expect(value, `${key} ${what} ${i}`).toBeCloseTo(wanted[1][i]!, 6);
      };
      for (const dropMissing of [false, true]) {
        const end = dropMissing ? "_dropna" : "";
        const table = longShort(scores, returns, { dropMissing });
        check([...table.column("long_short")], series[`long_short${end}`]!, `long_short${end}`);
        check([...table.column("average")], series[`long_avg${end}`]!, `long_avg${end}`);
        for (const isExcess of [false, true]) {
          const precision = longShortPrecision(scores, returns, { dropMissing, isExcess });
          const tail = `${end}${isExcess ? "_alpha" : ""}`;
          check([...precision.column("long_precision")], series[`long_prec${tail}`]!, `long_prec${tail}`);
          check([...precision.column("short_precision")], series[`short_prec${tail}`]!, `short_prec${tail}`);
        }
      }
    }
  });
});

function* keysOf({ index }: Panel): Generator<[row: number, ns: bigint, instrument: string]> {
  for (let s = 0; s < index.sessionCount; s++) {
    for (let row = index.startOf(s); row < index.startOf(s + 1); row++) {
      yield [row, index.datetimes[s]!, index.instruments[index.codes[row]!]!];
    }
  }
}

describe("alignSignals", () => {
  const days = [
    "2024-03-04",
    "2024-03-05",
    "2024-03-06",
    "2024-03-07",
    "2024-03-08",
    "2024-03-11",
    "2024-03-12",
  ];
  const prices: Record<string, number[]> = {
    SH600001: [10, 11, 11, 11, 11, 11, 11], // limit up on the second day
    SZ300001: [10, 11, 12, Number.NaN, 12, 12, 12], // 20 %: no limit; suspended on the fourth
    SZ000002: [10, 10, 9, 9, 9, 9, 9], // limit down on the third
  };
  const names = Object.keys(prices);
  const market = marketOf(
    panelFromColumns({
      datetime: names.flatMap(() => days),
      instrument: names.flatMap((name) => days.map(() => name)),
      columns: {
        $close: names.flatMap((name) => prices[name]!),
        $factor: names.flatMap(() => days.map(() => 1)),
        $volume: names.flatMap((name) => days.map((_, i) => (name === "SZ000002" && i === 5 ? 0 : 100))),
      },
    }),
  );
  it("says for each signal when it is filled, what it returns, and why it could not be", () => {
    const scores = panelFromColumns({
      datetime: [days[0]!, days[0]!, days[0]!, days[2]!, days[4]!, days[6]!],
      instrument: ["600001.SH", "300001.SZ", "000002.SZ", "300001.SZ", "000002.SZ", "600001.SH"],
      columns: { score: [1, 2, 3, 4, 5, 6] },
    });
    const { panel, ledger } = alignSignals(scores, market, {
      timing: timing("qlib-label"),
      limits: ["$close/Ref($close,1)-1>=0.095", "$close/Ref($close,1)-1<=-0.095"],
    });
    const rows = panel.toRows().map((row) => [row.instrument, row.fill_block, row.exit_block, row.can_trade]);
    expect(rows).toEqual([
      ["000002.SZ", null, "limit-down", true],
      ["300001.SZ", "limit-up", null, false],
      ["600001.SH", "limit-up", null, false],
      ["300001.SZ", "suspended", null, false],
      ["000002.SZ", "no-volume", null, false],
      ["600001.SH", "no-session", "no-session", false],
    ]);
    expect(panel.column("return").at(0)).toBe(Math.fround(0.9) - 1);
    expect(ledger).toEqual({
      rows: 6,
      tradable: 1,
      fillBlocks: { "limit-up": 2, suspended: 1, "no-volume": 1, "no-session": 1 },
      exitBlocks: { "limit-down": 1, "no-session": 1 },
    });
  });

  it("knows the limits of boards and first sessions by date", () => {
    expect(
      ["SH688001", "300750.SZ", "SZ000001", "BJ430009", "920001.BJ", "000300", "SH000300"].map(boardOf),
    ).toEqual(["star", "chinext", "main", "beijing", "beijing", "main", undefined]);
    const scores = panelFromColumns({
      datetime: [days[4]!, days[4]!],
      instrument: ["SH600001", "SZ300001"],
      columns: { score: [1, 1] },
    });
    const jump = (ratio: number) => {
      const grid = market.field("$close").slice();
      for (let c = 0; c < names.length; c++) grid[5 * names.length + c] = grid[4 * names.length + c]! * ratio;
      return market.withFields({ $close: grid });
    };
    const blocks = (ratio: number) =>
      alignSignals(scores, jump(ratio), { timing: timing("qlib-label") }).panel.column("fill_block").values;
    expect(blocks(1.1)).toEqual(["limit-up", null]);
    expect(blocks(1.2)).toEqual(["limit-up", "limit-up"]);
    expect(blocks(1.05)).toEqual([null, null]);
    // A share that is there from the first session on was listed before: its first sessions have a limit.
    const at = (name: string, day: number) =>
      panelFromColumns({ datetime: [days[day]!], instrument: [name], columns: { score: [1] } });
    const blockOf = (name: string, day: number, own = market, limits: LimitOptions = "boards") =>
      alignSignals(at(name, day), own, { timing: timing("qlib-label"), limits }).panel.column("fill_block")
        .values[0];
    expect(blockOf("SH600001", 0)).toBe("limit-up");
    // One that comes later has none in its first five sessions; its calendar begins before its bars.
    const later = marketOf(
      panelFromColumns({
        datetime: days.slice(0, 6),
        instrument: days.slice(0, 6).map(() => "SH600001"),
        columns: { $close: [10, 11, 12.1, 13.31, 14.641, 16.1051] },
      }),
      { calendar: ["2024-03-01", ...days] },
    );
    expect([0, 1, 2, 3, 4].map((day) => blockOf("SH600001", day, later))).toEqual([
      null,
      null,
      null,
      null,
      "limit-up",
    ]);
    // Another table of rules, and a mistyped one.
    const none = LIMIT_RULES.map((rule) => ({ ...rule, up: 0.5 }));
    expect(blockOf("SH600001", 0, market, { boards: true, rules: none })).toBeNull();
    const mistyped = { boards: true, rule: none } as unknown as LimitOptions;
    expect(() => blockOf("SH600001", 0, market, mistyped)).toThrow('did you mean "rules"?');
  });
});
