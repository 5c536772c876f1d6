import type { Lookback } from "../factor-report.js";
import type { FactorRun, FactorSource } from "../sources/factor-source.js";
import { type Changes, changesBetween } from "./changed-cells.js";
import type { ProofMarket } from "./proof-market.js";

/**
 * The fewest rows of each instrument with which its values of the last session are what the whole history gives, by
 * bisection: what a live call of the factor needs. Rolling means of pandas remember their start in the last bits, so
 * that rounding is allowed.
 */
export async function findLookback(
  source: FactorSource,
  market: ProofMarket,
  full: FactorRun,
  dependsOnInput: boolean,
): Promise<Lookback> {
  const { longestHistory } = market;
  if (!dependsOnInput) return { rows: undefined, bitEqual: undefined, longestHistory };
  const tried = new Map<number, Changes>();
  const changes = async (count: number): Promise<Changes> => {
    const known = tried.get(count);
    if (known) return known;
    const { input, rows } = market.lastRows(count);
    const run = await source.run(input);
    const found = changesBetween(full.columns, run.columns, {
      count: market.panel.rowCount,
      of: lastSession(market, rows!),
    });
    tried.set(count, found);
    return found;
  };
  let [low, high] = [0, longestHistory]; // what is too few, what is enough
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((await changes(middle)).changed === 0) high = middle;
    else low = middle;
  }
  if (high >= longestHistory) return { rows: undefined, bitEqual: undefined, longestHistory };
  const { rounded } = await changes(high);
  return { rows: high, bitEqual: rounded === 0, longestHistory };
}

/** The altered row of each row of the last session, -1 for all others. */
function lastSession(market: ProofMarket, rows: Int32Array): Int32Array {
  const { index } = market.panel;
  const out = new Int32Array(rows.length).fill(-1);
  const first = index.startOf(index.sessionCount - 1);
  out.set(rows.subarray(first), first);
  return out;
}
