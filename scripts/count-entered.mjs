// node scripts/count-entered.mjs [folder of a build's modules]: the files and functions that three requests of
// loaded panels enter, by V8's
// precise coverage, and how often each parses and plans. Another checkout's modules may be given, to compare with.
import { Session } from "node:inspector/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { modules, root } from "./build.mjs";

const folder = resolve(process.argv[2] ?? modules);
const base = pathToFileURL(`${folder}/`).href;
const { openPanel, openSnapshot } = await import(`${base}index.js`);
const data = join(root, "data-fixtures", "snapshot");
const session = new Session();
session.connect();
await session.post("Profiler.enable");

/** What `request` enters, once it has been made before. */
async function count(/** @type {string} */ name, /** @type {() => unknown} */ request) {
  await request();
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  await request();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  await session.post("Profiler.stopPreciseCoverage");
  const own = result.filter(({ url }) => url.startsWith(base));
  const calls = own
    .flatMap(({ url, functions }) =>
      functions.map((one) => ({ url, name: one.functionName, count: one.ranges[0]?.count ?? 0 })),
    )
    .filter((one) => one.count > 0 && one.name !== "");
  const times = (/** @type {string} */ called) =>
    calls.filter((one) => one.name === called).reduce((sum, one) => sum + one.count, 0);
  const files = new Set(calls.map(({ url }) => url.slice(base.length)));
  const parses = times("parseExpression");
  const plans = times("planExpressions");
  console.log(`${name}: ${files.size} files, ${calls.length} functions, ${parses} parses, ${plans} plans`);
}

const panel = await openPanel(join(data, "daily_pv.h5"), { cache: false, load: true });
const dates = { start: "2019-12-02", end: "2019-12-31" };
const universe = panel.index.instruments.slice(0, 10);
await count(
  "a plain window",
  () => panel.window({ ...dates, universe, fields: ["close", "volume"] }).column("close").values,
);
await count("an evaluate of one expression", () => panel.evaluate({ x: "Mean($close, 5) / $close" }));
const snapshot = await openSnapshot(data, { cache: false });
for (const name of ["daily_pv", "daily_basic"]) (await snapshot.panel(name)).load();
const fields = ["close", "daily_basic.db_pe_ttm", "Mean($close, 5) / $close"];
await count("a snapshot window of two fields and one expression", () =>
  snapshot.getHistoryWindow(universe, { ...dates, fields }),
);
