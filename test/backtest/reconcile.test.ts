import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accountMoves } from "#src/backtest/reconcile/account-moves.js";
import { cashIdentity } from "#src/backtest/reconcile/cash-identity.js";
import { reconcile } from "#src/backtest/reconcile/reconcile.js";
import { openRecorded } from "#src/backtest/reconcile/recorded.js";
import { formatNs } from "#src/time.js";
import { type CaseConfig, folder, optionsOf, providerMarket, readJson, readScores } from "./referee.js";

interface Truth {
  readonly name: string;
  readonly cause: string;
  readonly expect: {
    readonly parameter?: string;
    readonly base?: unknown;
    readonly recorded?: unknown;
    readonly instrument?: string;
    readonly day?: string;
    readonly score_day?: string;
    readonly ratio?: number;
    readonly field?: string;
  };
  readonly first_report_day: string | null;
  readonly dates_only_base?: readonly string[];
  readonly first_order_day?: string;
}

const runs = readdirSync(join(folder, "reconcile")).filter((name) => /^r\d/.test(name));

describe("reconcile names what was planted, by replaying it", () => {
  it.each(runs)("%s", async (name) => {
    const at = join(folder, "reconcile");
    const config = readJson<CaseConfig>(join(at, "base.json"));
    const truth = readJson<Truth>(join(at, name, "truth.json"));
    const [market, scores] = await Promise.all([providerMarket(config.provider), readScores(config.score)]);
    const recorded = await openRecorded(join(at, name));
    const { cause, parting, ours } = reconcile({ scores, market, options: optionsOf(config) }, recorded);
    expect(cause.kind.replaceAll("-", "_")).toBe(truth.cause);
    expect(cause.verified).toBe("whole");
    expect(ours.report.rowCount).toBe(40);
    const { expect: wanted } = truth;
    if (wanted.parameter !== undefined) expect(cause.parameter).toBe(wanted.parameter);
    if (wanted.instrument !== undefined) expect(cause.instrument).toBe(wanted.instrument);
    if (wanted.ratio !== undefined) expect(cause.ratio).toBeCloseTo(wanted.ratio, 6);
    const day = wanted.day ?? wanted.score_day;
    if (day !== undefined) expect(formatNs(cause.datetime!)).toBe(day);
    const first = [truth.first_report_day, truth.first_order_day, ...(truth.dates_only_base ?? [])]
      .filter(Boolean)
      .sort()[0];
    expect(parting && formatNs(parting.datetime)).toBe(first);
  });

  const byReport = [
    "r02",
    "r04",
    "r05",
    "r06",
    "r07",
    "r08",
    "r10",
    "r11",
    "r12",
    "r13",
    "r14",
    "r16",
    "r17",
    "r18",
  ];
  it.each(runs.filter((name) => byReport.includes(name.slice(0, 3))))(
    "%s by the report alone",
    async (name) => {
      const at = join(folder, "reconcile");
      const config = readJson<CaseConfig>(join(at, "base.json"));
      const truth = readJson<Truth>(join(at, name, "truth.json"));
      const [market, scores] = await Promise.all([providerMarket(config.provider), readScores(config.score)]);
      const { label, report } = await openRecorded(join(at, name));
      const { cause } = reconcile({ scores, market, options: optionsOf(config) }, { label, report });
      expect(cause.kind.replaceAll("-", "_")).toBe(truth.cause);
      expect(cause.verified).toBe("whole");
      if (truth.expect.instrument !== undefined) expect(cause.instrument).toBe(truth.expect.instrument);
    },
  );

  it("finds the day and the name of an account that explodes, and no money that appears in a sound run", async () => {
    const at = join(folder, "reconcile");
    const config = readJson<CaseConfig>(join(at, "base.json"));
    const market = await providerMarket(config.provider);
    const [largest] = accountMoves(await openRecorded(join(at, "r18_unit_jump")));
    expect(largest).toMatchObject({ instrument: "SH600012" });
    expect(formatNs(largest!.datetime)).toBe("2019-06-18");
    expect(largest!.ratio).toBeGreaterThan(900);
    expect(cashIdentity(await openRecorded(join(at, "r01_same")), market)).toEqual([]);
    const [breach] = cashIdentity(await openRecorded(join(at, "r18_unit_jump")), market);
    expect(breach).toMatchObject({ instruments: expect.arrayContaining(["SH600012"]) });
    expect(formatNs(breach!.datetime)).toBe("2019-07-30"); // when it is sold for a thousand times its price
    expect(cashIdentity(await openRecorded(join(at, "r05_deal_price_open")), market).length).toBeGreaterThan(
      20,
    );
  });
});
