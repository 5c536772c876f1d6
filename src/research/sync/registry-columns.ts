import { type CatalogueRecord, numberOf, textOf } from "../catalogues/catalogue-record.js";
import type { RecordColumns } from "../store/record-columns.js";
import type { RegistryKind } from "./folder-source.js";

/** What a row of the registry is known by; undefined where it has none. */
export function registryKey(kind: RegistryKind, row: CatalogueRecord): readonly string[] | undefined {
  const parts = KEYS[kind].map((field) => textOf(row, field) ?? wholeText(row[field]));
  return parts.every((part) => part !== undefined) ? (parts as string[]) : undefined;
}

const KEYS: Readonly<Record<RegistryKind, readonly string[]>> = {
  task_runs: ["task_run_id"],
  registry_loops: ["task_run_id", "loop_id"],
  workspaces: ["workspace_id"],
  artifacts: ["artifact_id"],
  artifact_files: ["file_id"],
};

/** The columns that are looked for; the whole row is in the record. */
export function registryColumns(kind: RegistryKind, row: CatalogueRecord): RecordColumns {
  const columns: Record<string, string | number | null> = {};
  for (const field of TEXTS[kind]) columns[field] = textOf(row, field) ?? null;
  for (const field of NUMBERS[kind]) columns[field] = numberOf(row, field) ?? null;
  return columns;
}

const TEXTS: Readonly<Record<RegistryKind, readonly string[]>> = {
  task_runs: ["task_run_id", "scenario", "status", "created_at_utc", "updated_at_utc", "log_trace_path"],
  registry_loops: [
    ...["task_run_id", "action", "status", "best_workspace_id", "started_at_utc", "ended_at_utc"],
    ...["error_type", "error_message", "materialization_status"],
  ],
  workspaces: [
    "workspace_id",
    "task_run_id",
    "workspace_role",
    "experiment_type",
    "status",
    "workspace_path",
  ],
  artifacts: ["artifact_id", "task_run_id", "workspace_id", "artifact_type", "name", "status", "entry_path"],
  artifact_files: ["file_id", "artifact_id", "workspace_id", "path", "sha256", "mtime_utc", "kind"],
};

const NUMBERS: Readonly<Record<RegistryKind, readonly string[]>> = {
  task_runs: [],
  registry_loops: [
    ...["loop_id", "has_result", "ic_mean", "rank_ic_mean", "ann_return", "mdd", "turnover", "multi_score"],
  ],
  workspaces: ["loop_id"],
  artifacts: ["loop_id"],
  artifact_files: ["size_bytes"],
};

function wholeText(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : undefined;
}
