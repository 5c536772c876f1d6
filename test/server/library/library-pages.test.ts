import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepReports } from "#src/research/store/keep-reports.js";
import type { Store } from "#src/research/store/store.js";
import { type LibraryServer, serveLibrary } from "#src/server/library/serve-library.js";
import { noBrowser, startBrowser, watchedPage } from "../../report/browser.js";
import { scratchFolder } from "../../scratch-folder.js";
import { ATTACKS, addFactors, makeWorkspaces, someReport, someStore } from "./some-library.js";

const config = fileURLToPath(new URL("../../../web/vite.config.mjs", import.meta.url));

/** Set to make the pictures of the README anew. */
const SHOTS = process.env.LIBRARY_SHOTS === "1";

/** Frames a second while the list is scrolled through for two seconds. */
const SCROLL = `new Promise((resolve) => {
  const list = document.querySelector(".list");
  const began = performance.now();
  let frames = 0;
  requestAnimationFrame(function step() {
    frames++;
    list.scrollTop += 120;
    const took = performance.now() - began;
    if (took < 2000) requestAnimationFrame(step);
    else resolve(frames / (took / 1000));
  });
})`;

/** The comparison of loops. */
const compared = (loops: readonly { readonly mark_key: string }[]): string =>
  `/compare?kind=loops&${loops.map((row) => new URLSearchParams({ key: row.mark_key })).join("&")}`;

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
    await makeWorkspaces(store, scratch);
    await keepReports(store, [someReport("Momentum_10D")]);
    server = await serveLibrary({ store, port: 0, version: "1.0.0", pages, roots: [scratch] });
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

  const everyPage = async (): Promise<string[]> => {
    const one = (kind: string, row: { readonly mark_key: string } | undefined) =>
      `/${kind}/one?${new URLSearchParams({ key: row!.mark_key })}`;
    const { rows: loops } = await store.loops({ sort: "-sharpe", limit: 3 });
    return [
      ...["/", "/factors", "/strategies", "/experiments", "/loops", "/models", "/alpha", "/sync"],
      `/experiments/task?${new URLSearchParams({ task: loops[0]!.task_run_id })}`,
      one("factors", (await store.factors({ where: { name: "Momentum_10D" } })).rows[0]),
      one("strategies", (await store.strategies({ limit: 1 })).rows[0]),
      one("models", (await store.models({ limit: 1 })).rows[0]),
      one("loops", loops[0]),
      compared(loops),
    ];
  };

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
    await page.waitForSelector(".list tbody tr td.number:text-is('1.00')");
    await page.reload();
    await page.waitForSelector(".list tbody tr td.number:text-is('1.00')");
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
      expect.stringContaining("factor_00030"),
      expect.stringContaining("factor_00031"),
    ]);
  });

  it("compares loops, their curves in one chart, by an address that can be sent", async () => {
    const { rows } = await store.loops({ sort: "-sharpe", limit: 2 });
    await open(compared(rows));
    await page.waitForSelector("tr.differs >> text=sharpe");
    const drawn = "[...document.images].filter((image) => image.complete && image.naturalWidth > 0).length";
    await expect.poll(() => page.evaluate(drawn)).toBe(3);
  });

  it("saves a view under a name, filters by a part of a text, and forgets it", async () => {
    await open("/factors");
    await page.fill("form input[name=value]", "_0004");
    await page.press("form input[name=value]", "Enter");
    await settled("10");
    expect(new URL(page.url()).searchParams.get("where.name")).toBe("~_0004");
    await page.click("text=Save this view");
    await page.fill("input[name=view]", "forties");
    await page.press("input[name=view]", "Enter");
    await open("/factors");
    await page.click(".view a:has-text('forties')");
    await settled("10");
    await page.click("button[aria-label='Forget: forties']");
    expect(await page.locator(".view").count()).toBe(0);
  });

  it("shows a strategy, a model, the source of a factor and its last values", async () => {
    await open("/strategies");
    await page.locator(".list td a").first().click();
    await page.waitForSelector("h1:has-text('Strategy')");
    await open("/models");
    await page.locator(".list td a").first().click();
    await page.waitForSelector("h1:has-text('Model')");
    const { rows } = await store.factors({ where: { name: "Momentum_10D" } });
    await open(`/factors/one?${new URLSearchParams({ key: rows[0]!.mark_key })}`);
    await page.waitForSelector("pre.source");
    await page.waitForSelector("figure img[alt='Cumulative rank IC']");
  });

  it("runs a sync and a check as jobs, and says what came of them", async () => {
    await open("/sync");
    await page.waitForSelector("input[name=source]");
    await page.check("input[name=dryRun]");
    await page.click("text=Start sync");
    await page.waitForSelector(".job >> text=done");
    await page.fill("input[name=registry]", join(scratch, "results", "registry.sqlite"));
    await page.click("text=Check workspaces");
    await page.waitForSelector(".job >> text=That lack something");
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
    for (const path of await everyPage()) {
      await open(path);
      await page.waitForTimeout(300);
      await page.evaluate(axe.source);
      const violations = await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ': ' + v.nodes[0].html))",
      );
      expect([path, violations]).toEqual([path, []]);
    }
    await page.setViewportSize({ width: 380, height: 800 });
    for (const path of await everyPage()) {
      await open(path);
      await page.waitForTimeout(200);
      expect([path, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([path, 380]);
    }
    await page.setViewportSize({ width: 1200, height: 900 });
  });

  it("says that a store is damaged, on every page", async () => {
    const broken = { problem: "store.sqlite is no store: it is not an SQLite database" };
    const pages = join(scratch, "web");
    const other = await serveLibrary({ store: broken, port: 0, version: "1.0.0", pages });
    for (const path of ["", "factors", "experiments", "sync"]) {
      await page.goto(other.url + path);
      await page.waitForSelector("[role=alert] >> text=The store cannot be read");
      await page.waitForSelector("[role=alert] >> text=is no store");
    }
    await other.close();
    faults.splice(0, faults.length, ...faults.filter((fault) => !/503/.test(fault)));
  });

  it("scrolls and filters ten thousand rows; what it took is said", async () => {
    await open("/factors");
    await page.waitForSelector("a:has-text('factor_00000')");
    const frames = (await page.evaluate(SCROLL)) as number;
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const scripting = async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "ScriptDuration")!.value * 1000;
    };
    const before = await scripting();
    await page.fill("input[type=search]", "市盈率");
    await page.waitForSelector(".filters [role=status]:text-matches('^1,4.. rows$')");
    const took = (await scripting()) - before;
    console.info(`list scroll: ${frames.toFixed(0)} frames/s; filter: ${took.toFixed(0)} ms of scripting`);
    expect(frames).toBeGreaterThan(0);
  });

  it.runIf(SHOTS)("is shown in the README as it looks here", async () => {
    await page.setViewportSize({ width: 1180, height: 520 });
    await open("/");
    for (const [language, suffix] of [
      ["en", ""],
      ["zh", ".zh-CN"],
    ]) {
      await page.evaluate(`localStorage.setItem('language', '${language}')`);
      await open("/loops?sort=-sharpe");
      await page.waitForSelector(".list td a");
      await page.waitForTimeout(500);
      const path = fileURLToPath(new URL(`../../../docs/images/library${suffix}.png`, import.meta.url));
      await page.screenshot({ path, animations: "disabled" });
    }
    await page.evaluate("localStorage.setItem('language', 'en')");
  });

  it("asked no other server for anything, and logged nothing", () => {
    expect(faults).toEqual([]);
  });
});
