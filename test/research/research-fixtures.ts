import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { openSqlite } from "#src/research/sqlite/open-sqlite.js";

/** Registries, catalogues and workspaces that the research side's own programs wrote, with what they answered. */
export const FIXTURES = fileURLToPath(new URL("../../data-fixtures/research/", import.meta.url));

/** The folder that the fixtures' registries and catalogues name. */
export const RESEARCH_MACHINE = "/mnt/f/Dev/RD-Agent-main";

export function fixtureJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(FIXTURES, name), "utf8")) as T;
}

/** A copy of part of the fixtures that a test may change. */
export function copyOf(part: string, to: string): string {
  cpSync(join(FIXTURES, part), to, { recursive: true });
  return to;
}

/** The results folder after one more task, as `RDagentDB` lies in the fixtures. */
export function secondState(to: string): void {
  writeFileSync(
    join(to, "registry.sqlite"),
    gunzipSync(readFileSync(join(FIXTURES, "step2/registry.sqlite.gz"))),
  );
  for (const name of [
    "alpha158_meta",
    "factor_catalog",
    "loop_catalog",
    "model_catalog",
    "strategy_catalog",
  ]) {
    const packed = readFileSync(join(FIXTURES, `step2/aistock/${name}.json.gz`));
    writeFileSync(join(to, "aistock", `${name}.json`), gunzipSync(packed));
  }
}

/** Runs statements on a database file. */
export async function execute(path: string, ...statements: readonly string[]): Promise<void> {
  const database = await openSqlite(path);
  for (const statement of statements) database.exec(statement);
  database.close();
}
