import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main, runNode } from "./run.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

const dist = join(root, "dist");
const INPUTS = ["src", "package.json", "tsconfig.json", "tsconfig.build.json"];

/**
 * Why dist/ is not what the sources would build to, or undefined when it is.
 * dist/ carries the time its build began, so that a source saved meanwhile counts as newer.
 * @returns {string | undefined}
 */
export function distProblem() {
  if (!existsSync(join(dist, "index.js"))) return "dist/ is not built";
  const built = statSync(dist).mtimeMs;
  const newer = INPUTS.map((path) => newestOf(join(root, path))).find(({ time }) => time > built);
  return newer && `dist/ is older than ${newer.path.slice(root.length)}`;
}

/**
 * Compiles src/ to dist/. The old dist/ stays until the new one is whole; nothing of it is left over.
 */
export async function build() {
  const began = new Date();
  const fresh = join(root, ".cache", `build-${process.pid}`);
  const old = `${fresh}-old`;
  mkdirSync(fresh, { recursive: true });
  try {
    await runNode(
      [
        join(root, "node_modules", "typescript", "bin", "tsc"),
        ...["-p", join(root, "tsconfig.build.json"), "--outDir", fresh],
      ],
      { cwd: root },
    );
    chmodSync(join(fresh, "cli", "main.js"), 0o755);
    utimesSync(fresh, began, began);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

export async function buildWhatIsStale() {
  const problem = distProblem();
  if (problem === undefined) return;
  console.log(`Building (${problem}) …`);
  await build();
}

/**
 * The newest file or folder; a folder's time tells of files removed.
 * @param {string} path
 * @returns {{ path: string, time: number }}
 */
function newestOf(path) {
  const status = statSync(path);
  let newest = { path, time: status.mtimeMs };
  if (!status.isDirectory()) return newest;
  for (const entry of readdirSync(path)) {
    const inside = newestOf(join(path, entry));
    if (inside.time > newest.time) newest = inside;
  }
  return newest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(build);
