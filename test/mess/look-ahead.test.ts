import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { checkFactors, openPanel, type Panel, panelFromColumns } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();

test("a factor that is tomorrow's return, as RD-Agent wrote one", async () => {
  const dir = "data-fixtures/mess/look-ahead-of-one-day";
  const market = await openPanel(`${dir}/daily_pv.h5`);
  const [check] = await checkFactors(market, `${dir}/next_return/result.h5`);
  expect(check!.status).toBe("warning");
  expect(check!.problems.join()).toMatch(
    /its values equal the return of the next bar \(Ref\(\$close, -1\)\/\$close - 1.*: it looks ahead/,
  );
});

/** 30 instruments over 60 sessions, their closes a walk by a fixed generator. */
function market(): Panel {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const [datetime, instrument, close]: [bigint[], string[], number[]] = [[], [], []];
  const last = new Array<number>(30).fill(10);
  for (let s = 0; s < 60; s++) {
    for (let i = 0; i < 30; i++) {
      last[i]! *= 1 + 0.04 * (random() - 0.5);
      datetime.push(BigInt(18262 + s) * 86_400_000_000_000n);
      instrument.push(`SH6000${String(i).padStart(2, "0")}`);
      close.push(last[i]!);
    }
  }
  return panelFromColumns({ datetime: BigInt64Array.from(datetime), instrument, columns: { $close: close } });
}

describe("any window that begins at the bar, and the bar's own", () => {
  const cases: [expression: string, told: RegExp | undefined][] = [
    ["Ref($close, -1)/$close - 1", /equal the return of the next bar/],
    ["Ref($close, -2)/$close - 1", /equal the return of the next 2 bars/],
    ["Ref($close, -5)/$close - 1", /equal the return of the next 5 bars/],
    ["Ref($close, -10)/$close - 1", /equal the return of the next 10 bars/],
    [
      "0 - Log(Ref($close, -1)/$close)",
      /rank nearly as the return of the next bar .*correlation of ranks -1\.000/,
    ],
    ["$close/Ref($close, 1) - 1", /equal the return of their own bar .*known only when the bar has closed/],
    ["Log($close/Ref($close, 1))", /rank nearly as the return of their own bar/],
    ["Ref($close, 1)/Ref($close, 2) - 1", undefined],
    ["Mean($close, 5)/$close", undefined],
    ["Std($close, 10)", undefined],
  ];
  it.each(cases)("%s", async (expression, told) => {
    const panel = market();
    const path = join(folder, "factor.parquet");
    await panel.evaluate({ f: expression }, { labels: ["f"] }).write(path);
    const [check] = await checkFactors(panel, path, { label: null });
    const problems = check!.problems.filter((problem) => problem.includes("the return of"));
    if (told) expect(problems.join()).toMatch(told);
    else expect(problems).toEqual([]);
  });
});
