import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describePanel, joinPanels, openPanel } from "#src/index.js";
import { describePage } from "#src/report/plot/describe-page.js";
import { panelHtml } from "#src/report/plot/panel-html.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();
const BEYOND =
  "datetime,instrument,listed,close\n2020-01-02,SH600000,9999-12-31,1.5\n2020-01-03,SH600000,2000-01-01,2.5\n";

/** A column of times of which one is beyond what 64-bit nanoseconds hold, in rows that are sorted or not. */
async function opened(isSorted: boolean) {
  const path = join(folder, `${isSorted}.csv`);
  const [header, first, second] = BEYOND.split("\n");
  writeFileSync(path, `${[header, ...(isSorted ? [first, second] : [second, first])].join("\n")}\n`);
  return openPanel(path, { load: true });
}

describe.each([true, false])("a column that cannot be read, rows sorted: %s", (isSorted) => {
  it("is passed over where all columns are shown, and told", async () => {
    const panel = await opened(isSorted);
    const { refusal } = panel.column("listed");
    expect(refusal).toContain('"listed" is 9999-12-31');
    expect(panel.column("close").refusal).toBeUndefined();
    expect(String(panel)).toContain("cannot be read");
    expect(String(panel)).toContain(refusal);
    const description = describePanel(panel);
    expect(description.columns[0]).toEqual({ name: "listed", type: "datetime", unreadable: refusal });
    expect(description.columns[1]).toMatchObject({ name: "close", missing: 0 });
    expect(panelHtml(panel)).toContain("1.5");
    expect(await describePage(panel)).toContain("close");
    expect(panel.window({ bars: 1 }).column("listed").refusal).toBe(refusal);
    const joined = joinPanels([panel.select(["close"]), panel.select(["listed"])]).panel;
    expect(joined.load().column("listed").refusal).toBe(refusal);
  });

  it("is an error that names it where it is asked for, and nothing is written", async () => {
    const panel = await opened(isSorted);
    expect(() => panel.column("listed").values).toThrow('"listed" is 9999-12-31');
    expect(() => panel.toJSON()).toThrow('"listed" is 9999-12-31');
    for (const extension of ["h5", "parquet", "arrow", "csv"]) {
      await expect(panel.write(join(folder, `out.${extension}`))).rejects.toThrow('"listed" is 9999-12-31');
    }
    expect(panel.select(["close"]).toJSON()).toHaveLength(2);
  });
});
