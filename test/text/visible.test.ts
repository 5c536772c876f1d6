import { expect, it } from "vitest";
import { layTable } from "#src/text/text-table.js";
import { visible, visibleLines } from "#src/text/visible.js";

it.each([
  ["\u001b]0;owned\u0007", "\\u001b]0;owned\\u0007"],
  ["a\r\nb\tc", "a\\r\\nb\\tc"],
  ["\u009b31m", "\\u009b31m"],
  ["\u202eevil", "\\u202eevil"],
  ["\ud800", "\\ud800"],
  ["贵州茅台 é 😀", "贵州茅台 é 😀"],
])("%j is shown, not obeyed", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

it("much of a long text is cut", () => {
  expect(visible("x".repeat(5000), 10)).toBe("xxxxxxxxxx… (5000 characters)");
});

it("lines keep their ends, and nothing else", () => {
  expect(visibleLines("a\n\u001b[2Jb\n")).toBe("a\n\\u001b[2Jb\n");
});

it("a table has its names and cells so", () => {
  expect(layTable(["\u001b[31mx"], [["a\nb"]], ["left"])).toEqual(["\\u001b[31mx", "a\\nb"]);
});
