import type { PanelIndex } from "../panel/panel-index.js";
import { NS_PER_DAY } from "../time.js";

const UNITS: Readonly<Record<string, string>> = {
  d: "d",
  day: "d",
  days: "d",
  daily: "d",
  m: "m",
  min: "m",
  mins: "m",
  minute: "m",
  minutes: "m",
  h: "h",
  hour: "h",
  hours: "h",
  w: "w",
  week: "w",
  weeks: "w",
  weekly: "w",
};

/** `1d` for `day`, `1d`, `daily`; `5m` for `5min`, `5minute`; undefined where the text names no bar length. */
export function parseFrequency(text: string): string | undefined {
  const m = /^(\d*)\s*([a-z]+)$/i.exec(text.trim());
  const unit = m ? UNITS[m[2]!.toLowerCase()] : undefined;
  if (unit === undefined) return undefined;
  const count = m![1] === "" ? 1 : Number(m![1]);
  return count > 0 ? `${count}${unit}` : undefined;
}

/** The bars of a file by its name: `minute_1min` has `1m`, `bars_5min` has `5m`, names that say nothing `1d`. */
export function frequencyOfName(name: string): string {
  const counted = /(?:^|[^a-z0-9])(\d+)_?(min|minute|minutes|m|h|hour)(?![a-z0-9])/i.exec(name);
  const found = counted ? parseFrequency(`${counted[1]}${counted[2]}`) : undefined;
  return found ?? (/(?:^|[^a-z])minute(?![a-z])/i.test(name) ? "1m" : "1d");
}

/** The bars of a panel by its sessions: the least time between two of one day, else `1d`. */
export function frequencyOfIndex({ datetimes }: PanelIndex): string {
  let least = NS_PER_DAY;
  for (let s = 1; s < datetimes.length && s < 4096; s++) {
    const gap = datetimes[s]! - datetimes[s - 1]!;
    if (gap < least) least = gap;
  }
  const minutes = Number(least / 60_000_000_000n);
  return least === NS_PER_DAY || minutes < 1 ? "1d" : `${minutes}m`;
}
