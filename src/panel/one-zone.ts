import { DataServiceError } from "../errors.js";
import type { PanelNote } from "./notes.js";
import type { Panel } from "./panel.js";

/** Panels whose times are read off the same clocks, and what was done for that. */
export interface OneZone {
  readonly panels: readonly Panel[];
  readonly notes: readonly PanelNote[];
}

/** What a panel is on the clocks of another zone: a snapshot compares the same panels window after window. */
const converted = new WeakMap<Panel, Map<string, Panel>>();

/**
 * The panels as they may be compared by their times: those of another zone than the first are taken to its clocks, the
 * instants staying what they are, as pandas does; a note says so.
 * @param labels how errors and notes name them
 * @param call how errors name what would compare them
 * @throws DataServiceError zone-conflict (a panel with a zone beside one without), and what `inZone` throws
 */
export function inOneZone(panels: readonly Panel[], labels: readonly string[], call: string): OneZone {
  const zone = panels[0]?.indexWithRepeats.timezone;
  if (panels.every(({ indexWithRepeats: index }) => index.timezone === zone)) return { panels, notes: [] };
  const notes: PanelNote[] = [];
  const own = panels.map((panel, i) => {
    const { timezone } = panel.indexWithRepeats;
    if (timezone === zone) return panel;
    if (zone === undefined || timezone === undefined) {
      const [aware, naive] = zone === undefined ? [i, 0] : [0, i];
      throw zoneConflict(call, labels[aware]!, panels[aware]!.indexWithRepeats.timezone!, labels[naive]!);
    }
    const told = `${labels[i]}: its times were taken from ${timezone} to ${zone}, the zone of ${labels[0]}`;
    notes.push({ fields: [], tell: () => told });
    return panelIn(panel, zone);
  });
  return { panels: own, notes };
}

function panelIn(panel: Panel, zone: string): Panel {
  const known = converted.get(panel) ?? new Map<string, Panel>();
  converted.set(panel, known);
  const there = known.get(zone) ?? panel.inZone(zone);
  known.set(zone, there);
  return there;
}

function zoneConflict(call: string, aware: string, zone: string, naive: string): DataServiceError {
  return new DataServiceError(
    "zone-conflict",
    `${call}: the times of ${aware} are in ${zone} and those of ${naive} in no zone; say which zone's clocks the latter show, with openPanel(path, { timezone: "${zone}" }) or panel.withZone("${zone}"), or leave the zone out of the former with panel.withZone(undefined)`,
    { found: [aware, naive] },
  );
}
