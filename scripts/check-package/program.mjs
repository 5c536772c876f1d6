/** The file that programs read, and one whose cells only the filters of HDF5 unpack. */
export const FILE = "daily_pv.h5";
export const COMPRESSED = "fixed_blosc_zstd.h5";

// The window is the one that test/ compares cell by cell; here it is enough that the installed package answers it.
/** What a user's program does, in TypeScript. */
export const TYPED = `
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
const request: WindowRequest = { end: "2020-03-02", bars: 20, fields: ["close"] };
const window = getHistoryWindow(panel, ["SH600001"], request);
assert.deepEqual(window.columnNames, ["close"]);
assert.equal(window.rowCount, 20);
const values: number[] = Array.from(window.column("close").floats());
assert.ok(values.every((value) => value > 0), String(values));
assert.equal(window.toArrow().numRows, 20);

// Options as a caller has them who may have none.
const [labels, how] = [undefined, undefined] as [string[] | undefined, JoinHow | undefined];
assert.equal(panel.window({ bars: undefined }).join(window.rename({ close: "same" }), { how }).rowCount, 9956);
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

/**
 * The same in JavaScript, with what is loaded late: loops in WebAssembly, threads, filters, DuckDB, Arrow, Parquet and
 * charts.
 * @param {string} take how the names come: an import, or a require
 */
export const untyped = (take) => `
${take}
async function check() {
  const equal = (found, wanted) => {
    if (found !== wanted) throw new Error(\`\${found} in place of \${wanted}\`);
  };
  const panel = await openPanel("${FILE}", { load: true });
  equal(panel.rowCount, 9956);
  equal(panel.window({ universe: ["SH600001"], end: "2020-03-02", bars: 20 }).rowCount, 20);
  const factors = { a: "Mean($close, 5) / $close", b: "CSRank(Std($close, 20))", c: "Corr($close, $volume, 10)" };
  const inThreads = await panel.evaluateInThreads(factors, { threads: 2 });
  equal(String(inThreads.column("b").floats().slice(-5)), String(panel.evaluate(factors).column("b").floats().slice(-5)));
  const compressed = await openPanel("${COMPRESSED}");
  equal(compressed.column(compressed.columnNames[0]).values.length, compressed.rowCount);
  equal((await openPanel(panel.toArrowIPC())).rowCount, 9956);
  equal(panelFromArrow(panel.toArrow()).rowCount, 9956);
  equal(panelFromTransfer(structuredClone(panel.toTransfer())).column("$close").length, 9956);
  const dir = mkdtempSync(join(tmpdir(), "data-service-program-"));
  for (const ending of ["h5", "parquet", "arrow", "csv"]) {
    const path = join(dir, \`copy.\${ending}\`);
    await panel.write(path);
    equal((await openPanel(path)).rowCount, 9956);
  }
  rmSync(dir, { recursive: true });
  equal((await panel.sql("select count(*) as n from panel")).toRows()[0].n, 9956n);
  equal((await panel.plot({ fields: ["close"], universe: "600001.SH" })).svg.startsWith("<svg"), true);
  console.log("program: ok");
}
check().catch((error) => {
  console.error(error);
  process.exit(1);
});
`;

const NAMES = "openPanel, panelFromArrow, panelFromTransfer";
/** @param {string} [from] */
export const asModule = (from = "@aistock/data-service") =>
  untyped(`import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ${NAMES} } from "${from}";`);
export const asCommonJs = untyped(`const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { ${NAMES} } = require("@aistock/data-service");`);

/** Of a caller who has a copy of apache-arrow: tables go both ways whole, and IPC wherever the copies differ. */
export const WITH_ARROW = `
import assert from "node:assert/strict";
import * as arrow from "apache-arrow";
import { openPanel, panelFromArrow } from "@aistock/data-service";

const panel = await openPanel("${FILE}");
assert.equal(arrow.tableFromIPC(panel.toArrowIPC()).numRows, 9956);
assert.equal(panelFromArrow(arrow.tableFromIPC(panel.toArrowIPC())).rowCount, 9956);
const bytes = arrow.tableToIPC(panel.toArrow());
const back = arrow.tableFromIPC(bytes);
assert.equal(back.numRows, 9956);
assert.deepEqual([...back.getChild("$close")].slice(-50), [...panel.column("$close").values].slice(-50));
console.log("arrow: ok");
`;
