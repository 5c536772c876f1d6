import { copyFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceWhenWhole } from "../../formats/write.js";
import type { Panel } from "../../panel/panel.js";
import { PYTHON_FILE_STYLE, printJson } from "../json/print-json.js";
import type { PythonObject } from "../json/python-json.js";
import type { WorkspaceRow } from "../registry/registry-tables.js";
import { checkedFactors } from "./checked-factors.js";
import {
  emptyFeedback,
  factorMeta,
  factorNames,
  factorPerformance,
  hasGeneratedFactors,
  type LoopIdentity,
} from "./factor-files.js";
import { modelMeta } from "./model-meta.js";
import { returnCharts } from "./return-charts.js";
import { workspaceFiles } from "./workspace-files.js";
import { hasResult, WorkspaceFolder } from "./workspace-folder.js";

export interface FillOptions {
  readonly overwriteJson: boolean;
  readonly isDryRun: boolean;
  readonly hasCharts: boolean;
  /** From which factors are checked; without it their figures stay absent. */
  readonly market?: Panel | undefined;
}

/** What a workspace has and lacks. */
export interface WorkspaceFinding {
  readonly hasResult: boolean;
  /** Why it cannot be registered whole; undefined where it can. */
  readonly reason: string | undefined;
  /** Why its result's files were not made; undefined where they are there. */
  readonly resultReason: string | undefined;
  /** Files that were written, or would be. */
  readonly written: readonly string[];
  /** Files that were no JSON, and are kept beside the new ones. */
  readonly repaired: readonly string[];
}

/** Writes the files that a workspace should have and does not, each whole or not at all. */
export async function fillWorkspace(
  folder: WorkspaceFolder,
  row: WorkspaceRow,
  action: string,
  loop: LoopIdentity,
  options: FillOptions,
): Promise<WorkspaceFinding> {
  if (!folder.exists) {
    const reason = "workspace_path_not_found";
    return {
      hasResult: false,
      reason: `${reason}: ${folder.path}`,
      resultReason: reason,
      written: [],
      repaired: [],
    };
  }
  const writing = new Writing(folder, options);
  const isDone = hasResult(folder, action);
  if (action === "model")
    await writing.json("model_meta.json", () => modelMeta(folder, row.workspace_id, loop));
  const resultReason = isDone ? await fillResult(writing, folder, loop, options) : undefined;
  const reason = missingPart(new WorkspaceFolder(folder.path), action, writing);
  if (reason === undefined) {
    for (const [name, value] of workspaceFiles(folder, row, action, isDone, loop)) {
      await writing.json(name, () => value);
    }
  }
  return { hasResult: isDone, reason, resultReason, written: writing.written, repaired: writing.repaired };
}

async function fillResult(
  writing: Writing,
  folder: WorkspaceFolder,
  loop: LoopIdentity,
  options: FillOptions,
): Promise<string | undefined> {
  const before = folder.json("factor_meta.json");
  const isKept = before.state === "whole" && !options.overwriteJson;
  const meta = isKept ? before.value : factorMeta(folder, loop);
  const names = factorNames(meta);
  if (names === undefined) return "factor_meta.json has no list of factors";
  const figures = options.market ? await checkedFactors(folder, options.market) : [];
  const hasPerformance = folder.json("factor_perf.json").state === "whole";
  if (isKept && hasGeneratedFactors(meta) && !hasPerformance && figures.length === 0) {
    return "rdagent_generated_factors_missing_performance_data";
  }
  await writing.json("factor_meta.json", () => meta);
  await writing.json("factor_perf.json", () => factorPerformance(folder, names, loop, figures));
  await writing.json("feedback.json", () => emptyFeedback(loop));
  if (options.hasCharts && !CHARTS.every((name) => folder.has(name))) {
    for (const [name, svg] of await returnCharts(folder)) await writing.text(name, svg);
  }
  return undefined;
}

const CHARTS = ["ret_curve.svg", "dd_curve.svg"];
const WEIGHTS = /^model\.(pkl|joblib|bin|onnx|pt|pth)$/;

/** What a workspace lacks to be registered, by the research side's names. */
function missingPart(folder: WorkspaceFolder, action: string, writing: Writing): string | undefined {
  if (action === "model" && folder.matching(WEIGHTS).length === 0) return "missing_model_weights";
  if (folder.configs.length === 0) return "missing_yaml_configs";
  if (folder.matching(/\.py$/).length === 0) return "missing_python_code";
  if (action === "model" && !writing.written.includes("factor_perf.json") && !hasCombination(folder)) {
    return "missing_factor_names";
  }
  return undefined;
}

function hasCombination(folder: WorkspaceFolder): boolean {
  const performance = folder.json("factor_perf.json");
  const combinations = performance.state === "whole" ? performance.value.get("combinations") : undefined;
  return (
    Array.isArray(combinations) &&
    combinations.some((one) => {
      const names = one instanceof Map ? one.get("factor_names") : undefined;
      return Array.isArray(names) && names.length > 0;
    })
  );
}

/** The files of one workspace as they are written. */
class Writing {
  readonly written: string[] = [];
  readonly repaired: string[] = [];
  readonly #folder: WorkspaceFolder;
  readonly #options: FillOptions;

  constructor(folder: WorkspaceFolder, options: FillOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** A JSON object, where there is none or none that is whole. */
  async json(name: string, make: () => PythonObject): Promise<void> {
    const { state } = this.#folder.json(name);
    if (state === "whole" && !this.#options.overwriteJson) return;
    if (state === "broken") {
      this.repaired.push(name);
      if (!this.#options.isDryRun) {
        copyFileSync(join(this.#folder.path, name), join(this.#folder.path, `${name}.broken`));
      }
    }
    await this.#write(name, printJson(make(), PYTHON_FILE_STYLE));
  }

  async text(name: string, text: string): Promise<void> {
    if (!this.#folder.has(name)) await this.#write(name, text);
  }

  async #write(name: string, text: string): Promise<void> {
    this.written.push(name);
    if (this.#options.isDryRun) return;
    await replaceWhenWhole(join(this.#folder.path, name), (temporary) => writeFile(temporary, text));
  }
}
