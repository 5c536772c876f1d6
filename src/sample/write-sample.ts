import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError } from "../errors.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { formatNs } from "../time.js";
import { syntheticMarket } from "./synthetic-market.js";

/** How large the synthetic market of `writeSample` is. */
export interface SampleOptions {
  /** 40 when omitted. */
  readonly instruments?: number | undefined;
  /** 250 when omitted: a year. */
  readonly sessions?: number | undefined;
  /** Another number gives another market; 1 when omitted. */
  readonly seed?: number | undefined;
}

const SAMPLE_KEYS: RequestKeys<SampleOptions> = { instruments: true, sessions: true, seed: true };

/** What one factor file of the sample holds: RD-Agent's `result_NAME.h5`. */
const FACTORS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mom: { mom_10d: "$close/Ref($close, 10)-1" },
  vol: { vol_20d: "Std($close/Ref($close, 1)-1, 20)" },
};

/**
 * Writes a small synthetic snapshot into a folder, as research exports one: prices, valuation, money flow, two factors,
 * instrument lists and the calendar. The same for the same options, so that what examples print can be told before.
 * @returns the names of the files, in the folder
 * @throws DataServiceError bad-request (fewer than 3 instruments or 30 sessions), write-failed (there is a snapshot already)
 * @example
 * await writeSample("sample");
 */
export async function writeSample(folder: string, options: SampleOptions = {}): Promise<string[]> {
  checkKeys(options, SAMPLE_KEYS, "writeSample");
  const { instruments = 40, sessions = 250, seed = 1 } = options;
  if (!(Number.isInteger(instruments) && instruments >= 3 && Number.isInteger(sessions) && sessions >= 30)) {
    const problem = `writeSample: ${instruments} instruments in ${sessions} sessions are too few; give 3 and 30 at least`;
    throw new DataServiceError("bad-request", problem);
  }
  if (existsSync(join(folder, "daily_pv.h5"))) {
    const problem = `${folder}: there is a daily_pv.h5 already; name another folder`;
    throw new DataServiceError("write-failed", problem, { path: folder });
  }
  for (const part of ["instruments", "calendars"]) mkdirSync(join(folder, part), { recursive: true });
  const market = syntheticMarket(instruments, sessions, seed);
  const files: string[] = [];
  const written = (name: string): string => {
    files.push(name);
    return join(folder, name);
  };
  await market.prices.write(written("daily_pv.h5"));
  await market.valuation.write(written("daily_basic.h5"));
  await market.moneyFlow.write(written("moneyflow.h5"));
  for (const [name, expressions] of Object.entries(FACTORS)) {
    const factor = market.prices.evaluate(expressions);
    const doubles = Object.fromEntries(
      factor.columnNames.map((column) => [column, Float64Array.from(factor.column(column).floats())]),
    );
    await factor.withColumns(doubles).write(written(`result_${name}.h5`));
  }
  const spans = Array.from(market.prices.groupByInstrument(), ([code, { index }]) => {
    return `${code}\t${formatNs(index.datetimes[0]!)}\t${formatNs(index.datetimes.at(-1)!)}\n`;
  });
  writeFileSync(written("instruments/all.txt"), spans.join(""));
  writeFileSync(written("instruments/top10.txt"), spans.slice(-10).join(""));
  const calendar = (days: readonly string[]) => days.map((day) => `${day}\n`).join("");
  writeFileSync(written("calendars/day.txt"), calendar(market.sessions));
  writeFileSync(written("calendars/day_future.txt"), calendar([...market.sessions, ...market.later]));
  return files;
}
