import type { Panel } from "../../panel/panel.js";
import { formatNs } from "../../time.js";

/** `2019-01-02 to 2020-12-31`. */
export function spanOf({ index }: Panel): string {
  const { datetimes } = index;
  return `${formatNs(datetimes[0]!)} to ${formatNs(datetimes[datetimes.length - 1]!)}`;
}

/** The sessions as text, one for each. */
export function sessionTexts({ index }: Panel): string[] {
  return Array.from(index.datetimes, (ns) => formatNs(ns));
}
