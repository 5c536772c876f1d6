import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPanel } from "#src/index.js";
import { describePage } from "#src/report/plot/describe-page.js";
import { writeText } from "#src/report/write-text.js";
import { scratchFolder } from "../scratch-folder.js";
import { noBrowser, startBrowser, watchedPage } from "./browser.js";

describe.skipIf(noBrowser)("a page in a browser", () => {
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    browser = await startBrowser();
    const path = join(scratchFolder(), "describe.html");
    await writeText(path, await describePage(await openPanel("data-fixtures/snapshot/daily_pv.h5")));
    url = pathToFileURL(path).href;
  });
  afterAll(() => browser?.close());

  it("sorts a table, switches language and theme, and asks for nothing", async () => {
    const { page, faults } = await watchedPage(browser);
    await page.goto(url);
    const names = () => page.locator("#columns tbody tr td:first-child").allTextContents();
    expect((await names())[0]).toBe("$open");
    const heading = page.locator("#columns thead button", { hasText: "Name" });
    await heading.click();
    expect(await names()).toEqual([...(await names())].sort());
    await heading.click();
    expect((await names())[0]).toBe("$volume");

    expect(await page.locator("h2 >> text=Distributions").isVisible()).toBe(true);
    await page.click("#lang");
    expect(await page.locator("h2 >> text=分布").isVisible()).toBe(true);
    expect(await page.locator("h2 >> text=Distributions").isVisible()).toBe(false);

    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(await background()).toBe("rgb(255, 255, 255)");
    await page.click("#theme");
    expect(await background()).toBe("rgb(20, 24, 30)");
    expect(faults).toEqual([]);
    await page.close();
  });

  it("fits a narrow screen", async () => {
    const { page, faults } = await watchedPage(browser, 380, 800);
    await page.goto(url);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(380);
    expect(faults).toEqual([]);
    await page.close();
  });
});
