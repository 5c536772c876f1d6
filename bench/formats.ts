// npm run bench formats [-- --small] [--no-results]: opens and writes one panel of two million rows in every format,
// beside pandas. Writes bench/RESULTS-formats.md.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openPanel } from "../src/open/open-panel.js";
import { writeQlibBin } from "../src/open/write-qlib.js";
import { layTable } from "../src/text/text-table.js";
import { makeMarket } from "./market.js";
import { machineText, today } from "./report.js";
import { benchFolder } from "./workload.js";

/** About 2.0 million rows, six float32 columns. */
const MARKET = { instruments: 1250, sessions: 2500 };
/** To see that all of it runs. */
const SMALL_MARKET = { instruments: 100, sessions: 250 };
const RUNS = 3;
/** Cells a second at which the table format is to be read. */
const TABLE_GOAL = 5e6;
const FORMATS = ["h5", "h5-table", "parquet", "arrow", "csv", "qlib"] as const;
type Format = (typeof FORMATS)[number];

interface Figure {
  readonly seconds: number;
  readonly peakBytes: number;
  readonly version?: string;
}

const HEADINGS = [
  "format",
  "MB",
  "write s",
  "peak MB",
  "open s",
  "peak MB",
  "million cells/s",
  "pandas write s",
  "peak MB",
  "pandas open s",
  "peak MB",
];

const here = fileURLToPath(import.meta.url);
/** Compiled, this file lies in .cache/build/bench. */
const repository = join(dirname(here), "..", "..", "..");
const folder = join(benchFolder(), "formats");
const pathOf = (format: Format) =>
  join(
    folder,
    format === "h5-table" ? "pandas-table.h5" : format === "qlib" ? "ours-qlib" : `ours.${format}`,
  );

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    small: { type: "boolean", default: false },
    "no-results": { type: "boolean", default: false },
  },
});
const [action, format] = positionals;
if (action === "write" || action === "open") await child(action, format as Format);
else await parent();

/** One measurement in a process of its own, so that its peak memory is its own. Imports are not counted. */
async function child(action: "write" | "open", format: Format): Promise<void> {
  const source = action === "write" ? await openPanel(pathOf("arrow"), { cache: false }) : undefined;
  const started = performance.now();
  if (!source) (await openPanel(pathOf(format), { cache: false })).load();
  else if (format === "qlib") await writeQlibBin(source, pathOf(format));
  else await source.write(format === "arrow" ? join(folder, "again.arrow") : pathOf(format));
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({ seconds, peakBytes: 1024 * process.resourceUsage().maxRSS }));
}

async function parent(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const market = makeMarket(options.small ? SMALL_MARKET : MARKET);
  await market.write(pathOf("arrow"));
  const cells = market.rowCount * market.columnNames.length;
  const script = join(repository, "bench", "peers", "pandas_formats.py");
  const python = ["/usr/bin/python3", "python3"].find(
    (name) => run(name, ["-c", "import pandas, tables"]).status === 0,
  );
  const loadBefore = loadavg()[0]!;
  const rows: string[][] = [];
  let version: string | undefined;
  let tableRate: number | undefined;
  for (const format of FORMATS) {
    console.error(`${format} …`);
    const mine = (action: string) => best(process.execPath, [here, action, format]);
    const theirs = (action: string) =>
      python === undefined || format === "qlib"
        ? undefined
        : best(python, [script, action, format, folder], true);
    const written = format === "h5-table" ? undefined : mine("write");
    const [theirWrite, theirOpen] = [theirs("write"), theirs("open")];
    const opened = existsSync(pathOf(format)) ? mine("open") : undefined;
    version ??= theirWrite?.version;
    if (format === "h5-table" && opened) tableRate = cells / opened.seconds;
    const size = existsSync(pathOf(format)) ? (sizeOf(pathOf(format)) / 1e6).toFixed(1) : "–";
    const rate = opened ? (cells / opened.seconds / 1e6).toFixed(1) : "–";
    rows.push([
      format,
      size,
      ...cellsOf(written),
      ...cellsOf(opened),
      rate,
      ...[theirWrite, theirOpen].flatMap(cellsOf),
    ]);
  }
  const about = [
    `Panel: ${market.rowCount.toLocaleString("en")} rows × ${market.columnNames.length} float32 columns. Each figure is the best of ${RUNS} runs, each in a fresh process; imports are not counted, and the files are in the system's cache.`,
    `Machine: ${machineText()}; load ${loadBefore.toFixed(1)} when the run began and ${loadavg()[0]!.toFixed(1)} when it ended, of ${cpus().length} cores.`,
    `Versions: Node ${process.versions.node}, ${version === undefined ? "pandas not installed" : `pandas ${version}; – where it lacks the format, or where pyarrow is not installed`}.`,
    "h5-table is pandas' table format, which is read here and not written.",
    tableText(tableRate),
  ];
  console.log([...layTable(HEADINGS, rows, ["left"]), "", ...about].join("\n"));
  if (!options["no-results"])
    writeFileSync(join(repository, "bench", "RESULTS-formats.md"), asMarkdown(about, rows));
}

/** How fast the table format is read, against the goal. */
function tableText(rate: number | undefined): string {
  if (rate === undefined) return "Table format: pandas, which writes such files, is not installed.";
  const goal = `goal: at least ${TABLE_GOAL / 1e6} million`;
  const verdict = options.small ? ", judged at the full size" : rate < TABLE_GOAL ? ", missed" : "";
  return `Table format: ${(rate / 1e6).toFixed(1)} million cells a second (${goal}${verdict}), its keys not counted as cells.`;
}

function asMarkdown(about: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    "# Formats",
    "",
    `Written by \`npm run bench formats${options.small ? " -- --small" : ""}\` on ${today()} UTC.`,
    "",
    ...about.map((text) => `- ${text}`),
    "",
    line(HEADINGS),
    line(HEADINGS.map(() => "---")),
    ...rows.map(line),
    "",
  ].join("\n");
}

function cellsOf(figure: Figure | undefined): string[] {
  return figure ? [figure.seconds.toFixed(2), (figure.peakBytes / 1e6).toFixed(0)] : ["–", "–"];
}

/** The fastest run of a measurement; undefined where it fails and may. */
function best(command: string, args: string[], mayFail = false): Figure | undefined {
  const figures: Figure[] = [];
  for (let i = 0; i < RUNS; i++) {
    const { status, stdout, stderr } = run(command, args);
    if (status === 0) figures.push(JSON.parse(stdout) as Figure);
    else if (mayFail) return undefined;
    else throw new Error(`${args.join(" ")}: ${stderr}`);
  }
  return figures.sort((a, b) => a.seconds - b.seconds)[0];
}

function run(command: string, args: string[]) {
  return spawnSync(command, args, { encoding: "utf8" });
}

function sizeOf(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((bytes, name) => bytes + sizeOf(join(path, name)), 0);
}
