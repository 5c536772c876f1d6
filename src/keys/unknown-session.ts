import { DataServiceError, pathOf } from "../errors.js";
import { formatNs } from "../time.js";
import type { PanelIndex } from "./panel-index.js";

/** The error for a time at which an index has no session; it names the sessions beside it. */
export function unknownSession(index: PanelIndex, ns: bigint, label: string): DataServiceError {
  const at = index.sessionAtOrAfter(ns);
  const beside: string[] = [];
  if (at > 0) beside.push(formatNs(index.datetimes[at - 1]!));
  if (at < index.sessionCount) beside.push(formatNs(index.datetimes[at]!));
  const hint =
    beside.length > 0 ? `; the nearest ${beside.length === 1 ? "is" : "are"} ${beside.join(" and ")}` : "";
  return new DataServiceError("unknown-session", `no session at ${formatNs(ns)} in ${label}${hint}`, {
    ...pathOf(label),
    found: beside,
  });
}
