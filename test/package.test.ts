import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { cli, requireBuild, root } from "./built-package.js";

const run = promisify(execFile);
const text = (path: string) => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(text("package.json"));
type Entry = { readonly types: string; readonly default: string };
/** The package's entries, without the path of its own package.json. */
const entries = Object.values<Entry | string>(manifest.exports).filter((entry) => typeof entry !== "string");

/** Paths under a folder of the repository, with `/`, sorted. */
function filesUnder(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const paths = entries.map((entry) => `${folder}/${entry.replaceAll("\\", "/")}`);
  return paths.filter((path) => statSync(join(root, path)).isFile()).sort();
}

/** A built file and all that it loads, at once or later, itself or in a worker. */
function addLoaded(path: string, loaded: Set<string>): void {
  if (loaded.has(path)) return;
  loaded.add(path);
  for (const [, name = ""] of text(path).matchAll(/(?:from |import |import\(|new URL\()"(\.[^"]*\.c?js)"/g)) {
    addLoaded(posix.join(posix.dirname(path), name), loaded);
  }
}

beforeAll(requireBuild);

describe("the package", () => {
  it("exports built files, their types first", () => {
    expect(Object.keys(manifest.exports)).toEqual([
      ".",
      "./backtest",
      "./research",
      "./training",
      "./package.json",
    ]);
    for (const entry of entries) expect(Object.keys(entry)).toEqual(["types", "default"]);
    for (const target of [...entries.flatMap((entry) => Object.values(entry)), manifest.types]) {
      expect(existsSync(join(root, target)), target).toBe(true);
    }
  });

  it("has the types of its whole source, its compiled loops, and no JavaScript that nothing loads", () => {
    const isTyped = (path: string) => !path.startsWith("src/simd/assembly/") && path.endsWith(".ts");
    const types = filesUnder("src")
      .filter(isTyped)
      .map((path) => path.replace(/^src\/(.*)\.ts$/, "dist/$1.d.ts"));
    const loops = filesUnder("src/simd/assembly")
      .filter((path) => /^src\/simd\/assembly\/[^/]*\.ts$/.test(path))
      .map((path) => path.replace(/^src\/simd\/assembly\/(.*)\.ts$/, "dist/compiled/$1.wasm"));
    const loaded = new Set<string>();
    const starts = entries.map((entry) => entry.default.replace("./", ""));
    for (const start of [...starts, "dist/cli/main.js"]) addLoaded(start, loaded);
    // Beside code: the filters of HDF5, the pages of the browser, what runs factors in Python, licences.
    const assets = /^dist\/(h5-filters|web|licences)\/|^dist\/factor-runner\.py$/;
    expect(filesUnder("dist").filter((path) => !assets.test(path))).toEqual(
      [...types, ...loops, ...loaded].sort(),
    );
    for (const name of ["blosc", "blosc2", "bshuf", "lz4", "lzf", "zstd"]) {
      expect(existsSync(join(root, `dist/h5-filters/libH5Z${name}.so`)), name).toBe(true);
    }
    expect(existsSync(join(root, "dist/h5-filters/COPYING"))).toBe(true);
  });

  it("packs dist and its papers only", async () => {
    const options = { cwd: root, maxBuffer: 2 ** 24, shell: process.platform === "win32" };
    const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], options);
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const results = readdirSync(join(root, "bench")).filter((name) => name.startsWith("RESULTS"));
    const papers = [
      ...["ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "README.md", "README.zh-CN.md", "package.json"],
      ...results.map((name) => `bench/${name}`),
      ...readdirSync(join(root, "docs")).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
    ];
    expect(files.map(({ path }) => path).sort()).toEqual([...papers, ...filesUnder("dist")].sort());
  });

  it("imports only Node's modules and its own dependencies", () => {
    const allowed = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
    const foreign: string[] = [];
    for (const path of filesUnder("dist")) {
      if (path === "dist/echarts.js") continue; // joined in whole: its messages tell of imports
      const code = text(path).replace(/^\s*\*.*$/gm, ""); // not the examples in comments
      for (const [, name = ""] of code.matchAll(
        /(?:from|import\(|import|require\()\s*"([\w@][\w@:/.-]*)"/g,
      )) {
        const owner = name
          .split("/")
          .slice(0, name.startsWith("@") ? 2 : 1)
          .join("/");
        if (!isBuiltin(name) && !allowed.has(owner)) foreign.push(`${path}: ${name}`);
      }
    }
    expect(foreign).toEqual([]);
  });

  it("has a command that starts and says its version", async () => {
    expect(join(root, manifest.bin["aistock-data"])).toBe(cli);
    expect(readFileSync(cli, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { stdout } = await run(process.execPath, [cli, "--version"]);
    expect(stdout.trim()).toBe(manifest.version);
  });

  it("takes the very versions of the dependencies whose inner parts it uses", () => {
    const { packages } = JSON.parse(text("package-lock.json"));
    for (const name of ["@duckdb/node-api"]) {
      const asked = manifest.dependencies[name];
      expect(asked, name).toMatch(/^\d/);
      expect([packages[""].dependencies[name], packages[`node_modules/${name}`].version]).toEqual([
        asked,
        asked,
      ]);
    }
  });

  it("has a changelog that speaks of its version or of the next", () => {
    expect(text("CHANGELOG.md")).toMatch(/^## \[Unreleased\]|^## \[\d+\.\d+\.\d+\]/m);
  });

  it("has a lock file that names no registry", () => {
    const { packages } = JSON.parse(text("package-lock.json")) as {
      packages: Record<string, { resolved?: string }>;
    };
    const named = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined);
    expect(named).toEqual([]);
  });
});
