import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { marketOf } from "#src/backtest/market/market-of-panel.js";
import type { Backtest } from "#src/backtest/replay/backtest.js";
import { replay } from "#src/backtest/replay/replay.js";
import type { ReplayOptions } from "#src/backtest/replay/replay-options.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { type CaseConfig, folder, optionsOf, providerMarket, readJson, readScores } from "./referee.js";

interface ErrorCase {
  readonly config: CaseConfig;
  readonly outcome: { readonly ok: boolean; readonly rows?: number; readonly account_tail?: number };
}

/** What each case of qlib's is here: an error by its code and words, or a result. */
const ERRORS: Readonly<Record<string, [code: string, says: string]>> = {
  e03_benchmark_null_without_SH000300: ["unknown-instrument", 'has no instrument "SH000300"'],
  e05_benchmark_unknown: ["unknown-instrument", 'has no instrument "SH999999"'],
  e12_start_after_calendar: ["bad-request", "give a start and an end inside it"],
  e13_unknown_exchange_argument: ["bad-request", '"slippage", which is not known'],
  e16_end_before_start: ["bad-request", "lies in 2020-03-10 .. 2020-02-03"],
  e18_account_zero: ["bad-request", "the account begins with 0; give an amount above 0"],
  e19_codes_unknown_market: ["not-found", 'no instrument list "csi300"'],
};

/** Where qlib fails by a fault of its own, or is silent, the run goes on, and says what was done. */
const RESULTS: Readonly<Record<string, (backtest: Backtest) => void>> = {
  e01_end_on_last_session: ({ notes, report }) => {
    expect(report.rowCount).toBe(29);
    expect(notes).toContain(
      "the run ends on the calendar's last session, 2020-03-17; qlib fails there (IndexError)",
    );
  },
  e02_end_after_calendar: ({ notes }) => {
    expect(notes[0]).toContain(
      "end 2021-01-01 is after the calendar's last session: the run ends on 2020-03-17",
    );
  },
  e06_limit_list: ({ orders }) => expect(orders.length).toBeGreaterThan(0),
  e07_limit_int: ({ orders }) => expect(orders.length).toBeGreaterThan(0),
  e08_initial_int_amounts: ({ report }) => expect(report.column("value")[0]).toBeGreaterThan(0),
  e09_initial_float_amounts: ({ report }) => expect(report.column("value")[0]).toBeGreaterThan(0),
  e10_deal_price_list_without_dollar: ({ orders }) => expect(orders.length).toBeGreaterThan(0),
  e11_deal_price_unknown_field: ({ notes }) => {
    expect(notes.some((note) => note.includes("has no $twap: every order fills at $close, as in qlib"))).toBe(
      true,
    );
  },
  e14_interact_with_halted_name: ({ report }) => {
    expect([...report.column("account")].every((value) => value > 0)).toBe(true);
  },
  e15_soft_topk_dataframe_score: ({ orders }) => expect(orders.length).toBeGreaterThan(0),
  e17_volume_threshold_list: ({ orders }) => expect(orders.length).toBeGreaterThan(0),
};

describe("what qlib fails on", () => {
  const cases = readJson<ErrorCase[]>(join(folder, "errors.json"));
  it.each(cases.filter(({ config }) => config.backtest).map((own) => [own.config.id, own] as const))(
    "%s",
    async (id, { config, outcome }) => {
      const [market, scores] = await Promise.all([providerMarket(config.provider), readScores(config.score)]);
      const run = () => replay(scores, market, optionsOf(config));
      const error = ERRORS[id];
      if (error) {
        const [code, says] = error;
        expect(run).toThrow(expect.objectContaining({ code, message: expect.stringContaining(says) }));
        return;
      }
      const backtest = run();
      RESULTS[id]?.(backtest);
      if (!outcome.ok) {
        expect(RESULTS[id], "a result of its own").toBeDefined();
        return;
      }
      expect(backtest.report.rowCount).toBe(outcome.rows);
      expect(backtest.report.column("account").at(-1)).toBe(outcome.account_tail);
    },
  );
});

