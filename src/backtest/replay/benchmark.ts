import { DataServiceError } from "../../errors.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { parseCellNs, type TimeInput } from "../../time.js";
import type { Market } from "../market/market.js";

/** Returns of a benchmark by date. */
export interface ReturnSeries {
  readonly datetimes: BigInt64Array | readonly TimeInput[];
  readonly returns: ArrayLike<number>;
}

/**
 * What the account is compared with: an instrument of the market, the mean of several, a series of returns, or nothing
 * (`false`). `null` is SH000300, as in qlib.
 */
export type Benchmark = string | readonly string[] | ReturnSeries | null | false;

const DEFAULT = "SH000300";
const NONE = "or give a series of returns { datetimes, returns }, or false for none";

/**
 * The benchmark's return in a session of the market (qlib.backtest.report: PortfolioMetrics._cal_benchmark). Of
 * instruments it is computed in float32, and 0 where there is none, as in qlib.
 * @throws DataServiceError unknown-instrument, bad-request
 */
export function benchmarkReturns(market: Market, benchmark: Benchmark): (session: number) => number {
  if (benchmark === false) return () => 0;
  if (benchmark === null || typeof benchmark === "string") return meanReturn(market, [benchmark ?? DEFAULT]);
  return isSeries(benchmark) ? seriesReturn(market, benchmark) : meanReturn(market, benchmark);
}

function isSeries(benchmark: readonly string[] | ReturnSeries): benchmark is ReturnSeries {
  return !Array.isArray(benchmark);
}

function meanReturn(market: Market, names: readonly string[]): (session: number) => number {
  const codes = names.map((name) => market.positionOf(name)).filter((code) => code >= 0);
  const missing = names.find((name) => market.positionOf(name) < 0);
  if (codes.length === 0 || missing !== undefined) {
    const near = nearestName(String(missing), market.instruments);
    throw new DataServiceError(
      "unknown-instrument",
      `benchmark: ${market.label} has no instrument "${missing}"${suggestion(near)}; name one that it has, ${NONE}`,
      {
        instrument: String(missing),
        ...(near !== undefined && { suggestion: near }),
        advice: { code: "no-benchmark", words: NONE },
      },
    );
  }
  const close = market.field("$close");
  const width = market.instruments.length;
  const { fround } = Math;
  return (session) => {
    let [sum, count] = [0, 0];
    for (const code of codes) {
      if (session <= market.firstBar[code]! || session >= market.endBar[code]!) continue;
      const at = session * width + code;
      const own = fround(fround(fround(close[at]!) / fround(close[at - width]!)) - 1);
      if (Number.isNaN(own)) continue;
      sum = fround(sum + own);
      count++;
    }
    return count === 0 ? 0 : fround(fround(fround(sum / count) + 1) - 1);
  };
}

/** The returns dated in [session, next session), compounded. */
function seriesReturn(market: Market, { datetimes, returns }: ReturnSeries): (session: number) => number {
  if (datetimes.length !== returns.length) {
    const problem = `benchmark: ${datetimes.length} datetimes but ${returns.length} returns; give one of each a day`;
    throw new DataServiceError("bad-request", problem);
  }
  const bySession = new Map<number, number>();
  for (let i = 0; i < returns.length; i++) {
    const given = datetimes[i]!;
    const ns = typeof given === "bigint" ? given : parseCellNs(given, "datetimes", i, "benchmark");
    const session = market.sessionAtOrBefore(ns);
    bySession.set(session, (bySession.get(session) ?? 1) * (returns[i]! + 1));
  }
  return (session) => (bySession.get(session) ?? 1) - 1;
}
