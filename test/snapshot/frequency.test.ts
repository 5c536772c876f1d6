import { describe, expect, it } from "vitest";
import { panelFromColumns } from "#src/index.js";
import { frequencyOfIndex, frequencyOfName, parseFrequency } from "#src/snapshot/frequency.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";

describe("frequencies", () => {
  it.each([
    ["1d", ["1d", "day", "daily", " 1 day "]],
    ["1m", ["1m", "1min", "minute"]],
    ["90m", ["90min"]],
    ["1h", ["1h", "hour", "60m", "60min", "60minutes", "hourly"]],
    ["4h", ["240min", "4hours"]],
    ["1w", ["week", "1w", "weekly"]],
    ["1mo", ["month", "1mo", "1mon", "monthly"]],
    [undefined, ["0m", "quarterly", "", "1", "min5", "constructor", "1toString"]],
  ] as const)("%s has one name", (freq, texts) => {
    for (const text of texts) expect(parseFrequency(text), text).toBe(freq);
  });

  it.each([
    ["1d", ["daily_pv", "daily_basic", "alpha158", "result_mom", "mom_20d", "moneyflow", "mean_4w"]],
    ["1d", ["result_monthly_reversal", "result_1w", "month_end", "monthlyish"]],
    ["1m", ["minute_1min", "minute", "bars_1m"]],
    ["5m", ["bars_5min", "5min", "result_5m"]],
    ["1h", ["bars_60min", "bars_1h", "bars_60m", "hourly_pv", "bars_1_hour"]],
    ["1w", ["weekly_pv", "pv_weekly", "bars_1w", "weekly", "results_weekly"]],
    ["1mo", ["monthly_basic", "pv_1mo", "bars_1month"]],
  ] as const)("%s is told by a file's name", (freq, names) => {
    for (const name of names) expect(frequencyOfName(name), name).toBe(freq);
  });

  const panelAt = (...datetime: string[]) =>
    panelFromColumns({
      datetime,
      instrument: datetime.map(() => "000001.SZ"),
      columns: { $close: datetime.map((_, i) => i) },
    });

  it.each([
    ["1h", ["2020-03-16 10:30", "2020-03-16 11:30", "2020-03-16 14:00", "2020-03-17 10:30"]],
    ["30m", ["2020-03-16 10:00", "2020-03-16 10:30"]],
    ["1d", ["2020-03-16", "2020-03-17", "2020-03-18", "2020-03-25", "2020-04-02"]],
    // The last sessions of weeks around the Spring Festival and National Day.
    ["1w", ["2019-01-18", "2019-01-25", "2019-02-01", "2019-02-15", "2019-02-22"]],
    ["1w", ["2013-09-18", "2013-09-27", "2013-09-30", "2013-10-11", "2013-10-18"]],
    ["1mo", ["2019-12-31", "2020-01-23", "2020-02-28", "2020-03-31", "2020-04-30"]],
    ["1d", ["2019-03-31", "2019-06-30", "2019-09-30", "2019-12-31"]],
    ["1d", ["2020-03-13", "2020-03-20"]],
    ["1d", ["2020-03-13"]],
    ["1d", []],
  ])("%s is told by a panel's sessions %j", (freq, sessions) => {
    expect(frequencyOfIndex(panelAt(...sessions).index)).toBe(freq);
  });

  it("bring an hourly panel and an hourly file together", async () => {
    const bars = panelAt("2020-03-16 10:30", "2020-03-16 11:30");
    const snapshot = (await openSnapshot("test/snapshot")).add("bars", bars);
    for (const freq of ["60min", "60m", "1h", "hour"]) {
      expect((await snapshot.getHistoryWindow(null, { freq })).rowCount).toBe(2);
    }
  });
});
