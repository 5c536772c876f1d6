import type { PythonJson, PythonObject } from "../json/python-json.js";
import type { LoopIdentity } from "./factor-files.js";
import type { WorkspaceFolder } from "./workspace-folder.js";

/** What a workspace says of its model: its own class, else the configuration's. */
export interface ModelDescription {
  readonly type: string | null;
  readonly config: PythonJson;
  readonly dataset: PythonJson;
}

export function modelOf(folder: WorkspaceFolder): ModelDescription {
  const config = folder.configPart("task", "model") ?? null;
  const dataset = folder.configPart("task", "dataset") ?? null;
  const configured = config instanceof Map ? config.get("class") : undefined;
  const type = ownClass(folder) ?? (typeof configured === "string" ? configured : null);
  return { type, config, dataset };
}

/** The class that model.py gives the research side's runner. */
function ownClass(folder: WorkspaceFolder): string | undefined {
  if (!folder.has("model.py")) return undefined;
  const source = folder.text("model.py");
  return /^model_cls\s*=\s*(\w+)/m.exec(source)?.[1] ?? /^class\s+(\w+)/m.exec(source)?.[1];
}

/** model_meta.json. How features are prepared is in the data set's configuration; where nothing says it, it is null. */
export function modelMeta(folder: WorkspaceFolder, workspaceId: string, loop: LoopIdentity): PythonObject {
  const { type, config, dataset } = modelOf(folder);
  return new Map<string, PythonJson>([
    ["model_type", type],
    ["model_conf", config],
    ["dataset_conf", dataset],
    ["feature_schema", null],
    ["preprocess_config", null],
    ["task_run_id", loop.taskRunId],
    ["loop_id", BigInt(loop.loopId)],
    ["workspace_id", workspaceId],
  ]);
}
