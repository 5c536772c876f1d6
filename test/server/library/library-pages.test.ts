import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "#src/research/store/store.js";
import { type LibraryServer, serveLibrary } from "#src/server/library/serve-library.js";
import { noBrowser, startBrowser, watchedPage } from "../../report/browser.js";
import { scratchFolder } from "../../scratch-folder.js";
import { ATTACKS, addFactors, someStore } from "./some-library.js";

const config = fileURLToPath(new URL("../../../web/vite.config.mjs", import.meta.url));

describe.skipIf(noBrowser)("the library in a browser", () => {
  const scratch = scratchFolder();
  let store: Store;
  let server: LibraryServer;
  let browser: Browser;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    const pages = join(scratch, "web");
    await build({ configFile: config, build: { outDir: pages } });
    store = await someStore(scratch);
    const names = Array.from({ length: 10_000 }, (_, i) => `factor_${String(i).padStart(5, "0")}`);
    await addFactors(store, [...names, ...ATTACKS]);
    server = await serveLibrary({ store, port: 0, version: "1.0.0", pages });
    browser = await startBrowser();
    ({ page, faults } = await watchedPage(browser));
    await page.addInitScript("localStorage.setItem('language', localStorage.getItem('language') ?? 'en')");
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await store?.close();
  });

  const open = async (path: string) => {
    await page.goto(server.url.slice(0, -1) + path);
    await page.waitForSelector("h1");
  };
  const rows = () => page.locator(".list tbody tr:has(td)");
  const settled = (count: string) => page.waitForSelector(`.filters [role=status]:text-is("${count} rows")`);

  it("shows what is in the store", async () => {
    await open("/");
    await page.waitForSelector(".card");
    expect(await page.locator(".card").first().textContent()).toContain("Factors");
    expect(await page.locator("h2").allTextContents()).toContain("Needs attention");
  });

  it("lists ten thousand factors, of which only those in view are there", async () => {
    await open("/factors");
    await page.waitForSelector("a:has-text('factor_00000')");
    expect(await rows().count()).toBeLessThan(60);
    await page
      .locator(".list")
      .evaluate((list: { scrollTo(x: number, y: number): void }) => list.scrollTo(0, 36 * 9000));
    await page.waitForSelector("text=factor_08999");
    expect(await rows().count()).toBeLessThan(60);
  });

  it("searches in both languages, filters and sorts, and keeps that in the address", async () => {
    await open("/factors");
    await page.fill("input[type=search]", "factor_00017");
    await settled("1");
    expect(new URL(page.url()).searchParams.get("search")).toBe("factor_00017");
    await page.fill("input[type=search]", "市盈率 factor_0000");
    await settled("2");
    await page.fill("input[type=search]", "factor_0");
    await page.click("th button:has-text('Sharpe')");
    await page.waitForFunction("new URL(location.href).searchParams.get('sort') === '-best_sharpe'");
    await page.waitForSelector(".list tbody tr td.number:text-is('0.998')");
    await page.reload();
    await page.waitForSelector(".list tbody tr td.number:text-is('0.998')");
    expect(await page.locator("th[aria-sort=descending]").textContent()).toContain("Sharpe");
  });

  it("marks, tags and notes a factor, which stays after a reload", async () => {
    await open("/factors?search=factor_00021");
    await page.click("text=factor_00021");
    await page.waitForSelector(".marks");
    await page.check("text=Favourite");
    await page.fill(".marks form input", "看好");
    await page.press(".marks form input", "Enter");
    await page.waitForSelector(".tag:has-text('看好')");
    await page.fill("textarea", "check turnover");
    await page.press("textarea", "Tab");
    await page.waitForSelector(".marks [role=status]:text-is('Saved')");
    await page.reload();
    await page.waitForSelector(".tag:has-text('看好')");
    expect(await page.locator("textarea").inputValue()).toBe("check turnover");
    await open("/factors?favourite=1");
    await settled("1");
  });

  it("compares two factors side by side", async () => {
    await open("/factors?search=factor_0003");
    await page.waitForSelector("text=factor_00030");
    await page.locator("input[aria-label=Choose]").nth(0).check();
    await page.locator("input[aria-label=Choose]").nth(1).check();
    await page.click("text=Compare the chosen (2)");
    await page.waitForSelector("tr.differs >> text=name");
    expect(await page.locator("thead th").allTextContents()).toEqual([
      "",
      expect.stringContaining("factor_00030"),
      expect.stringContaining("factor_00031"),
    ]);
  });

  it("shows experiments, a loop and Alpha158", async () => {
    await open("/experiments");
    await page.locator("td a").first().click();
    await page.waitForSelector(".timeline li");
    await page.locator(".timeline a").first().click();
    await page.waitForSelector("h1:has-text('Loop')");
    await open("/alpha");
    await page.waitForSelector("code.expression");
  });

  it("speaks Chinese, dark or light, by keyboard", async () => {
    await open("/");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    await page.click("button:has-text('中文')");
    expect(await page.locator("nav").textContent()).toContain("因子");
    expect(await page.getAttribute("html", "lang")).toBe("zh-CN");
    await page.click("button:has-text('深色')");
    const theme = await page.getAttribute("html", "data-theme");
    await page.reload();
    expect(await page.getAttribute("html", "data-theme")).toBe(theme);
    await page.click("button:has-text('English')");
  });

  it("does nothing that hostile names say", async () => {
    for (const attack of ATTACKS) {
      await open(`/factors?search=${encodeURIComponent(attack)}`);
      await settled("1");
      await page.locator(".list tbody a").click();
      await page.waitForSelector(".marks");
    }
    expect(await page.evaluate("window.hit")).toBeUndefined();
  });

  it("says what to do where nothing matches, a record is gone or the server is away", async () => {
    await open("/factors?search=nothing_like_it");
    await page.waitForSelector("text=Nothing matches");
    await page.goto(`${server.url}factors/one?key=none`);
    await page.waitForSelector("text=There is no such record here.");
    await page.route("**/api/v1/tasks", (route) => route.abort());
    await open("/experiments");
    await page.waitForSelector("[role=alert] >> text=The server does not answer");
    await page.unroute("**/api/v1/tasks");
    await page.click("text=Try again");
    await page.waitForSelector("td a");
    faults.splice(0, faults.length, ...faults.filter((fault) => !/404|ERR_FAILED/.test(fault)));
  });

  it("has no serious fault for screen readers, and fits a narrow screen", async () => {
    for (const path of ["/", "/factors", "/experiments", "/loops", "/sync", "/compare"]) {
      await open(path);
      await page.waitForTimeout(300);
      await page.evaluate(axe.source);
      const violations = await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ': ' + v.nodes[0].html))",
      );
      expect([path, violations]).toEqual([path, []]);
    }
    await page.setViewportSize({ width: 380, height: 800 });
    for (const path of ["/", "/factors", "/experiments", "/sync"]) {
      await open(path);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(380);
    }
    await page.setViewportSize({ width: 1200, height: 900 });
  });

  it("asked no other server for anything, and logged nothing", () => {
    expect(faults).toEqual([]);
  });
});
