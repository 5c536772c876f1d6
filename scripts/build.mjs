import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main, runNode } from "./run.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

const dist = join(root, "dist");
/** The modules of src/, compiled one by one, for tests that reach inside the package. */
export const modules = join(root, ".cache", "modules");
const simd = join(root, "src", "simd");
/** The loops of src/simd/assembly as WebAssembly; beside load.ts, for what runs from the sources. */
const COMPILED = "compiled";
/** Those whose memory several threads share. */
const SHARED = ["cells"];
const SHARED_FLAGS = ["--enable", "threads", "--sharedMemory", "--maximumMemory", "65536"];
const INPUTS = ["src", "web", "package.json", "tsconfig.json", "tsconfig.build.json", "scripts/build.mjs"];

/**
 * Why dist/ is not what the sources would build to, or undefined when it is.
 * dist/ carries the time its build began, so that a source saved meanwhile counts as newer.
 * @returns {string | undefined}
 */
export function distProblem() {
  if (![dist, modules].every((folder) => existsSync(join(folder, "index.js")))) return "dist/ is not built";
  const built = statSync(dist).mtimeMs;
  const newer = INPUTS.map((path) => newestOf(join(root, path))).find(({ time }) => time > built);
  return newer && `dist/ is older than ${newer.path.slice(root.length)}`;
}

/**
 * Compiles src/ and joins it to dist/. The old dist/ stays until the new one is whole; nothing of it is left over.
 */
