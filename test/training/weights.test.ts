import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPanel } from "#src/open/open-panel.js";
import type { Span } from "#src/training/processors/processor.js";
import { parseSpan } from "#src/training/segments/span.js";
import { averageUniqueness, timeDecay, timeWeights } from "#src/training/weights.js";
import { REFEREE, readReferee } from "./referee.js";

interface Case {
  readonly frame: string;
  readonly segment: Span;
  readonly timeWeights: readonly (readonly [Span, number])[];
  readonly rows: number;
  readonly sum: number;
  readonly sha256: string;
}

describe("timeWeights, as qlib's TimeReweighter", () => {
  const cases = readReferee<{ readonly timeReweighter: Case[] }>("weights.json").timeReweighter;

  it.each(cases)("$timeWeights", async (own) => {
    const { startNs: start, endNs: end } = parseSpan(own.segment, "segment");
    const panel = (await openPanel(join(REFEREE, own.frame), { cache: false })).window({ start, end });
    const weights = timeWeights(panel.index, own.timeWeights.map(endingAsInQlib));
    expect([weights.length, weights.reduce((sum, weight) => sum + weight, 0)]).toEqual([own.rows, own.sum]);
    expect(createHash("sha256").update(weights).digest("hex")).toBe(own.sha256);
  });
});

/** In qlib a month as an end is its first day here, against what it is in a fit: pandas cuts two-level rows so. */
function endingAsInQlib([[start, end], weight]: readonly [Span, number]): [Span, number] {
  return [[start, typeof end === "string" && /^\d{4}-\d{2}$/.test(end) ? `${end}-01` : end], weight];
}

describe("averageUniqueness", () => {
  it("is the mean of 1 / (labels alive) over each label's sessions, counted naively", () => {
    for (const [sessions, lookAhead] of [
      [1, 1],
      [7, 3],
      [20, 1],
      [12, 30],
    ] as const) {
      const spans = Array.from({ length: sessions }, (_, t) => [t + 1, t + lookAhead] as const);
      const alive = (t: number) => spans.filter(([first, last]) => first <= t && t <= last).length;
      const naive = spans.map(([first]) => {
        const all = Array.from({ length: lookAhead }, (_, k) => 1 / alive(first + k));
        return all.reduce((sum, own) => sum + own, 0) / lookAhead;
      });
      const own = averageUniqueness(sessions, lookAhead);
      for (const [t, value] of naive.entries()) expect(own[t]).toBeCloseTo(value, 12);
    }
  });
});

describe("timeDecay", () => {
  it("falls from 1 at the newest, linearly in the uniqueness that comes after", () => {
    const uniqueness = Float64Array.of(0.5, 0.25, 0.25, 1);
    expect(Array.from(timeDecay(uniqueness, 1))).toEqual([1, 1, 1, 1]);
    expect(Array.from(timeDecay(uniqueness, 0))).toEqual([0.25, 0.375, 0.5, 1]);
    // A negative number leaves out that share of the oldest (de Prado's c < 0).
    expect(Array.from(timeDecay(uniqueness, -0.5))).toEqual([0, 0, 0, 1]);
  });
});