describe("bad input", () => {
  const days = ["2020-03-02", "2020-03-03", "2020-03-04", "2020-03-05"];
  const panel = (columns: Record<string, number[]>) =>
    panelFromColumns({ datetime: days, instrument: days.map(() => "SZ000001"), columns });
  const market = marketOf(panel({ $close: [10, 11, 12, 13], $factor: [1, 1, 1, 1] }));
  const scores = panel({ score: [1, 1, 1, 1] });
  const options: ReplayOptions = {
    strategy: { name: "topk-dropout", topk: 1, nDrop: 1 },
    benchmark: false,
    start: "2020-03-02",
    end: "2020-03-05",
  };
  const refused = (run: () => unknown, code: string, says: string) =>
    expect(run).toThrow(expect.objectContaining({ code, message: expect.stringContaining(says) }));

  it("scores without a tradable day, of another calendar or of other names, all NaN", () => {
    refused(
      () => replay(panel({ score: days.map(() => Number.NaN) }), market, options),
      "bad-request",
      'every score in "score" is missing',
    );
    const late = panelFromColumns({
      datetime: ["2020-03-05"],
      instrument: ["SZ000001"],
      columns: { score: [1] },
    });
    refused(
      () => replay(late, market, options),
      "bad-request",
      "no scores (2020-03-05 .. 2020-03-05) are dated in the sessions before those of the run",
    );
    const others = panelFromColumns({
      datetime: days,
      instrument: days.map(() => "AAPL"),
      columns: { score: [1, 2, 3, 4] },
    });
    refused(
      () => replay(others, market, options),
      "unknown-instrument",
      "has none of the scores' names, such as AAPL",
    );
    const twice = panelFromColumns({
      datetime: [days[0]!, days[0]!],
      instrument: ["SZ000001", "000001.SZ"],
      columns: { score: [1, 2] },
    });
    refused(
      () => replay(twice, market, options),
      "duplicate-keys",
      '"000001.SZ" and "SZ000001" both mean SZ000001',
    );
  });

  it("a market without a close, and prices without $factor or $change, said aloud", () => {
    refused(
      () => replay(scores, marketOf(panel({ $open: [1, 2, 3, 4] })), options),
      "unknown-field",
      'no field "$close"; it has $open',
    );
    const { notes, orders } = replay(scores, marketOf(panel({ $close: [10, 11, 12, 13] })), options);
    expect(
      notes.some((note) => note.includes("has no $factor: no amount is rounded to lots, as in qlib")),
    ).toBe(true);
    expect(notes.some((note) => note.includes("has no $change: no price limit applies, as in qlib"))).toBe(
      true,
    );
    expect(orders[0]!.amount % 100).not.toBe(0);
  });

  it("cash too small for one lot is said, never a silent zero curve", () => {
    const { notes, orders } = replay(scores, market, { ...options, account: 500 });
    expect(orders.every(({ value }) => value === 0)).toBe(true);
    expect(notes.some((note) => note.includes("since the cash does not pay for a lot"))).toBe(true);
  });

  it("parameters that cannot be meant, with the nearest", () => {
    const run = (more: object) => () => replay(scores, market, { ...options, ...more });
    refused(
      run({ strategy: { name: "topk-dropot", topk: 1, nDrop: 1 } }),
      "bad-request",
      'did you mean "topk-dropout"?',
    );
    refused(
      run({ strategy: { name: "topk-dropout", topk: 0, nDrop: 1 } }),
      "bad-request",
      "topk 0 is not a whole number from 1 on",
    );
    refused(run({ exchange: { openCots: 1 } }), "bad-request", 'did you mean "openCost"?');
    refused(run({ exchange: { openCost: -1 } }), "bad-request", "openCost -1 is not a number, 0 or more");
    refused(run({ exchange: { limitThreshold: "10%" } }), "bad-request", "is not a number such as 0.095");
    refused(run({ start: "2030-01-01", end: undefined }), "bad-request", "no session of");
  });
});