export async function build() {
  const began = new Date();
  const fresh = join(root, ".cache", `build-${process.pid}`);
  const [freshModules, freshDist] = [join(fresh, "modules"), join(fresh, "dist")];
  mkdirSync(freshDist, { recursive: true });
  try {
    await runNode(
      [
        join(root, "node_modules", "typescript", "bin", "tsc"),
        ...["-p", join(root, "tsconfig.build.json"), "--outDir", freshModules, "--declarationDir", freshDist],
      ],
      { cwd: root },
    );
    await compileSimd();
    for (const folder of [freshDist, join(freshModules, "simd")]) copySimd(folder);
    for (const folder of [freshDist, join(freshModules, "factor-checks", "python")]) copyRunner(folder);
    for (const folder of [freshDist, join(freshModules, H5_LIBRARY), join(root, "src", H5_LIBRARY)]) {
      copyFilters(folder);
    }
    await joinModules(freshModules, freshDist);
    await buildPages(join(freshDist, "web"));
    chmodSync(join(freshDist, "cli", "main.js"), 0o755);
    utimesSync(freshDist, began, began);
    replace(modules, freshModules, join(fresh, "old-modules"));
    replace(dist, freshDist, join(fresh, "old-dist"));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Compiles each assembly/NAME.ts to compiled/NAME.wasm; files of folders in assembly/ are what these import. */
async function compileSimd() {
  const assembly = join(simd, "assembly");
  for (const entry of readdirSync(join(simd, COMPILED))) {
    const isLeft = entry.endsWith(".wasm") && !existsSync(join(assembly, entry.replace(/wasm$/, "ts")));
    if (isLeft) rmSync(join(simd, COMPILED, entry)); // its source is gone
  }
  for (const entry of readdirSync(assembly).filter((name) => name.endsWith(".ts"))) {
    const name = entry.replace(/\.ts$/, "");
    const out = join(simd, COMPILED, `${name}.wasm`);
    await runNode(
      [
        join(root, "node_modules", "assemblyscript", "bin", "asc.js"),
        ...[join(assembly, entry), "--outFile", out, "--runtime", "stub", "--enable", "simd"],
        ...["-O3", "--noAssert", "--importMemory", "--use", "abort="],
        ...(SHARED.includes(name) ? SHARED_FLAGS : []),
      ],
      { cwd: root },
    );
  }
}

/**
 * Puts the compiled loops where load.ts, or the file that it was joined into, looks for them.
 * @param {string} folder
 */
export function copySimd(folder) {
  cpSync(join(simd, COMPILED), join(folder, COMPILED), {
    recursive: true,
    filter: (path) => !path.endsWith(".gitignore"),
  });
}

/** The room that looks for the filters beside itself. */
const H5_LIBRARY = join("formats", "pandas-hdf", "library");
const FILTERS = "h5-filters";
/**
 * Of the plug-ins that h5wasm-plugins compiled, those of filters that are read, and their licences. That for bzip2 is not
 * among them: it never ends where a stream does not, so that bzip2 is decompressed by `bzip2.ts`.
 */
const FILTER_FILES = [
  ...["blosc", "blosc2", "bshuf", "lz4", "lzf", "zstd"].map((name) => join("plugins", `libH5Z${name}.so`)),
  "COPYING",
  "LICENSE",
];

/**
 * Puts the filters of HDF5 where h5-library.ts, or the file that it was joined into, looks for them: a dependency on their
 * package would bring an older h5wasm into users' installs.
 * @param {string} folder
 */
function copyFilters(folder) {
  mkdirSync(join(folder, FILTERS), { recursive: true });
  for (const file of FILTER_FILES) {
    cpSync(join(root, "node_modules", "h5wasm-plugins", file), join(folder, FILTERS, basename(file)));
  }
}

/**
 * Puts the program that runs factors in Python where factor-process.ts, or the file that it was joined into, looks for it.
 * @param {string} folder
 */
function copyRunner(folder) {
  const name = "factor-runner.py";
  cpSync(join(root, "src", "factor-checks", "python", name), join(folder, name));
}

/**
 * Files that threads start from, beside library.js, which finds them by their address. They are CommonJS: a thread starts
 * 12 ms sooner without Node's loader of ES modules.
 * @type {Record<string, string>}
 */
const WORKERS = {
  worker: join("expression", "worker.js"),
  "slab-worker": join("formats", "pandas-hdf", "load", "slab-worker.js"),
  "gather-worker": join("training", "sequences", "gather-worker.js"),
};

/** Entries beside index.js, each a subpath of the package. */
const SUBPATHS = ["backtest", "research", "training"];

/** What draws charts: the packages are joined into it, so that nobody installs them for a chart now and then. */
const CHARTS = join("report", "charts", "echarts.js");
const CHART_PACKAGES = ["echarts", "zrender", "tslib"];

/**
 * The licences of packages whose code is in dist/, one after the other.
 * @param {readonly string[]} packages
 * @param {string} file
 */
function licenceOf(packages, file) {
  const texts = packages.flatMap((name) => {
    const folder = join(root, "node_modules", name);
    const names = readdirSync(folder).filter((entry) => /^(licen[cs]e|notice)(\.\w+)?$/i.test(entry));
    return names.map((entry) => `${name}: ${entry}\n\n${readFileSync(join(folder, entry), "utf8")}`);
  });
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, texts.join(`\n${"-".repeat(80)}\n\n`));
}

/**
 * The pages of the library, of web/.
 * @param {string} outDir
 */
async function buildPages(outDir) {
  const { build: buildWith } = await import("vite"); // not there before the first install
  await buildWith({ configFile: join(root, "web", "vite.config.mjs"), build: { outDir } });
}

/** A package so small that it is joined into what imports it: a file more would take longer to find than to read. */
const JOINED = "leven";

/** @param {string} id */
const isPackage = (id) => !id.startsWith(".") && !isAbsolute(id) && id !== JOINED;

/**
 * Joins the modules into few files: Node takes half a millisecond for each it loads. What index.js needs from
 * the start is library.js; what it imports later stays apart, as do the packages. A thread loads one file of its
 * own. Nothing is minified: it would load no faster.
 * @param {string} from
 * @param {string} to
 */
async function joinModules(from, to) {
  const groups = [
    { name: "library", test: /[\\/]index\.js$/, priority: 1 },
    { name: "pandas-hdf", test: /[\\/]pandas-hdf[\\/]open\.js$/, priority: 0 }, // what a plain HDF5 file needs
  ];
  const entries = Object.fromEntries(["index", ...SUBPATHS].map((name) => [name, join(from, `${name}.js`)]));
  await joinInto(to, { ...entries, "cli/main": join(from, "cli", "main.js") }, groups);
  await joinInto(to, { echarts: join(from, CHARTS) }, [], { minify: true }, () => false);
  licenceOf(CHART_PACKAGES, join(to, "licences", "echarts.txt"));
  licenceOf([JOINED], join(to, "licences", `${JOINED}.txt`));
  for (const [name, path] of Object.entries(WORKERS)) {
    await joinInto(to, { [name]: join(from, path) }, [], { format: "cjs", entryFileNames: "[name].cjs" });
  }
}

/**
 * @param {string} to
 * @param {Record<string, string>} input
 * @param {{ name: string, test: RegExp, priority: number }[]} groups
 * @param {{ format?: "cjs", entryFileNames?: string, minify?: boolean }} [output]
 * @param {(id: string) => boolean} [external]
 */
async function joinInto(to, input, groups, output, external = isPackage) {
  const { rolldown } = await import("rolldown"); // not there before the first install
  const bundle = await rolldown({
    input,
    external,
    platform: "node",
    checks: { ineffectiveDynamicImport: false },
    plugins: [
      {
        name: "charts",
        // The one file that is joined apart: all others find it beside them.
        resolveId: (id, importer) =>
          importer !== undefined && /[\\/]charts[\\/]draw-chart\.js$/.test(importer) && id === "./echarts.js"
            ? { id: "./echarts.js", external: "relative" }
            : undefined,
      },
      {
        name: "node",
        renderChunk: (code) => takeBuiltins(addressWorkers(code)),
        generateBundle: escapeBeyondAscii,
      },
    ],
  });
  await bundle.write({
    dir: to,
    // The command line's is as far from package.json as its source, and so finds it.
    chunkFileNames: ({ facadeModuleId }) =>
      /[\\/]cli[\\/]/.test(facadeModuleId ?? "") ? "cli/[name].js" : "[name].js",
    minifyInternalExports: false,
    codeSplitting: { groups },
    ...output,
  });
  await bundle.close();
}

const BUILTIN_IMPORT = /^import (.*) from "(node:(?!module")[^"]+)";$/gm;
/** The second is for Node before 20.16; bundlers to CommonJS leave no address of the module. */
const TAKE_BUILTIN = `import { createRequire as require$ } from "node:module";
const builtin$ = process.getBuiltinModule ?? require$(import.meta.url ?? process.cwd() + "/");
`;

/**
 * Takes Node's own modules without making ES modules of them. An ES module of one calls all its getters, and so loads what
 * nobody asked for: that of node:fs its streams. Importing the package took 7 ms longer so, and 13 on Node 26.
 * @param {string} code
 */
function takeBuiltins(code) {
  let before = TAKE_BUILTIN;
  const taken = code.replace(BUILTIN_IMPORT, (statement, what, id) => {
    const names = /^\{([^}]*)\}$/.exec(what)?.[1];
    if (names === undefined || /\bdefault\b/.test(names)) {
      throw new Error(`cannot take what this asks for: ${statement}; name what is imported of ${id}`);
    }
    const taking = `${before}const {${names.replaceAll(" as ", ": ")}} = builtin$("${id}");`;
    before = "";
    return taking;
  });
  return taken;
}

/**
 * The addresses of the workers' modules become those of the files they were joined into.
 * @param {string} code
 */
function addressWorkers(code) {
  const names = Object.keys(WORKERS).join("|");
  return code.replace(new RegExp(`new URL\\("\\./(${names})\\.js"`, "g"), 'new URL("./$1.cjs"');
}

/**
 * Writes characters beyond ASCII as escapes. One of them alone doubles the text in memory that V8 parses: importing the
 * package took a millisecond longer so, opening an HDF5 file another.
 * @param {unknown} _options
 * @param {Record<string, { type: string, code?: string }>} bundle
 */
function escapeBeyondAscii(_options, bundle) {
  for (const chunk of Object.values(bundle)) {
    chunk.code &&= chunk.code.replace(
      /[^\0-\x7f]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  }
}

/**
 * @param {string} folder
 * @param {string} fresh
 * @param {string} old where the folder that was there goes
 */
function replace(folder, fresh, old) {
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(fresh, folder);
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
    if (entry === COMPILED || entry === FILTERS) continue; // what a build leaves there
    const inside = newestOf(join(path, entry));
    if (inside.time > newest.time) newest = inside;
  }
  return newest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(build);
