import { createHash } from "node:crypto";
import { PYTHON_STYLE, printJson } from "./json/print-json.js";
import type { PythonJson, PythonObject } from "./json/python-json.js";

/** The research side's namespaces: a row written again has the id that it had. */
const NAMESPACES = {
  artifact: "3e36bb8a-2a9b-4c56-8f50-6312f0d89c42",
  workspace: "5b9b5f74-0f3e-4e3c-8f86-6d8a9c7d0f11",
  strategy: "7b6b2c6c-0b4d-4e2c-9b7f-3b1b9b4f3a11",
  model: "a8a6a7de-c8c7-4f3e-9f5a-3c4b7d3e2b11",
} as const;

/** RFC 4122's version 5 as 32 hexadecimal digits, which is Python's `uuid5(namespace, name).hex`. */
export function uuid5(namespace: string, name: string): string {
  const bytes = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(name, "utf8")
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex");
}

export const artifactId = (taskRunId: string, workspaceId: string, type: string, name: string): string =>
  uuid5(NAMESPACES.artifact, [taskRunId, workspaceId, type, name].join("|"));

export const fileId = (artifact: string, workspaceId: string, path: string, kind: string): string =>
  uuid5(NAMESPACES.artifact, [artifact, workspaceId, kind, path].join("|"));

/** Of a workspace that was found through a log; elsewhere it is the folder's name. */
export const workspaceId = (taskRunId: string, loopId: number, workspacePath: string): string =>
  uuid5(NAMESPACES.workspace, [taskRunId, loopId, workspacePath].join("|"));

/** @param fields action, scenario, step_name, templates; what is not there is "" */
export function strategyId(fields: {
  readonly action: string | null;
  readonly scenario: string | null;
  readonly step_name: string | null;
  readonly templates: readonly string[];
}): string {
  const keyed: PythonObject = new Map<string, PythonJson>([
    ["action", fields.action ?? ""],
    ["scenario", fields.scenario ?? ""],
    ["step_name", fields.step_name ?? ""],
    ["templates", [...fields.templates]],
  ]);
  return uuid5(NAMESPACES.strategy, printJson(keyed, { ...PYTHON_STYLE, sortKeys: true }));
}

/** @param fields task_run_id, loop_id, workspace_id, model_type, model_config, dataset_config */
export function modelId(fields: PythonObject): string {
  return uuid5(NAMESPACES.model, printJson(fields, { ...PYTHON_STYLE, sortKeys: true }));
}

/** What the research side takes for the same factor: its expression without blanks, in lower case, or "" without one. */
export function expressionKey(expression: unknown): string {
  if (typeof expression !== "string" || expression === "") return "";
  return createHash("md5").update(expression.replace(PYTHON_BLANKS, "").toLowerCase(), "utf8").digest("hex");
}

/** `\s` of Python's `re`; JavaScript's has U+FEFF instead of the separators below U+0020 and U+0085. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts the separators as blanks
const PYTHON_BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
