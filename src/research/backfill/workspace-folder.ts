import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type PythonJson, type PythonObject, parsePythonJson } from "../json/python-json.js";
import { readYaml } from "./read-yaml.js";

/** What a JSON file of a workspace is: away, whole, or there without being an object. */
export type JsonFile =
  | { readonly state: "missing" }
  | { readonly state: "broken"; readonly why: string }
  | { readonly state: "whole"; readonly value: PythonObject };

/** One workspace of an experiment on this machine. */
export class WorkspaceFolder {
  readonly path: string;
  /** The names in it, sorted; none where there is no such folder. */
  readonly names: readonly string[];
  readonly exists: boolean;

  constructor(path: string) {
    this.path = path;
    this.exists = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    this.names = this.exists ? readdirSync(path).sort() : [];
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  matching(pattern: RegExp): readonly string[] {
    return this.names.filter((name) => pattern.test(name) && statSync(join(this.path, name)).isFile());
  }

  text(name: string): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  json(name: string): JsonFile {
    if (!existsSync(join(this.path, name))) return { state: "missing" };
    try {
      const value = parsePythonJson(this.text(name));
      if (value instanceof Map) return { state: "whole", value };
      return { state: "broken", why: "it is not an object" };
    } catch (error) {
      return { state: "broken", why: error instanceof Error ? error.message : String(error) };
    }
  }

  get configs(): readonly string[] {
    return this.matching(/\.ya?ml$/);
  }

  /** The configurations in the order of their names. A template with placeholders is no YAML and is left out. */
  *parsedConfigs(): Generator<PythonJson> {
    for (const name of this.configs) {
      try {
        yield readYaml(this.text(name));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }
  }

  /** The part of the first configuration that has it, by its keys; undefined where none has. */
  configPart(...keys: readonly string[]): PythonJson | undefined {
    for (const config of this.parsedConfigs()) {
      let value: PythonJson | undefined = config;
      for (const key of keys) value = value instanceof Map ? value.get(key) : undefined;
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  }
}

/** Whether the workspace has the result of its kind of experiment: the strict rule, which is the design's. */
export function hasResult(folder: WorkspaceFolder, action: string): boolean {
  return (RESULT_FILES[action] ?? []).length > 0 && RESULT_FILES[action]!.every((name) => folder.has(name));
}

export const RESULT_FILES: Readonly<Record<string, readonly string[]>> = {
  model: ["qlib_res.csv", "ret.pkl"],
  factor: ["combined_factors_df.parquet"],
};
