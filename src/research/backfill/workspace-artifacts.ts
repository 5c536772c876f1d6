import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { artifactId, fileId } from "../ids.js";
import { PYTHON_STYLE, printJson } from "../json/print-json.js";
import type { PythonJson } from "../json/python-json.js";
import type { ArtifactFileRow, ArtifactRow, WorkspaceRow } from "../registry/registry-tables.js";
import { utcText } from "../registry/utc-time.js";
import { FACTOR_VALUES } from "./factor-files.js";
import { modelOf } from "./model-meta.js";
import type { WorkspaceFolder } from "./workspace-folder.js";

/** An artifact that a workspace should have registered, and its files. */
export interface DesiredArtifact {
  readonly artifact: Omit<ArtifactRow, "created_at_utc" | "updated_at_utc">;
  readonly files: readonly ArtifactFileRow[];
}

interface Description {
  readonly type: string;
  readonly name: string;
  /** What counts as present where one is there; each that is there is a file of the artifact. */
  readonly files: readonly string[];
  readonly isPrimary: boolean;
  readonly summary: (present: readonly string[]) => ReadonlyMap<string, PythonJson>;
  readonly entry?: string;
  readonly describesModel?: boolean;
}

const REPORT = [
  "qlib_res.csv",
  "ret.pkl",
  "ret_schema.parquet",
  "ret_schema.json",
  "signals.parquet",
  "signals.json",
];

const allOf = (names: readonly string[]) => () => new Map<string, PythonJson>([["files", [...names]]]);
const thoseOf = (present: readonly string[]) => new Map<string, PythonJson>([["files", [...present]]]);
const one = (key: string, name: string) => () => new Map<string, PythonJson>([[key, name]]);

const MODEL: readonly Description[] = [
  {
    ...{ type: "report", name: "qlib_report", files: REPORT, isPrimary: true, summary: allOf(REPORT) },
    ...{ entry: "qlib_res.csv", describesModel: true },
  },
  {
    ...{ type: "backtest_metrics", name: "qlib_res.csv", files: ["qlib_res.csv"], isPrimary: true },
    summary: one("file", "qlib_res.csv"),
  },
  {
    ...{ type: "backtest_curve", name: "ret.pkl", files: ["ret.pkl"], isPrimary: true },
    summary: one("file", "ret.pkl"),
  },
  {
    type: "signals",
    name: "signals",
    files: ["signals.parquet", "signals.json"],
    isPrimary: false,
    summary: thoseOf,
  },
  {
    ...{ type: "ret_schema", name: "ret_schema", files: ["ret_schema.parquet", "ret_schema.json"] },
    ...{ isPrimary: false, summary: thoseOf },
  },
  { type: "model", name: "mlruns", files: ["mlruns"], isPrimary: false, summary: one("path", "mlruns") },
];

const FACTOR: readonly Description[] = [
  {
    ...{ type: "factor_data", name: "combined_factors", files: [FACTOR_VALUES], isPrimary: true },
    summary: allOf([FACTOR_VALUES]),
  },
];

/** Files of the results whose artifact is the file itself. */
export const RESULT_JSON: Readonly<Record<string, string>> = {
  "model_meta.json": "model_meta",
  "factor_meta.json": "factor_meta",
  "factor_perf.json": "factor_perf",
  "feedback.json": "feedback",
  "ret_curve.svg": "ret_curve",
  "dd_curve.svg": "dd_curve",
};

/** The artifacts of an experiment's workspace, by the research side's ids. */
export async function desiredArtifacts(
  folder: WorkspaceFolder,
  row: WorkspaceRow,
  action: string,
): Promise<DesiredArtifact[]> {
  const descriptions = [...(action === "model" ? MODEL : action === "factor" ? FACTOR : [])];
  if (action === "model") descriptions.push(configSnapshot(folder));
  return Promise.all(descriptions.map((description) => artifactOf(folder, row, description)));
}

/** The artifacts of the JSON files and charts that a backfill makes; of those that are there. */
export async function resultFileArtifacts(
  folder: WorkspaceFolder,
  row: WorkspaceRow,
  names: readonly string[],
): Promise<DesiredArtifact[]> {
  const wanted = Object.entries(RESULT_JSON).filter(([name]) => names.includes(name));
  return Promise.all(
    wanted.map(([name, type]) =>
      artifactOf(folder, row, { type, name, files: [name], isPrimary: false, summary: one("file", name) }),
    ),
  );
}

function configSnapshot(folder: WorkspaceFolder): Description {
  const { configs } = folder;
  return {
    type: "config_snapshot",
    name: "workspace_configs",
    files: configs,
    isPrimary: false,
    summary: () => new Map([["count", BigInt(configs.length)]]),
    entry: ".",
  };
}

async function artifactOf(
  folder: WorkspaceFolder,
  row: WorkspaceRow,
  about: Description,
): Promise<DesiredArtifact> {
  const present = about.files.filter((name) => folder.has(name));
  const id = artifactId(row.task_run_id, row.workspace_id, about.type, about.name);
  const model = about.describesModel ? modelOf(folder) : undefined;
  const json = (value: PythonJson | undefined) =>
    value === undefined || value === null ? null : printJson(value, PYTHON_STYLE);
  return {
    artifact: {
      artifact_id: id,
      task_run_id: row.task_run_id,
      loop_id: row.loop_id,
      workspace_id: row.workspace_id,
      artifact_type: about.type,
      name: about.name,
      version: "v1",
      status: present.length > 0 ? "present" : "missing",
      primary_flag: about.isPrimary ? 1 : 0,
      summary_json: printJson(new Map(about.summary(present)), PYTHON_STYLE),
      entry_path: present.length === 0 ? "." : (about.entry ?? present[0]!),
      model_type: model?.type ?? null,
      model_conf_json: json(model?.config),
      dataset_conf_json: json(model?.dataset),
      feature_schema_json: null,
    },
    files: await Promise.all(present.map((name) => fileRow(folder, row, id, name, about.type))),
  };
}

/** Larger files are not read for a digest, as the research side does not. */
const MOST_DIGESTED = 20 * 1024 ** 2;

async function fileRow(
  folder: WorkspaceFolder,
  row: WorkspaceRow,
  artifact: string,
  name: string,
  kind: string,
): Promise<ArtifactFileRow> {
  const path = join(folder.path, name);
  const stats = await stat(path, { bigint: true });
  const isFile = stats.isFile();
  return {
    file_id: fileId(artifact, row.workspace_id, name, kind),
    artifact_id: artifact,
    workspace_id: row.workspace_id,
    path: name,
    sha256: isFile && stats.size <= MOST_DIGESTED ? await digestOf(path) : null,
    size_bytes: isFile ? Number(stats.size) : null,
    mtime_utc: utcText(Number(stats.mtimeNs / 1000n)),
    kind,
  };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
