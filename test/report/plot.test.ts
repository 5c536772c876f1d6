import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPanel, type Panel, panelFromColumns } from "#src/index.js";
import { describePage } from "#src/report/plot/describe-page.js";
import { scratchFolder } from "../scratch-folder.js";

const market = (): Promise<Panel> => openPanel("data-fixtures/snapshot/daily_pv.h5");
const texts = (svg: string) => Array.from(svg.matchAll(/<text[^>]*>([^<]*)</g), ([, text]) => text!);

describe("panel.plot", () => {
  it("draws one line a field and instrument, named in the legend", async () => {
    const panel = (await market()).window({ universe: ["000004.SZ", "600030.SH"], bars: 30 });
    const { svg, title } = await panel.plot({ fields: ["close"] });
    expect(title).toMatch(/^close of 2 instruments, 20\d\d-\d\d-\d\d to 2020-03-17$/);
    expect(texts(svg)).toEqual(expect.arrayContaining(["000004.SZ", "600030.SH"]));
    expect(svg).toContain('role="img"');
    expect(svg).toContain('stroke="#0072b2"');
    expect(svg).not.toMatch(/var\(|<style|class="zr/);
  });

  it("draws median and spread of more instruments than can be told apart, where one field is asked for", async () => {
    const panel = await market();
    const { svg, title } = await panel.plot({ fields: ["close"] });
    expect(title).toContain("median, 10% and 90% of 48 instruments");
    expect(texts(svg)).toEqual(expect.arrayContaining(["90%", "median", "10%"]));
    await expect(panel.plot()).rejects.toThrow("6 fields of 48 instruments are more than 8 lines");
  });

  it("draws candles of one instrument, a distribution and coverage", async () => {
    const panel = await market();
    const candles = await panel.plot({ kind: "candles", universe: "000004.SZ", bars: 40 });
    expect(candles.title).toBe("000004.SZ, 2020-01-17 to 2020-03-17");
    await expect(panel.plot({ kind: "candles" })).rejects.toThrow(
      "candles are of one instrument, and there are 48",
    );
    await expect(panel.plot({ kind: "distribution" })).rejects.toThrow("a distribution is of one field");
    const spread = await panel.plot({ kind: "distribution", fields: ["close"], at: "2019-06-03" });
    expect(spread.title).toMatch(/^close of \d+ instruments on 2019-06-03$/);
    const coverage = await panel.plot({ kind: "coverage" });
    expect(texts(coverage.svg)).toEqual(expect.arrayContaining(["rows", "$factor", "2019-01"]));
  });

  it("counts coverage of all cells that could be there", async () => {
    const panel = panelFromColumns({
      datetime: ["2020-01-02", "2020-01-02", "2020-01-03", "2020-01-06"],
      instrument: ["A", "B", "A", "A"],
      columns: { x: [1, Number.NaN, 3, 4] },
    });
    const { svg } = await panel.plot({ kind: "coverage" });
    expect(texts(svg).filter((text) => text.endsWith("%"))).toEqual(["67%", "50%"]); // 4 and 3 of 3 sessions × 2
  });

  it("refuses what cannot be drawn in words", async () => {
    const panel = await market();
    await expect(panel.plot({ start: "2030-01-01" })).rejects.toThrow("no rows to draw");
    await expect(panel.plot({ width: 10 })).rejects.toThrow(
      "width is 10; give a whole number of pixels from 120 to 8000",
    );
    await expect(panel.plot({ kind: "pie" as "series" })).rejects.toThrow("kind");
    const words = panelFromColumns({ datetime: ["2020-01-02"], instrument: ["A"], columns: { word: ["a"] } });
    await expect(words.plot()).rejects.toThrow("no column of numbers, only word (string)");
  });

  it("writes .svg and .html, whole or not at all", async () => {
    const folder = scratchFolder();
    const plot = await (await market()).plot({ fields: ["close"], title: "a < b & \u0007c" });
    const [svg, html] = [join(folder, "a.svg"), join(folder, "a.html")];
    await plot.write(svg);
    await plot.write(html);
    expect(readFileSync(svg, "utf8")).toBe(plot.svg);
    const page = readFileSync(html, "utf8");
    expect(page).toContain("a &lt; b &amp; \ufffdc");
    expect(page).not.toContain("a < b");
    expect(page).toContain("var(--chart-");
    await expect(plot.write(join(folder, "a.png"))).rejects.toThrow("written to a .svg or .html file");
  });
});

describe("a panel in a notebook", () => {
  it("is a table of its head and tail, escaped", async () => {
    const shown = async (panel: Panel) =>
      (panel as unknown as Record<symbol, () => Promise<Record<string, string>>>)[
        Symbol.for("Jupyter.display")
      ]!();
    const display = await shown(await market());
    expect(display["text/html"]!.match(/<tr>/g)).toHaveLength(12);
    expect(display["text/html"]).toContain("9,956 × 6");
    expect(display["text/plain"]).toMatch(/^Panel/);
    const hostile = panelFromColumns({
      datetime: ["2020-01-02"],
      instrument: ["<b>"],
      columns: { "<i>": ["<u>"] },
    });
    const page = (await shown(hostile))["text/html"]!;
    expect(page).toContain("&lt;b&gt;");
    expect(page).not.toMatch(/<[biu]>/);
  });
});

describe("describePage", () => {
  it("is one file that refers to no other", async () => {
    const page = await describePage(await market());
    expect(page).toMatch(/^<!doctype html>/);
    expect(page.match(/<svg /g)).toHaveLength(7);
    expect(page).not.toMatch(/(src|href)="(?!#)/);
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(page).toContain("default-src &#39;none&#39;");
  });

  it("has no figure of an empty panel", async () => {
    const page = await describePage((await market()).window({ start: "2030-01-01" }));
    expect(page).not.toContain("<svg ");
  });
});
