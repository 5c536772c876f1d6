import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { DataServiceError } from "../../errors.js";
import { canonicalPath, mappedPath, type PathMap } from "../path-map.js";
import type { Registry } from "../registry/registry.js";
import type { LoopRow, TaskRunRow, WorkspaceRow } from "../registry/registry-tables.js";
import { utcMicroseconds } from "../registry/utc-time.js";
import { WorkspaceFolder } from "./workspace-folder.js";

/** Whether a backfill looks only, or writes. */
export type BackfillMode = "full" | "incremental" | "check" | "materialize-pending";

/** Which workspaces a backfill takes. */
export interface BackfillSelection {
  readonly mode: BackfillMode;
  readonly taskRunId?: string;
  readonly allTaskRuns?: boolean;
  /** Folders changed on or after this day, or instant; a folder that is away stays in. */
  readonly sinceDate?: string;
  readonly maxLoops?: number;
  readonly onlyExperimentWorkspace?: boolean;
  /** Where workspaces are, when not where the registry says: the folder that has them by name. */
  readonly workspaceRoot?: string;
  readonly pathMap?: PathMap;
}

/** A loop and the workspaces of it that are looked at. */
export interface SelectedLoop {
  readonly task: TaskRunRow;
  readonly loop: LoopRow;
  readonly workspaces: readonly { readonly row: WorkspaceRow; readonly folder: WorkspaceFolder }[];
}

/** A run that was killed leaves its loops running; after so long nobody is at them any more, in milliseconds. */
const LONGEST_RUN = 3_600_000;

/**
 * The loops of a registry that a backfill is to look at, in the order of tasks and loops, an experiment's workspace first.
 * @throws DataServiceError bad-request (no task chosen), not-found (no such task)
 */
export async function selectLoops(registry: Registry, selection: BackfillSelection): Promise<SelectedLoop[]> {
  const tasks = await selectedTasks(registry, selection);
  const since = sinceOf(selection.sinceDate);
  const selected: SelectedLoop[] = [];
  for (const task of tasks) {
    const { task_run_id: taskRunId } = task;
    const rows = (await registry.workspaces({ taskRunId })).rows.filter(
      (row) =>
        row.loop_id !== null &&
        (!selection.onlyExperimentWorkspace || row.workspace_role === "experiment_workspace"),
    );
    for (const loop of (await registry.loops({ taskRunId })).rows) {
      const workspaces = rows
        .filter((row) => row.loop_id === loop.loop_id)
        .map((row) => ({ row, folder: new WorkspaceFolder(folderOf(row, selection)) }))
        .filter(({ folder }) => since === undefined || !folder.exists || modified(folder) >= since);
      if (workspaces.length > 0 && isDue(loop, workspaces, selection.mode))
        selected.push({ task, loop, workspaces });
    }
  }
  return selected.slice(0, selection.maxLoops ?? selected.length);
}

async function selectedTasks(
  registry: Registry,
  selection: BackfillSelection,
): Promise<readonly TaskRunRow[]> {
  const { rows } = await registry.taskRuns();
  const { taskRunId, allTaskRuns, mode } = selection;
  if (taskRunId === undefined) {
    if (allTaskRuns || mode !== "full") return rows;
    throw new DataServiceError("bad-request", "backfill: name a task with taskRunId, or set allTaskRuns");
  }
  const named = rows.filter((row) => row.task_run_id === taskRunId);
  if (named.length > 0) return named;
  throw new DataServiceError("not-found", `${registry.path} has no task ${taskRunId}`, {
    path: registry.path,
    found: rows.map((row) => row.task_run_id),
  });
}

function folderOf(row: WorkspaceRow, { workspaceRoot, pathMap }: BackfillSelection): string {
  const mapped = mappedPath(row.workspace_path, pathMap);
  if (workspaceRoot === undefined || statSync(mapped, { throwIfNoEntry: false })?.isDirectory())
    return mapped;
  return join(workspaceRoot, basename(canonicalPath(row.workspace_path)));
}

/** Whether a loop's state calls for work: what is done is not looked at again but for a changed folder. */
function isDue(loop: LoopRow, workspaces: SelectedLoop["workspaces"], mode: BackfillMode): boolean {
  if (mode === "full" || mode === "check") return true;
  const status = loop.materialization_status;
  if (status === null || status === "pending" || status === "failed") return true;
  if (status === "running") {
    const since = utcMicroseconds(loop.materialization_updated_at_utc);
    return since === undefined || Date.now() - since / 1000 > LONGEST_RUN;
  }
  return (
    mode === "incremental" &&
    workspaces.some(({ row, folder }) => {
      const registered = utcMicroseconds(row.updated_at_utc);
      return folder.exists && (registered === undefined || modified(folder) * 1000 > registered + 1_000_000);
    })
  );
}

/** When something in the folder was made or went, or one of its files was written, in milliseconds. */
function modified(folder: WorkspaceFolder): number {
  return Math.max(
    statSync(folder.path).mtimeMs,
    ...folder.names.map((name) => statSync(join(folder.path, name), { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );
}

/** @throws DataServiceError bad-request */
function sinceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = utcMicroseconds(text);
  if (at !== undefined) return at / 1000;
  throw new DataServiceError("bad-request", `backfill: sinceDate "${text}" is no date; write 2026-01-14`);
}
