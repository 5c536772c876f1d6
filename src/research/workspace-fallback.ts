import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError } from "../errors.js";
import { WorkspaceFolder } from "./backfill/workspace-folder.js";
import { isRecord, numberOf, textOf } from "./catalogues/catalogue-record.js";
import { plainJson } from "./json/python-json.js";
import {
  type LoopRow,
  REGISTRY_COLUMNS,
  type RegistryTable,
  type RegistryTables,
  type TaskRunRow,
  type WorkspaceRow,
} from "./registry/registry-tables.js";

/** What workspaces say of themselves when there is no registry to ask. */
export interface WorkspaceViews {
  /** Always so: these rows were put together, and lack what only a registry knows. */
  readonly isFallback: true;
  readonly taskRuns: readonly TaskRunRow[];
  readonly loops: readonly LoopRow[];
  readonly workspaces: readonly WorkspaceRow[];
  /** Folders that say nothing of whose they are, or are broken, and why. */
  readonly skipped: readonly { readonly folder: string; readonly reason: string }[];
}

const FILES = ["workspace_meta.json", "experiment_summary.json", "manifest.json"] as const;

/**
 * The rows of a registry that is away or damaged, from each workspace's own workspace_meta.json, experiment_summary.json or
 * manifest.json, the first that is whole. Paths are those of this machine.
 * @param root the folder of workspaces
 * @throws DataServiceError not-found
 */
export function readWorkspaces(root: string): WorkspaceViews {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DataServiceError("not-found", `${root}: there is no folder of workspaces`, { path: root });
  }
  const workspaces: WorkspaceRow[] = [];
  const loops = new Map<string, LoopRow>();
  const taskRuns = new Map<string, TaskRunRow>();
  const skipped: { folder: string; reason: string }[] = [];
  for (const name of readdirSync(root).sort()) {
    const folder = new WorkspaceFolder(join(root, name));
    if (!folder.exists) continue;
    const found = identityOf(folder);
    if ("reason" in found) {
      skipped.push({ folder: folder.path, reason: found.reason });
      continue;
    }
    const { meta, taskRunId, loopId } = found;
    const own = workspaceRow(folder, name, meta, taskRunId, loopId);
    workspaces.push(own);
    taskRuns.set(taskRunId, emptyRow("task_runs", { task_run_id: taskRunId }));
    const key = JSON.stringify([taskRunId, loopId]);
    const before = loops.get(key);
    const loop = loopRow(meta, taskRunId, loopId);
    loops.set(key, before?.has_result ? before : loop);
  }
  return {
    isFallback: true,
    taskRuns: [...taskRuns.values()],
    loops: [...loops.values()],
    workspaces,
    skipped,
  };
}

type Meta = Readonly<Record<string, unknown>>;

function identityOf(
  folder: WorkspaceFolder,
): { meta: Meta; taskRunId: string; loopId: number } | { reason: string } {
  const reasons: string[] = [];
  for (const name of FILES) {
    const file = folder.json(name);
    if (file.state === "missing") continue;
    const meta = file.state === "whole" ? plainJson(file.value) : undefined;
    if (file.state === "broken") reasons.push(`${name}: ${file.why}`);
    if (!isRecord(meta)) continue;
    const [taskRunId, loopId] = [textOf(meta, "task_run_id"), numberOf(meta, "loop_id")];
    if (taskRunId !== undefined && loopId !== undefined) return { meta, taskRunId, loopId };
    reasons.push(`${name} does not say of which task and loop it is`);
  }
  return { reason: reasons.join("; ") || `it has none of ${FILES.join(", ")}` };
}

function workspaceRow(
  folder: WorkspaceFolder,
  name: string,
  meta: Meta,
  taskRunId: string,
  loopId: number,
): WorkspaceRow {
  return emptyRow("workspaces", {
    workspace_id: textOf(meta, "workspace_id") ?? name,
    task_run_id: taskRunId,
    loop_id: loopId,
    workspace_role: textOf(meta, "workspace_role") ?? null,
    experiment_type: textOf(meta, "experiment_type") ?? null,
    status: textOf(meta, "status") ?? null,
    workspace_path: folder.path,
    meta_path: folder.has(FILES[0]) ? FILES[0] : null,
    summary_path: folder.has(FILES[1]) ? FILES[1] : null,
    manifest_path: folder.has(FILES[2]) ? FILES[2] : null,
    updated_at_utc: textOf(meta, "generated_at_utc") ?? null,
  });
}

function loopRow(meta: Meta, taskRunId: string, loopId: number): LoopRow {
  const metrics = isRecord(meta.metrics) ? meta.metrics : isRecord(meta.key_metrics) ? meta.key_metrics : {};
  return emptyRow("loops", {
    task_run_id: taskRunId,
    loop_id: loopId,
    action: textOf(meta, "action") ?? null,
    status: textOf(meta, "status") ?? null,
    has_result: meta.has_result === true ? 1 : 0,
    best_workspace_id: textOf(meta, "best_workspace_id") ?? null,
    ic_mean: numberOf(metrics, "IC") ?? null,
    rank_ic_mean: numberOf(metrics, "Rank IC") ?? null,
    updated_at_utc: textOf(meta, "generated_at_utc") ?? null,
  });
}

function emptyRow<T extends RegistryTable>(table: T, set: Partial<RegistryTables[T]>): RegistryTables[T] {
  const columns = REGISTRY_COLUMNS[table] as readonly string[];
  const empty: unknown = { ...Object.fromEntries(columns.map((column) => [column, null])), ...set };
  return empty as RegistryTables[T];
}
