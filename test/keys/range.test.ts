import { describe, expect, it } from "vitest";
import { getHistoryWindow, openPanel, openSnapshot } from "#src/index.js";

const FILE = "data-fixtures/snapshot/daily_pv.h5";
const panel = await openPanel(FILE);
const snapshot = await openSnapshot("data-fixtures/snapshot");
const range = { start: "2020-01-03", end: new Date("2020-01-02") };

describe("a start after the end", () => {
  it.each<[string, () => unknown]>([
    ["window", () => panel.window(range)],
    ["getHistoryWindow", () => getHistoryWindow(panel, undefined, range)],
    ["a snapshot's", () => snapshot.getHistoryWindow("csi8", range)],
    ["openPanel", () => openPanel(FILE, range)],
    ["evaluate", () => panel.evaluate({ x: "$close" }, range)],
  ])("is refused: %s", async (_, use) => {
    await expect((async () => use())()).rejects.toMatchObject({
      code: "bad-request",
      message: "start 2020-01-03 is after end 2020-01-02; give the earlier one as start",
    });
  });

  it("is none within one day", () => {
    expect(panel.window({ start: "2020-01-02", end: "2020-01-02" }).index.sessionCount).toBe(1);
    expect(panel.window({ start: "2020-01-02 09:30", end: "2020-01-02" }).rowCount).toBe(0);
  });
});
