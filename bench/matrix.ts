// npm run bench matrix [-- --full]: writes bench/RESULTS-matrix.md. A 20-panel factor matrix, left and outer, in one pass; DuckDB and polars join
// the same tables, which they hold in memory as read from Parquet. For all, the time to columns in memory.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import pl from "nodejs-polars";
import { joinPanels } from "../src/join/join-panels.js";
import { openPanel } from "../src/open/open-panel.js";
import type { Panel } from "../src/panel/panel.js";
import { factorOf } from "./factors.js";
import { collectGarbage } from "./garbage.js";
import { FULL_MARKET, LAPTOP_MARKET, makeMarket } from "./market.js";
import { machineText, today } from "./report.js";
import { benchFolder } from "./workload.js";

const PANELS = 20;
const RUNS = 3;
const size = process.argv.includes("--full") ? FULL_MARKET : LAPTOP_MARKET;
const files = await writtenPanels();
const results: string[] = [];

const panels: Panel[] = [];
for (const file of files) panels.push((await openPanel(file)).load());
const rows = panels[0]!.rowCount;
console.log(`${rows} rows, ${PANELS - 1} factors on 90 to 99 % of them`);
for (const how of ["left", "outer"] as const) {
  await report(`joinPanels, ${how}, all values read`, () => {
    const { panel } = joinPanels(panels, { how });
    for (const name of panel.columnNames) panel.column(name).values;
  });
}
panels.length = 0;

const frames = files.map((file) => pl.readParquet(file));
await report("polars, left joins one after the other", () => {
  frames.reduce((left, right) => left.join(right, { on: ["datetime", "instrument"], how: "left" }));
});
frames.length = 0;

const duck = await (await DuckDBInstance.create(":memory:")).connect();
for (const [i, file] of files.entries()) {
  await duck.run(`create table t${i} as select * from read_parquet('${file.replaceAll("'", "''")}')`);
}
const joins = files.slice(1).map((_, i) => `left join t${i + 1} using (datetime, instrument)`);
await report("DuckDB, create table as left joins", async () => {
  await duck.run(`create or replace temp table matrix as select * from t0 ${joins.join(" ")}`);
});

const flag = size === FULL_MARKET ? " -- --full" : "";
writeFileSync(
  "bench/RESULTS-matrix.md",
  [
    "# A factor matrix of 20 panels",
    "",
    `Written by \`npm run bench matrix${flag}\` on ${today()} UTC.`,
    "",
    `- ${rows.toLocaleString("en")} rows × 6 columns and ${PANELS - 1} factors on 90 to 99 % of them, in memory everywhere; to columns in memory. ${RUNS} runs each.`,
    `- ${machineText()}`,
    "",
    "| task | median | best |",
    "| --- | --- | --- |",
    ...results,
    "",
  ].join("\n"),
);

/** The market and its factors as Parquet files, written when they are not there yet. */
async function writtenPanels(): Promise<string[]> {
  const folder = join(benchFolder(), `matrix-${size.instruments}x${size.sessions}`);
  const paths = Array.from({ length: PANELS }, (_, i) => join(folder, `panel${i}.parquet`));
  if (paths.every((path) => existsSync(path))) return paths;
  mkdirSync(folder, { recursive: true });
  const market = makeMarket(size);
  await market.write(paths[0]!);
  for (let i = 1; i < PANELS; i++) {
    await factorOf(market, `f${i}`, 0.9 + (i % 10) / 100, 20 + i).write(paths[i]!);
  }
  return paths;
}

async function report(what: string, act: () => void | Promise<void>): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    collectGarbage();
    const begun = performance.now();
    await act();
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const [best, median] = [times[0]!, times[times.length >> 1]!];
  results.push(`| ${what} | ${(median / 1000).toFixed(2)} s | ${(best / 1000).toFixed(2)} s |`);
  console.log(`${what.padEnd(44)} ${median.toFixed(0).padStart(7)} ms (best ${best.toFixed(0)})`);
}
