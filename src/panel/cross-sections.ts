import { unknownSession } from "../keys/unknown-session.js";
import { parseTimeNs, type TimeInput } from "../time.js";
import type { Panel } from "./panel.js";

/** @see Panel.crossSection @throws DataServiceError unknown-session */
export function crossSection(panel: Panel, datetime: TimeInput): Panel {
  const ns = parseTimeNs(datetime, "datetime");
  const session = panel.index.sessionAt(ns);
  if (session < 0) throw unknownSession(panel.index, ns, panel.label);
  return rowsOfSession(panel, session);
}

/** @see Panel.groupBySession */
export function* groupBySession(panel: Panel): Generator<[datetime: bigint, crossSection: Panel]> {
  for (const [session, ns] of panel.index.datetimes.entries()) yield [ns, rowsOfSession(panel, session)];
}

function rowsOfSession(panel: Panel, session: number): Panel {
  const rows = { kind: "contiguous", firstSession: session, lastSession: session + 1 } as const;
  return panel.take({ rows, unknownInstruments: [] });
}
