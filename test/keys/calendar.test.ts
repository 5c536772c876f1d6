import { expect, it } from "vitest";
import { formatTime, openPanel, panelFromColumns } from "#src/index.js";

const panel = panelFromColumns({
  datetime: ["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"],
  instrument: ["a", "a", "b", "a"],
  columns: { x: [1, 2, 3, 4] },
});
const text = (ns: bigint | undefined) => (ns === undefined ? undefined : formatTime(ns));

it("counts sessions from any date", () => {
  const { index } = panel;
  expect([index.isSession("2020-01-03"), index.isSession("2020-01-04")]).toEqual([true, false]);
  expect(text(index.sessionAfter("2020-01-03"))).toBe("2020-01-06");
  expect(text(index.sessionAfter("2020-01-04"))).toBe("2020-01-06");
  expect(text(index.sessionAfter("2020-01-04", 2))).toBe("2020-01-07");
  expect(text(index.sessionAfter("2020-01-04", -1))).toBe("2020-01-03");
  expect(text(index.sessionAfter("2020-01-06", -2))).toBe("2020-01-02");
  expect(index.sessionAfter("2020-01-07")).toBeUndefined();
  expect(index.sessionAfter("2020-01-02", -1)).toBeUndefined();
  expect(() => index.sessionAfter("2020-01-02", 0)).toThrow("1 is the next one");
  expect(Array.from(index.sessionsBetween("2020-01-03", "2020-01-06"), text)).toEqual([
    "2020-01-03",
    "2020-01-06",
  ]);
});

it("lets a window begin some sessions before a date", () => {
  const x = (sessionsBefore: number, of: string) =>
    panel.window({ start: { sessionsBefore, of } }).column("x").values;
  expect(Array.from(x(1, "2020-01-06") as Float64Array)).toEqual([2, 3, 4]);
  expect(Array.from(x(0, "2020-01-05") as Float64Array)).toEqual([3, 4]);
  expect(Array.from(x(9, "2020-01-06") as Float64Array)).toEqual([1, 2, 3, 4]);
  expect(panel.window({ start: { sessionsBefore: 1, of: "2020-01-06" }, end: "2020-01-06" }).rowCount).toBe(
    2,
  );
  expect(() => panel.window({ start: { sessionsBefore: -1, of: "2020-01-06" } })).toThrow(
    "not a number of sessions",
  );
});

it("tells addresses and patterns from paths", async () => {
  await expect(openPanel("https://example.org/a.parquet")).rejects.toThrow("is an address; files are opened");
  await expect(openPanel("data/*.h5")).rejects.toThrow(
    "no table files; give a folder or a pattern that has some",
  );
  await expect(openPanel(new URL("file:///a.h5") as never)).rejects.toThrow("fileURLToPath(url)");
});
