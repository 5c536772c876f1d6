import { beforeEach, describe, expect, it, vi } from "vitest";
import { evaluatePanelInPatches } from "#src/expression/evaluate-panel.js";
import { planExpressions } from "#src/expression/expression-plan.js";
import { parseExpression } from "#src/expression/parse.js";
import { panelFromColumns } from "#src/index.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";

vi.mock("#src/expression/parse.js", async (original) => {
  const real = await original<typeof import("#src/expression/parse.js")>();
  return { ...real, parseExpression: vi.fn(real.parseExpression) };
});
vi.mock("#src/expression/expression-plan.js", async (original) => {
  const real = await original<typeof import("#src/expression/expression-plan.js")>();
  return { ...real, planExpressions: vi.fn(real.planExpressions) };
});

const TEXTS = { mean: "Mean($close, 2)", rank: "CSRank($close)", label: "Ref($close, -1) / $close" };
const days = ["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"];
const instruments = ["000001.SZ", "000002.SZ"];
const market = panelFromColumns({
  datetime: days.flatMap((day) => instruments.map(() => day)),
  instrument: days.flatMap(() => instruments),
  columns: { $close: days.flatMap((_, i) => [i + 1, 2 * i + 1]) },
});

beforeEach(() => {
  vi.mocked(parseExpression).mockClear();
  vi.mocked(planExpressions).mockClear();
});

describe("every text is parsed once and a request planned once", () => {
  const universe = [instruments[0]!];
  const labels = ["label"];
  it.each<[string, () => unknown]>([
    ["evaluate", () => market.evaluate(TEXTS, { labels })],
    ["evaluate of some instruments", () => market.evaluate(TEXTS, { universe, start: days[1] })],
    ["evaluateInThreads", () => market.evaluateInThreads(TEXTS, { threads: 1 })],
    ["patches for a file", () => evaluatePanelInPatches(market, TEXTS).column("rank").values],
    [
      "a snapshot's window",
      async () => {
        const snapshot = (await openSnapshot("test/snapshot")).add("daily_pv", market);
        return snapshot.getHistoryWindow(universe, {
          bars: 2,
          fields: { close: "$close", ...TEXTS },
          labels,
        });
      },
    ],
  ])("%s", async (_, request) => {
    await request();
    expect(vi.mocked(parseExpression).mock.calls.map(([text]) => text)).toEqual(Object.values(TEXTS));
    expect(planExpressions).toHaveBeenCalledTimes(1);
  });

  it("a grown panel's factors", () => {
    const previous = market.window({ end: days[2]! }).evaluate(TEXTS);
    vi.mocked(parseExpression).mockClear();
    vi.mocked(planExpressions).mockClear();
    const { mean, rank } = market.evaluate(TEXTS, { previous }).toRows().at(-1)!;
    expect([mean, rank]).toEqual([6, 1]);
    expect(parseExpression).toHaveBeenCalledTimes(3);
    expect(planExpressions).toHaveBeenCalledTimes(1);
  });
});
