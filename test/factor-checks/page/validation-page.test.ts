import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { validationPage } from "#src/factor-checks/page/validation-page.js";
import { writeText } from "#src/report/write-text.js";
import { noBrowser, startBrowser, watchedPage } from "../../report/browser.js";
import { scratchFolder } from "../../scratch-folder.js";
import { someReports } from "./some-reports.js";

describe("the page of a library's reports", () => {
  it("shows absent figures as absent, and texts as texts", async () => {
    const page = await validationPage(await someReports(), { market: "daily_pv.h5" });
    expect(page).toContain('<a href="#factor-2">&lt;img src=x');
    expect(page).not.toContain("<img");
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).toContain("1.5 / NaN (2019-06-03)");
    expect(page.match(/<section class="page"/g)).toHaveLength(3);
  });
});

describe.skipIf(noBrowser)("the page in a browser", () => {
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    browser = await startBrowser();
    const path = join(scratchFolder(), "report.html");
    await writeText(path, await validationPage(await someReports(), { language: "zh" }));
    url = pathToFileURL(path).href;
  });
  afterAll(() => browser?.close());

  it("is filtered, leads to each factor and back, and runs nothing of what factors say", async () => {
    const { page, faults } = await watchedPage(browser);
    page.on("dialog", (dialog) => faults.push(dialog.message()));
    await page.goto(url);
    expect(await page.locator("html").getAttribute("data-lang")).toBe("zh");
    const visible = () => page.locator("#factors tbody tr:visible").count();
    expect(await visible()).toBe(3);
    await page.fill("input[type=search]", "MOM");
    expect(await visible()).toBe(1);
    await page.click("text=mom_5");
    expect(await page.locator("#overview").isVisible()).toBe(false);
    expect(await page.locator("#factor-0 svg").count()).toBeGreaterThan(8);
    await page.click("#factor-0 .back a");
    expect(await page.locator("#overview").isVisible()).toBe(true);
    await page.goto(`${url}#factor-2`);
    expect(await page.locator("#factor-2").isVisible()).toBe(true);
    expect(faults).toEqual([]);
    await page.close();
  });

  it("has no serious fault for those who use other means to read it", async () => {
    const { page } = await watchedPage(browser);
    for (const place of ["#overview", "#factor-1", "#factor-2"]) {
      await page.goto(`${url}${place}`);
      await page.addScriptTag({ content: axe.source }).catch(() => page.evaluate(axe.source));
      const violations = await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ': ' + v.nodes[0].html))",
      );
      expect([place, violations]).toEqual([place, []]);
    }
    await page.close();
  });
});
