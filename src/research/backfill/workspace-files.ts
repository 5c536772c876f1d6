import type { PythonJson, PythonObject } from "../json/python-json.js";
import { canonicalPath } from "../path-map.js";
import type { WorkspaceRow } from "../registry/registry-tables.js";
import type { LoopIdentity } from "./factor-files.js";
import { RESULT_FILES, type WorkspaceFolder } from "./workspace-folder.js";

/** The three files by which a workspace is understood when the registry is away. */
export const WORKSPACE_FILES = ["workspace_meta.json", "experiment_summary.json", "manifest.json"] as const;

const LISTED = [
  "qlib_res.csv",
  "ret.pkl",
  "ret_schema.parquet",
  "ret_schema.json",
  "signals.parquet",
  "signals.json",
  "combined_factors_df.parquet",
  "mlruns",
] as const;

/** workspace_meta.json, experiment_summary.json and manifest.json, by their names. */
export function workspaceFiles(
  folder: WorkspaceFolder,
  row: WorkspaceRow,
  action: string,
  isDone: boolean,
  loop: LoopIdentity,
): ReadonlyMap<string, PythonObject> {
  const meta: readonly [string, PythonJson][] = [
    ["task_run_id", loop.taskRunId],
    ["loop_id", BigInt(loop.loopId)],
    ["action", action],
    ["workspace_id", row.workspace_id],
    ["workspace_role", row.workspace_role],
    ["experiment_type", row.experiment_type],
    ["workspace_path", canonicalPath(row.workspace_path)],
    ["status", row.status],
    ["has_result", isDone],
    ["generated_at_utc", loop.now],
    [
      "result_criteria",
      new Map<string, PythonJson>([
        ["required_files", [...(RESULT_FILES[action] ?? [])]],
        ["has_result", isDone],
      ]),
    ],
    ["task_run", new Map([["task_run_id", loop.taskRunId]])],
    [
      "loop",
      new Map<string, PythonJson>([
        ["task_run_id", loop.taskRunId],
        ["loop_id", BigInt(loop.loopId)],
        ["action", action],
      ]),
    ],
    [
      "pointers",
      new Map([
        ["meta_path", "workspace_meta.json"],
        ["summary_path", "experiment_summary.json"],
        ["manifest_path", "manifest.json"],
      ]),
    ],
  ];
  const files = new Map<string, PythonJson>(LISTED.map((name) => [name, folder.has(name) ? name : null]));
  return new Map([
    ["workspace_meta.json", new Map(meta)],
    ["experiment_summary.json", new Map<string, PythonJson>([...meta, ["files", files], ["artifacts", []]])],
    ["manifest.json", new Map<string, PythonJson>([...meta, ["artifacts", []]])],
  ]);
}
