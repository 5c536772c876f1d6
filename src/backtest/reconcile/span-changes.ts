import { formatNs } from "../../time.js";
import type { Backtest } from "../replay/backtest.js";
import type { Change } from "./cause.js";
import type { Parting } from "./compare-runs.js";
import type { Recorded } from "./recorded.js";

/** A recorded run that begins or ends in another session than ours. */
export function spanChanges(ours: Backtest, { report }: Recorded, { onlyIn, datetime }: Parting): Change[] {
  if (onlyIn === undefined) return [];
  const [first, last] = [report.datetimes[0]!, report.datetimes.at(-1)!];
  const [ownFirst, ownLast] = [ours.report.datetimes[0]!, ours.report.datetimes.at(-1)!];
  if (first !== ownFirst && (datetime < first || datetime < ownFirst))
    return [spanChange("start", ownFirst, first)];
  if (last !== ownLast && (datetime > last || datetime > ownLast)) return [spanChange("end", ownLast, last)];
  return [];
}

function spanChange(which: "start" | "end", own: bigint, there: bigint): Change {
  const verb = which === "start" ? "begins" : "ends";
  return {
    kind: "parameter",
    parameter: `${which}_time`,
    ours: formatNs(own),
    recorded: formatNs(there),
    datetime: there,
    sentence: `the recorded run ${verb} on ${formatNs(there)}, ours on ${formatNs(own)}`,
    apply: ({ options, ...rest }) => ({ ...rest, options: { ...options, [which]: formatNs(there) } }),
  };
}
