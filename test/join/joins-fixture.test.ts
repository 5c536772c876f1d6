import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openPanel } from "#src/index.js";
import { joinPanels } from "#src/join/join-panels.js";

interface JoinCase {
  readonly left: string;
  readonly right: string;
  readonly how: "left" | "inner" | "outer" | "right";
  readonly expected: {
    readonly rows: number;
    readonly columns: number;
    readonly matched: number;
    readonly left_only: number;
    readonly right_only: number;
    readonly nans: Readonly<Record<string, number>>;
    readonly sums: Readonly<Record<string, number>>;
  };
}

const cases: JoinCase[] = JSON.parse(readFileSync("data-fixtures/joins.json", "utf8"));
const open = (name: string) => openPanel(`data-fixtures/snapshot/${name}`);

describe("what pandas answered for joins of the snapshot", () => {
  it("is all there", () => {
    expect(cases.length).toBe(20);
  });

  it.each(cases)("$left $how join $right", async ({ left, right, how, expected }) => {
    const { panel, ledger } = joinPanels([await open(left), await open(right)], { how });
    expect(panel.rowCount).toBe(expected.rows);
    expect(panel.columnNames.length).toBe(expected.columns);
    const match = ledger.matches[0]!;
    expect([match.matched, match.leftOnly, match.rightOnly]).toEqual([
      expected.matched,
      expected.left_only,
      expected.right_only,
    ]);
    for (const [name, nans] of Object.entries(expected.nans)) {
      expect(panel.column(name).countMissing()).toBe(nans);
      let sum = 0;
      for (const value of panel.column(name).values as Float32Array | Float64Array) {
        if (!Number.isNaN(value)) sum += value;
      }
      expect(Math.abs(sum - expected.sums[name]!)).toBeLessThanOrEqual(1e-9 * Math.abs(sum));
    }
  });
});
