import { DataServiceError } from "../../errors.js";
import type { Panel } from "../../panel/panel.js";
import { storedFactor } from "../../research/store/factor-values.js";
import type { Store } from "../../research/store/store.js";
import type { Marked } from "../../research/store/store-list.js";
import type { FactorTable } from "../../research/store/store-tables.js";
import type { Snapshot } from "../../snapshot/snapshot.js";
import type { ValuesAnswer } from "./library-types.js";

export interface LastValuesRequest {
  /** Sessions, the last ones. */
  readonly bars: number;
  /** Instruments shown; codes in either spelling, the first of the snapshot where omitted. */
  readonly instruments: readonly string[];
}

/** Columns of the table: more are a download. */
const MOST_INSTRUMENTS = 20;

/**
 * The last values of a factor: its expression over the snapshot, else what a loop of it left in its workspace.
 * @returns undefined where there is neither
 * @throws DataServiceError of the snapshot: a field that it lacks, an unknown instrument
 */
export async function lastValues(
  store: Store,
  snapshot: Snapshot | undefined,
  factor: Marked<FactorTable>,
  request: LastValuesRequest,
): Promise<{ readonly panel: Panel; readonly from: "snapshot" | "workspace" } | undefined> {
  const { bars, instruments } = request;
  const universe = instruments.length === 0 ? undefined : instruments;
  if (snapshot !== undefined && factor.expression) {
    const window = { fields: { value: factor.expression }, bars, barsPer: "session" } as const;
    return { panel: await snapshot.getHistoryWindow(universe, window), from: "snapshot" };
  }
  const loops = await store.loopsOfFactor(factor.name);
  if (loops.length === 0) return undefined;
  const whole = await storedFactor(store, factor).panel().catch(noneHere);
  if (whole === undefined) return undefined;
  const panel = whole.window({ ...(universe && { universe }), bars, barsPer: "session" });
  return { panel: panel.rename({ [factor.name]: "value" }), from: "workspace" };
}

/** That no workspace with values is on this machine is no fault of a request. */
function noneHere(error: unknown): undefined {
  if (error instanceof DataServiceError && error.code === "not-found") return;
  throw error;
}

/** The values as a table: a row a session, the latest first, a column an instrument. */
export function valuesTable(panel: Panel, from: ValuesAnswer["from"]): ValuesAnswer {
  const bySession = new Map<string, Map<string, number>>();
  const names = new Set<string>();
  for (const { datetime, instrument, value } of panel.toJSON()) {
    const session = String(datetime).slice(0, 19).replace("T00:00:00", "").replace(" 00:00:00", "");
    names.add(String(instrument));
    const row = bySession.get(session) ?? new Map<string, number>();
    if (typeof value === "number") row.set(String(instrument), value);
    bySession.set(session, row);
  }
  const all = [...names].sort();
  const instruments = all.slice(0, MOST_INSTRUMENTS);
  const sessions = [...bySession.keys()].sort().reverse();
  const values = sessions.map((session) =>
    instruments.map((instrument) => bySession.get(session)!.get(instrument) ?? null),
  );
  return { from, sessions, instruments, values, more: all.length - instruments.length };
}

/** The values as CSV, a row a bar. */
export function valuesCsv(panel: Panel): string {
  const rows = panel
    .toJSON()
    .map(({ datetime, instrument, value }) => `${datetime},${instrument},${value ?? ""}`);
  return `${["datetime,instrument,value", ...rows].join("\n")}\n`;
}
