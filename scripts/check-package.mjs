// npm run check:package: packs the package, installs the tarball in an empty folder, and uses it from there as a
// stranger would: types, library and command line.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./build.mjs";
import { main, run, runNode, runNpm } from "./run.mjs";
import { setUp } from "./set-up.mjs";

const FILE = "daily_pv.h5";
const COMPRESSED = "fixed_blosc_zstd.h5";

// The window is the one that test/ compares cell by cell; here it is enough that the installed package answers it.
const PROGRAM = `
import assert from "node:assert/strict";
import {
  DataServiceError,
  getHistoryWindow,
  type JoinHow,
  openPanel,
  type Panel,
  type WindowRequest,
} from "@aistock/data-service";

const panel: Panel = await openPanel("${FILE}");
assert.equal(panel.rowCount, 9956);
const window = getHistoryWindow(panel, ["SH600001"], { end: "2020-03-02", bars: 20, fields: ["close"] });
assert.deepEqual(window.columnNames, ["close"]);
assert.equal(window.rowCount, 20);
const values: number[] = Array.from(window.column("close").values as Float32Array);
assert.ok(values.every((value) => value > 0), String(values));
assert.equal(window.toArrow().numRows, 20);

// Options as a caller has them who may have none.
const [labels, how] = [undefined, undefined] as [string[] | undefined, JoinHow | undefined];
const request: WindowRequest = { bars: undefined };
assert.equal(panel.window(request).join(window.rename({ close: "same" }), { how }).rowCount, 9956);
assert.equal(window.evaluate({ mean: "Mean($close, 2)" }, { labels }).rowCount, 20);

const compressed = await openPanel("${COMPRESSED}");
assert.ok(compressed.rowCount > 0);
const name = compressed.columnNames[0]!;
assert.equal(compressed.column(name).values.length, compressed.rowCount);

assert.throws(
  () => panel.window({ fields: ["clsoe"] }),
  (error) => error instanceof DataServiceError && error.code === "unknown-field",
);
console.log("library: ok");
`;

await main(async () => {
  await setUp();
  const folder = mkdtempSync(join(tmpdir(), "data-service-package-"));
  try {
    await checkPackage(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** @param {string} folder an empty one, outside the repository */
async function checkPackage(folder) {
  await runNpm(["pack", "--ignore-scripts", "--loglevel=warn", "--pack-destination", folder], { cwd: root });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  // Strictly: a dependency whose peers disagree would stop some users' installs, and stops this one.
  await runNpm(["install", "--strict-peer-deps", "--no-audit", "--no-fund", `./${tarball}`], { cwd: folder });

  const fixtures = join(root, "data-fixtures");
  cpSync(join(fixtures, "snapshot", FILE), join(folder, FILE));
  cpSync(join(fixtures, "hdf5", "fixed_blosc_zstd.pd15.h5"), join(folder, COMPRESSED));
  writeFileSync(join(folder, "use.ts"), PROGRAM);
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const typeRoots = join(root, "node_modules", "@types");
  // As strictly as a user may, the declarations of the package and of its dependencies among what is checked.
  const strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"];
  const settings = [
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--types",
    "node",
    "--typeRoots",
    typeRoots,
  ];
  await runNode([tsc, "use.ts", ...strict, ...settings], { cwd: folder });
  await runNode(["use.js"], { cwd: folder });

  const bin = join(folder, "node_modules", ".bin", "aistock-data");
  const described = execFileSync(bin, ["describe", FILE], { cwd: folder, encoding: "utf8" });
  if (!/9,?956/.test(described)) throw new Error(`aistock-data describe said:\n${described}`);
  await run(bin, ["window", FILE, "--universe", "SH600001", "--end", "2020-03-02", "--bars", "2"], {
    cwd: folder,
  });
  console.log("package: ok");
}
