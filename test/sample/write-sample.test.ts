import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openPanel, openSnapshot, writeSample } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = join(scratchFolder(), "sample");

it("is a snapshot with lists, a calendar, factors and holes, the same each time", async () => {
  const files = await writeSample(folder, { instruments: 12, sessions: 60 });
  expect(files).toContain("result_mom.h5");
  const snapshot = await openSnapshot(folder);
  const window = await snapshot.getHistoryWindow("top10", {
    bars: 1,
    fields: ["close", "daily_basic.db_pe_ttm", "moneyflow.mf_net_amt", "mom_10d", "Mean($close, 5)"],
  });
  expect(window.rowCount).toBe(10);
  for (const name of window.columnNames)
    expect(window.column(name).floats().some(Number.isFinite)).toBe(true);
  const prices = await openPanel(join(folder, "daily_pv.h5"));
  expect(prices.index.sessionCount).toBe(60);
  expect(prices.rowCount).toBeLessThan(12 * 60);
  const [close, high, low] = ["close", "high", "low"].map((name) => prices.column(name).floats());
  for (let row = 0; row < prices.rowCount; row++) {
    expect(low![row]! <= close![row]! && close![row]! <= high![row]!).toBe(true);
  }
  expect(readFileSync(join(folder, "calendars/day_future.txt"), "utf8")).toMatch(/\n2026-01-28\n$/);
  expect(readFileSync(join(folder, "calendars/day.txt"), "utf8").trim().split("\n")).toHaveLength(60);
  const again = join(folder, "again");
  await writeSample(again, { instruments: 12, sessions: 60 });
  expect((await openPanel(join(again, "daily_pv.h5"))).toRows()).toEqual(prices.toRows());
  await expect(writeSample(folder)).rejects.toThrow("there is a daily_pv.h5 already");
});

it("bytes open as the file does", async () => {
  const bytes = readFileSync(join(folder, "daily_pv.h5"));
  const panel = await openPanel(bytes);
  expect(panel.toRows()).toEqual((await openPanel(join(folder, "daily_pv.h5"))).toRows());
});
