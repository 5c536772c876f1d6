import type { ArtifactFileRow, WorkspaceRow } from "../registry/registry-tables.js";
import { hasResult, type WorkspaceFolder } from "./workspace-folder.js";

/** The files that a finished workspace has. */
const CHECKED = [
  "factor_meta.json",
  "factor_perf.json",
  "feedback.json",
  "ret_curve.svg",
  "dd_curve.svg",
] as const;

/** What a workspace has and lacks; nothing was written to find out. */
export interface CheckedWorkspace {
  readonly taskRunId: string;
  readonly loopId: number | null;
  readonly workspaceId: string;
  readonly action: string;
  /** Whether the folder is on this machine. */
  readonly exists: boolean;
  readonly hasResult: boolean;
  /** Per file: whether it is there, is no JSON, and how many rows of the registry name it. */
  readonly files: Readonly<
    Record<string, { readonly state: "whole" | "broken" | "missing"; readonly registered: number }>
  >;
}

export function checkWorkspace(
  folder: WorkspaceFolder,
  row: WorkspaceRow,
  action: string,
  registered: readonly ArtifactFileRow[],
): CheckedWorkspace {
  const own = registered.filter(({ workspace_id }) => workspace_id === row.workspace_id);
  const files = CHECKED.map((name) => {
    const state = name.endsWith(".json") ? folder.json(name).state : folder.has(name) ? "whole" : "missing";
    return [name, { state, registered: own.filter(({ path }) => path === name).length }] as const;
  });
  return {
    taskRunId: row.task_run_id,
    loopId: row.loop_id,
    workspaceId: row.workspace_id,
    action,
    exists: folder.exists,
    hasResult: hasResult(folder, action),
    files: Object.fromEntries(files),
  };
}
