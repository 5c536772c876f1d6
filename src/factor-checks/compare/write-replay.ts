import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Panel } from "../../panel/panel.js";
import type { Comparison } from "../factor-report.js";
import { MarketInput } from "../market-input.js";
import type { FactorSource } from "../sources/factor-source.js";

export interface ReplayRequest {
  readonly source: FactorSource;
  readonly market: Panel;
  readonly recorded: Panel;
  /** The folder that is written. */
  readonly folder: string;
  /** Where windows are written for Python; the caller removes it. */
  readonly scratch: string;
}

/** Windows grow by this factor until one shows the difference. */
const GROWTH = 2;

/**
 * Writes the smallest window of the market that still shows the first difference to the record: `input.csv`, what the
 * factor gives of it (`ours.csv`), what was recorded of its rows (`recorded.csv`), and a script that loads them in
 * pandas. First the instrument alone is tried, then all instruments; the rows before the cell are bisected. Gives the
 * folder; undefined where no cell differs or no window shows it.
 */
export async function writeReplay(
  comparison: Comparison,
  request: ReplayRequest,
): Promise<string | undefined> {
  const column = comparison.columns.find(({ first }) => first !== undefined);
  if (!column?.first || !request.source.computes) return undefined;
  const { datetime, instrument, left } = column.first;
  const { market, source, scratch } = request;
  const windowOf = (bars: number, alone: boolean): Panel =>
    market.window({ end: datetime, bars, ...(alone && { universe: [instrument] }), barsPer: "instrument" });
  const shows = async (bars: number, alone: boolean): Promise<boolean> => {
    const panel = windowOf(bars, alone);
    const run = await source.run(MarketInput.of(panel, join(scratch, `${alone ? "one" : "all"}-${bars}`)));
    const cell = run.columns.get(column.column)?.[panel.rowOf(datetime, instrument)];
    return cell !== undefined && (Object.is(cell, left) || Math.abs(cell - left) <= 1e-9 * Math.abs(left));
  };
  for (const alone of [true, false]) {
    const bars = await smallest((count) => shows(count, alone), market.index.sessionCount);
    if (bars !== undefined) return await write(windowOf(bars, alone), column.column, request);
  }
  return undefined;
}

/** The smallest count that shows it, up to `most`, if counts above do as well; undefined where `most` does not. */
async function smallest(
  shows: (count: number) => Promise<boolean>,
  most: number,
): Promise<number | undefined> {
  let [few, enough] = [0, 1];
  while (!(await shows(enough))) {
    if (enough >= most) return undefined;
    [few, enough] = [enough, Math.min(most, enough * GROWTH)];
  }
  while (enough - few > 1) {
    const middle = (few + enough) >> 1;
    if (await shows(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

async function write(
  input: Panel,
  column: string,
  { source, recorded, folder, scratch }: ReplayRequest,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const run = await source.run(MarketInput.of(input, join(scratch, "chosen")));
  const ours = input.select([]).withColumns({ [column]: run.columns.get(column)! });
  const { index } = input;
  const beside = recorded.window({
    start: index.datetimes[0]!,
    end: index.datetimes.at(-1)!,
    universe: index.usedInstruments(),
    onUnknown: "skip",
  });
  await input.write(join(folder, "input.csv"));
  await ours.write(join(folder, "ours.csv"));
  await beside.write(join(folder, "recorded.csv"));
  writeFileSync(join(folder, "replay.py"), script(column, source.description.text));
  return folder;
}

/** Ten lines that load the three tables and show them side by side. */
function script(column: string, code: string): string {
  return `"""The smallest window in which ${code} differs from what was recorded."""
import pandas as pd

KEYS = ["datetime", "instrument"]
read = lambda name: pd.read_csv(name, parse_dates=["datetime"]).set_index(KEYS).sort_index()
df, ours, recorded = read("input.csv"), read("ours.csv"), read("recorded.csv")
df.columns = [name.lstrip("$") for name in df.columns]
# value = my_library.factor(df)  # the function under test
table = ours[["${column}"]].rename(columns={"${column}": "ours"}).join(recorded.iloc[:, 0].rename("recorded"), how="outer")
print(table.tail(10).to_string())
`;
}
