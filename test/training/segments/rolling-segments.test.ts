import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatNs, parseTimeNs } from "#src/time.js";
import type { Span } from "#src/training/processors/processor.js";
import { rollingSegments } from "#src/training/segments/rolling-segments.js";
import { PROVIDER, readReferee } from "../referee.js";

type Segments = Record<string, Span>;
interface Rolling {
  readonly segments: Segments;
  readonly step: number;
  readonly rtype: "expanding" | "sliding";
  readonly trunc_days: number | null;
  readonly tasks?: readonly { readonly segments: Segments }[];
  readonly error?: string;
}

const cases = readReferee<{ readonly rolling: Rolling[] }>("rolling.json").rolling;
const dates = readFileSync(join(PROVIDER, "calendars/day.txt"), "utf8").trim().split("\n");
const calendar = BigInt64Array.from(dates, (date) => parseTimeNs(date, "date"));
const position = (date: Span[number]) => dates.indexOf(String(date));

describe("rollingSegments, as qlib's RollingGen", () => {
  const roll = ({ segments, step, rtype, trunc_days }: Rolling) =>
    rollingSegments(calendar, segments, { step, type: rtype, truncate: trunc_days ?? undefined });

  it.each(cases.filter(({ tasks }) => tasks).map((own, i) => [i, own] as const))("request %i", (_, own) => {
    expect(roll(own)).toEqual(own.tasks!.map(({ segments }) => segments));
  });

  it("gives what is right where qlib fails by a fault", () => {
    const failing = cases.filter(({ error }) => error);
    expect(failing).toHaveLength(54);
    for (const own of failing) {
      const tasks = roll(own);
      const tests = tasks.map(({ test }) => test!);
      expect(tests[0]![0]).toBe(own.segments.test![0]);
      for (const [i, { train, valid, test }] of tasks.entries()) {
        const first = position(test![0]);
        const last = test![1] === null ? dates.length - 1 : position(test![1]);
        expect(first).toBe(position(tests[0]![0]) + i * own.step);
        expect(last).toBe(Math.min(first + own.step, dates.length) - 1);
        for (const before of [train!, ...(valid ? [valid] : [])]) {
          expect(position(before[1])).toBeLessThanOrEqual(first - (own.trunc_days ?? 1));
        }
        if (own.rtype === "expanding") expect(train![0]).toBe(tasks[0]!.train![0]);
      }
      expect(tests.at(-1)![1] === null || tests.at(-1)![1] === formatNs(calendar.at(-1)!)).toBe(true);
    }
  });
});

describe("rollingSegments", () => {
  it.each([
    [{ step: 0, type: "sliding" }, "step 0 is not a number of sessions"],
    [{ step: 5, type: "both" }, 'type "both" is not known'],
    [{ step: 5, type: "sliding", test: "tests" }, 'there is no segment "tests"'],
    [{ step: 5, type: "sliding", truncate: 99 }, "leaves nothing before"],
  ] as [object, string][])("refuses %j", (options, message) => {
    const days = BigInt64Array.from({ length: 40 }, (_, i) => BigInt(i) * 86_400_000_000_000n);
    const segments: Segments = { train: ["1970-01-02", "1970-01-20"], test: ["1970-01-22", null] };
    expect(() => rollingSegments(days, segments, options as never)).toThrow(message);
  });
});
