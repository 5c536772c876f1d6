import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { formatTime, openPanel, openSnapshot, writeSample } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = join(scratchFolder(), "sample");
const text = (ns: bigint | undefined) => (ns === undefined ? undefined : formatTime(ns));
const LABEL = "Ref($close, -2)/Ref($close, -1) - 1";

beforeAll(async () => {
  await writeSample(folder, { instruments: 12, sessions: 40 });
});

describe("a snapshot's calendars/", () => {
  it("go on after the last bar of its panels and windows, and not of a file opened alone", async () => {
    const snapshot = await openSnapshot(folder);
    const { index } = await snapshot.panel("daily_pv");
    expect(text(index.datetimes.at(-1))).toBe("2025-12-31");
    expect([1, 2, 20, 21].map((n) => text(index.sessionAfter("2025-12-31", n)))).toEqual([
      "2026-01-01",
      "2026-01-02",
      "2026-01-28",
      undefined,
    ]);
    expect([index.isSession("2026-01-05"), index.isSession("2026-01-04")]).toEqual([true, false]);
    expect(Array.from(index.sessionsBetween("2025-12-30", "2026-01-01"), text)).toEqual([
      "2025-12-30",
      "2025-12-31",
      "2026-01-01",
    ]);
    const alone = await openPanel(join(folder, "daily_pv.h5"));
    expect(alone.index.sessionAfter("2025-12-31")).toBeUndefined();

    for (const universe of [undefined, ["000001.SZ", "600001.SH"], "top10"]) {
      const window = await snapshot.getHistoryWindow(universe, { end: "2025-12-15", bars: 5 });
      expect(text(window.index.datetimes.at(-1))).toBe("2025-12-15");
      expect(text(window.index.sessionAfter("2025-12-15"))).toBe("2025-12-16");
      expect(text(window.index.sessionAfter("2025-12-31"))).toBe("2026-01-01");
    }
    expect(text(index.slice(0, 3).sessionAfter("2025-12-31"))).toBe("2026-01-01");
  });

  it("count the sessions before a date that has no bars yet", async () => {
    const snapshot = await openSnapshot(folder);
    const start = { sessionsBefore: 5, of: "2026-01-05" }; // before it: 2026-01-02, 01-01, 2025-12-31, 12-30, 12-29
    const window = await snapshot.getHistoryWindow("top10", { start, fields: ["close"] });
    expect(Array.from(window.index.datetimes, text)).toEqual(["2025-12-29", "2025-12-30", "2025-12-31"]);
    const panel = await snapshot.panel("daily_pv");
    expect(text(panel.window({ start }).index.datetimes[0])).toBe("2025-12-29");
  });

  it("tell when the labels of a window are known", async () => {
    const snapshot = await openSnapshot(folder);
    const request = { fields: ["close", LABEL], labels: [LABEL], bars: 3 };
    const account = await snapshot.explain("top10", request);
    expect(account.figures.labelsKnown).toBe("2026-01-02");
    expect(String(account)).toContain("labels known on 2026-01-02");
    expect((await snapshot.explain("top10", { fields: ["close"] })).figures.labelsKnown).toBeUndefined();
  });

  it("are noted, and nothing more, where one cannot be read", async () => {
    const broken = join(folder, "broken");
    await writeSample(broken, { instruments: 3, sessions: 30 });
    mkdirSync(join(broken, "calendars"), { recursive: true });
    writeFileSync(join(broken, "calendars", "day_future.txt"), "2026-01-02\n2026-01-01\n");
    const panel = await (await openSnapshot(broken)).panel("daily_pv");
    expect(panel.notes.join()).toMatch(
      /day_future\.txt.*is not after the one before.*ends with the last bar/,
    );
    expect(panel.index.sessionAfter("2025-12-31")).toBeUndefined();
  });
});
