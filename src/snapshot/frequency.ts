import type { PanelIndex } from "../keys/panel-index.js";

const NS_PER_MINUTE = 60e9;

const UNITS: ReadonlyMap<string, string> = new Map([
  ["d", "d"],
  ["day", "d"],
  ["days", "d"],
  ["daily", "d"],
  ["m", "m"],
  ["min", "m"],
  ["mins", "m"],
  ["minute", "m"],
  ["minutes", "m"],
  ["h", "h"],
  ["hour", "h"],
  ["hours", "h"],
  ["hourly", "h"],
  ["w", "w"],
  ["week", "w"],
  ["weeks", "w"],
  ["weekly", "w"],
  ["mo", "mo"],
  ["mon", "mo"],
  ["month", "mo"],
  ["months", "mo"],
  ["monthly", "mo"],
]);

/**
 * `1d` for `day`, `1d`, `daily`; `5m` for `5min`, `5minute`; `1h` for `60min`; `1w`, `1mo` for weeks and months;
 * undefined where the text names no bar length.
 */
export function parseFrequency(text: string): string | undefined {
  const m = /^(\d*)\s*([a-z]+)$/i.exec(text.trim());
  const unit = m ? UNITS.get(m[2]!.toLowerCase()) : undefined;
  if (unit === undefined) return undefined;
  const count = m![1] === "" ? 1 : Number(m![1]);
  if (count === 0) return undefined;
  return unit === "m" ? minuteBars(count) : `${count}${unit}`;
}

/** Bars of so many minutes: whole hours have one name, however they were written. */
function minuteBars(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

const COUNTED = /(?:^|[^a-z0-9])(\d+)_?(min|minute|minutes|m|h|hour|hours)(?![a-z0-9])/i;
const WORD = /(?:^|[^a-z])(minute|hourly|weekly|monthly)(?![a-z])/i;
const LONG = /(?:^|[^a-z0-9])(1_?(?:w|week|mo|mon|month))(?![a-z0-9])/i;

/**
 * The bars of a file by its name: `minute_1min` has `1m`, `bars_60min` and `bars_1h` `1h`, `weekly_pv` `1w`,
 * `monthly` `1mo`; names that say nothing `1d`. A factor's `result_*` has daily bars whatever it is about: in
 * `result_monthly_reversal` the word tells what the factor looks back over.
 */
export function frequencyOfName(name: string): string {
  const counted = COUNTED.exec(name);
  if (counted) return parseFrequency(`${counted[1]}${counted[2]}`) ?? "1d";
  const word = WORD.exec(name)?.[1] ?? LONG.exec(name)?.[1]?.replace("_", "");
  const freq = word === undefined ? undefined : parseFrequency(word);
  return freq === undefined || (/^result(?![a-z])/i.test(name) && /[wo]$/.test(freq)) ? "1d" : freq;
}

/** Days between the sessions of weekly and monthly bars in the middle; holidays move single ones. */
const WEEK_DAYS = [5, 9] as const;
const MONTH_DAYS = [26, 35] as const;
/** Fewer gaps than this do not tell weekly bars from daily ones with gaps. */
const FEWEST_GAPS = 3;

/**
 * The bars of a panel by its sessions: the least time between two of one day, else by their median distance
 * `1w` or `1mo`, else `1d`.
 */
export function frequencyOfIndex({ datetimes }: PanelIndex): string {
  const gaps: number[] = [];
  for (let s = 1; s < datetimes.length && s < 4096; s++) gaps.push(Number(datetimes[s]! - datetimes[s - 1]!));
  gaps.sort((a, b) => a - b);
  const minutes = (gaps[0] ?? 0) / NS_PER_MINUTE;
  if (minutes >= 1 && minutes < 24 * 60) return minuteBars(Math.floor(minutes));
  const days = (gaps[(gaps.length - 1) >> 1] ?? 0) / (24 * 60 * NS_PER_MINUTE);
  const within = ([least, most]: readonly [number, number]): boolean => days >= least && days <= most;
  if (gaps.length < FEWEST_GAPS) return "1d";
  if (within(WEEK_DAYS)) return "1w";
  return within(MONTH_DAYS) ? "1mo" : "1d";
}
