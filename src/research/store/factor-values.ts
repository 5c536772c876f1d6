import { existsSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError } from "../../errors.js";
import type { Panel } from "../../panel/panel.js";
import type { Snapshot } from "../../snapshot/snapshot.js";
import { mappedPath, type PathMap } from "../path-map.js";
import type { Store } from "./store.js";
import type { Marked } from "./store-list.js";
import type { FactorTable, LoopTable } from "./store-tables.js";

/** Where a loop's factor values are in its workspace. */
const VALUES = "combined_factors_df.parquet";

/** Where the values of a stored factor are looked for. */
export interface ValuesOptions {
  /** Where workspaces of the research machine are here; that of the store by default. */
  readonly pathMap?: PathMap;
  /** Loops that are not materialised as well: their files may be half written. */
  readonly unfinished?: boolean;
}

/** A factor of the store and, where a workspace with its values is on this machine, its Panel. */
export interface StoredFactor extends Marked<FactorTable> {
  /**
   * Its values, one column of its name, of the best loop whose workspace has them.
   * @throws DataServiceError not-found: no loop has it, none is materialised, or no workspace is on this machine
   */
  panel(options?: ValuesOptions): Promise<Panel>;
  /** Adds the values to a snapshot, as a panel of the factor's name. */
  addTo(snapshot: Snapshot, options?: ValuesOptions): Promise<Snapshot>;
}

/** A loop of the store and its files as Panels. */
export interface StoredLoop extends Marked<LoopTable> {
  /** The values of all its factors. @throws DataServiceError not-found */
  factors(options?: ValuesOptions): Promise<Panel>;
  /** Adds them to a snapshot, as one panel. */
  addTo(snapshot: Snapshot, name: string, options?: ValuesOptions): Promise<Snapshot>;
}

export function storedFactor(store: Store, row: Marked<FactorTable>): StoredFactor {
  const panel = async (options: ValuesOptions = {}): Promise<Panel> => {
    const loops = await store.loopsOfFactor(row.name);
    const problems: string[] = [];
    for (const loop of loops) {
      const found = valuesOf(store, loop, options);
      if ("problem" in found) {
        problems.push(`loop ${loop.task_run_id}/${loop.loop_id}: ${found.problem}`);
        continue;
      }
      const values = await openValues(found.path);
      if (values.columnNames.includes(row.name)) return values.select([row.name]);
      problems.push(`${found.path} has no column ${row.name}`);
    }
    throw new DataServiceError(
      "not-found",
      `the values of factor "${row.name}" are not on this machine: ${problems.slice(0, 3).join("; ") || "no loop of the store has it"}`,
      { field: row.name, found: problems },
    );
  };
  return {
    ...row,
    panel,
    addTo: async (snapshot, options) => snapshot.add(row.name, await panel(options)),
  };
}

export function storedLoop(store: Store, row: Marked<LoopTable>): StoredLoop {
  const factors = async (options: ValuesOptions = {}): Promise<Panel> => {
    const found = valuesOf(store, row, options);
    if ("path" in found) return openValues(found.path);
    throw new DataServiceError("not-found", `loop ${row.task_run_id}/${row.loop_id}: ${found.problem}`);
  };
  return {
    ...row,
    factors,
    addTo: async (snapshot, name, options) => snapshot.add(name, await factors(options)),
  };
}

function valuesOf(
  store: Store,
  loop: LoopTable,
  { pathMap = store.pathMap, unfinished = false }: ValuesOptions,
): { path: string } | { problem: string } {
  const status = loop.materialization_status ?? "pending";
  if (status !== "done" && !unfinished) {
    return { problem: `it is ${status}, not materialised; run a backfill, or set unfinished` };
  }
  if (loop.workspace_path === null) return { problem: "its workspace is not known" };
  const folder = mappedPath(loop.workspace_path, pathMap);
  const path = join(folder, VALUES);
  if (existsSync(path)) return { path };
  if (existsSync(folder)) return { problem: `${folder} has no ${VALUES}` };
  return { problem: `${folder} is not on this machine; say with pathMap where it is` };
}

async function openValues(path: string): Promise<Panel> {
  const { openPanel } = await import("../../open/open-panel.js");
  return openPanel(path);
}
