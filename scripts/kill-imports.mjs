// node scripts/kill-imports.mjs [KILLS]: kills imports and backfills of the built package at random moments, then runs each once
// more, and compares what is there with what an import and a backfill that nobody disturbed leave. 1,000 by default.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { root } from "./build.mjs";

const ENTRY = pathToFileURL(join(root, "dist", "research.js")).href;
const MACHINE = "/mnt/f/Dev/RD-Agent-main";
/** Columns that say when something was written. */
const TIMES = /_at_utc$|^mtime_utc$|^run_id$|^size_bytes$|^sha256$/;

/**
 * @param {string} script
 * @param {number} [after] milliseconds until it is killed
 * @returns {Promise<number | null>} the exit code; null where it was killed
 */
async function run(script, after) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  if (after !== undefined) void sleep(after).then(() => child.kill("SIGKILL"));
  return /** @type {Promise<number | null>} */ (ended);
}

/** @param {string} folder @param {string} store */
const importing = (folder, store) => `
  const { openStore, sync } = await import(${JSON.stringify(ENTRY)});
  const store = await openStore(${JSON.stringify(store)});
  await sync(${JSON.stringify(folder)}, store, { mode: "full" });
  await store.close();`;

/** @param {string} folder */
const filling = (folder) => `
  const { backfill } = await import(${JSON.stringify(ENTRY)});
  await backfill(${JSON.stringify(join(folder, "RDagentDB", "registry.sqlite"))}, {
    mode: "full", allTaskRuns: true, charts: false, pathMap: { ${JSON.stringify(MACHINE)}: ${JSON.stringify(folder)} },
  });`;

/**
 * All rows of a database but for times, in an order of their own.
 * @param {string} path
 * @param {readonly string[]} tables
 */
async function contents(path, tables) {
  const builtIn = "node:sqlite"; // of newer Nodes
  /** @type {typeof import("@photostructure/sqlite")} */
  const { DatabaseSync } = await import(builtIn).catch(() => import("@photostructure/sqlite"));
  const database = new DatabaseSync(path);
  const rows = tables.flatMap((table) =>
    database
      .prepare(`select * from ${table}`)
      .all()
      .map((/** @type {Record<string, unknown>} */ row) =>
        JSON.stringify([table, Object.entries(row).filter(([column]) => !TIMES.test(column))]),
      ),
  );
  database.close();
  return rows.sort().join("\n");
}

/** @param {string} folder what its files hold, but for times */
function files(folder) {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    hash
      .update(name)
      .update(readFileSync(path, "latin1").replace(/"(\w+_at_utc|impl_version)": "[^"]*"/g, ""));
  }
  return hash.digest("hex");
}

const STORE_TABLES = [
  "factors",
  "loops",
  "loop_factors",
  "strategies",
  "models",
  "alpha_factors",
  "artifacts",
  "artifact_files",
];
const REGISTRY_TABLES = ["loops", "workspaces", "artifacts", "artifact_files"];

/**
 * @param {number} kills
 * @returns {Promise<{ killed: number, finished: number }>}
 */
export async function killImports(kills) {
  const scratch = mkdtempSync(join(tmpdir(), "kill-imports-"));
  const fixtures = join(root, "data-fixtures", "research");
  const part = (/** @type {string} */ from, /** @type {string} */ to) => {
    cpSync(join(fixtures, from), join(scratch, to), { recursive: true });
    return join(scratch, to);
  };
  try {
    const [results, calm, struck] = [
      part("RDagentDB", "results"),
      part("backfill-before", "calm"),
      part("backfill-before", "struck"),
    ];
    const [quiet, beaten] = [join(scratch, "quiet.sqlite"), join(scratch, "beaten.sqlite")];
    const begun = performance.now();
    await run(importing(results, quiet));
    await run(filling(calm));
    const span = (performance.now() - begun) / 2;
    const counts = { killed: 0, finished: 0 };
    for (let at = 0; at < kills; at++) {
      const script = at % 2 === 0 ? importing(results, beaten) : filling(struck);
      const code = await run(script, Math.random() * span);
      if (code === null) counts.killed++;
      else counts.finished++;
    }
    await run(importing(results, beaten));
    await run(filling(struck));
    const same =
      (await contents(beaten, STORE_TABLES)) === (await contents(quiet, STORE_TABLES)) &&
      (await contents(join(struck, "RDagentDB/registry.sqlite"), REGISTRY_TABLES)) ===
        (await contents(join(calm, "RDagentDB/registry.sqlite"), REGISTRY_TABLES)) &&
      files(join(struck, "git_ignore_folder")) === files(join(calm, "git_ignore_folder"));
    if (!same) throw new Error(`after ${kills} kills something is lost or doubled: ${scratch}`);
    return counts;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { killed, finished } = await killImports(Number(process.argv[2] ?? 1000));
  console.log(`${killed} killed, ${finished} had finished: nothing is lost or doubled`);
}
