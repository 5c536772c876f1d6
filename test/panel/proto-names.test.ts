import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openPanel, readFactors } from "#src/index.js";

it("a column called __proto__ is a column like any other", async () => {
  const folder = mkdtempSync(join(tmpdir(), "proto-"));
  try {
    const path = join(folder, "a.csv");
    writeFileSync(path, "datetime,instrument,__proto__,constructor\n2020-01-02,A,1.5,2\n");
    const panel = await openPanel(path);
    const [row] = panel.toRows();
    expect(Object.entries(row!).slice(2)).toEqual([
      ["__proto__", 1.5],
      ["constructor", 2n],
    ]);
    expect(JSON.stringify(panel)).toContain('"__proto__":1.5');
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("a factor called __proto__ is one like any other", () => {
  const folder = mkdtempSync(join(tmpdir(), "proto-"));
  try {
    const path = join(folder, "factors.json");
    writeFileSync(path, '{"factors": [{"name": "__proto__", "expression": "$close"}]}');
    expect(Object.entries(readFactors(path))).toEqual([["__proto__", "$close"]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
