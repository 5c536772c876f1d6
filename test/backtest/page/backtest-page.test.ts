import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { marketOf } from "#src/backtest/market/market-of-panel.js";
import { backtestPage } from "#src/backtest/page/backtest-page.js";
import { curvesOf, monthlyReturns } from "#src/backtest/page/curves.js";
import type { Backtest } from "#src/backtest/replay/backtest.js";
import { replay } from "#src/backtest/replay/replay.js";
import { openPanel } from "#src/index.js";
import { writeText } from "#src/report/write-text.js";
import { noBrowser, startBrowser, watchedPage } from "../../report/browser.js";
import { scratchFolder } from "../../scratch-folder.js";

async function someBacktest(): Promise<Backtest> {
  const panel = await openPanel("data-fixtures/snapshot/daily_pv.h5");
  const market = panel.withColumns({}).evaluate({
    close: "$close",
    open: "$open",
    volume: "$volume",
    factor: "$factor",
    change: "$close/Ref($close,1)-1",
  });
  const scores = panel.evaluate({ score: "$close/Ref($close,5)-1" });
  return replay(scores, marketOf(market), {
    strategy: { name: "topk-dropout", topk: 8, nDrop: 2 },
    exchange: { limitThreshold: 0.095 },
    account: 1e6,
    benchmark: ["SZ000004"],
  });
}

describe("the page of a backtest", () => {
  it("draws curves that end where the account does", async () => {
    const backtest = await someBacktest();
    const curves = curvesOf(backtest);
    const account = backtest.report.column("account");
    expect(curves.equity.at(-1)).toBeCloseTo(account.at(-1)! / 1e6, 12);
    const months = [...monthlyReturns(curves).values()].reduce((wealth, r) => wealth * (1 + r), 1);
    expect(months).toBeCloseTo(account.at(-1)! / 1e6, 9);
    expect(Math.max(...curves.drawdown)).toBe(0);
    expect(curves.holdings.at(-1)).toBe(
      backtest.positions.at(backtest.positions.datetimes.length - 1).length,
    );
  });

  it("names what could not be traded, by reason", async () => {
    const page = await backtestPage(await someBacktest(), { title: "mom_5 <top 8>" });
    expect(page).toContain("mom_5 &lt;top 8&gt;");
    expect(page).toContain('<span lang="zh">卖：停牌</span>');
    expect(page.match(/<svg /g)).toHaveLength(6);
  });

  it.skipIf(noBrowser)("opens in a browser without asking for anything", async () => {
    const browser = await startBrowser();
    const path = join(scratch, "backtest.html");
    await writeText(path, await backtestPage(await someBacktest(), { language: "en" }));
    const { page, faults } = await watchedPage(browser, 400, 900);
    await page.goto(pathToFileURL(path).href);
    expect(await page.locator("figure svg").count()).toBe(6);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(400);
    expect(faults).toEqual([]);
    await browser.close();
  });
});

const scratch = scratchFolder();
