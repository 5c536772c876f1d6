// npm run bench formats: opens and writes one panel of two million rows in every format, beside pandas.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPanel } from "../src/panel/open-panel.js";
import { layTable } from "../src/panel/text-table.js";
import { writeQlibBin } from "../src/panel/write-qlib.js";
import { makeMarket } from "./market.js";
import { benchFolder } from "./workload.js";

/** About 2.0 million rows, six float32 columns. */
const MARKET = { instruments: 1250, sessions: 2500 };
const FORMATS = ["h5", "h5-table", "parquet", "arrow", "csv", "qlib"] as const;
type Format = (typeof FORMATS)[number];

interface Figure {
  readonly seconds: number;
  readonly peakBytes: number;
  readonly version?: string;
}

const here = fileURLToPath(import.meta.url);
const folder = join(benchFolder(), "formats");
const pathOf = (format: Format) =>
  join(
    folder,
    format === "h5-table" ? "pandas-table.h5" : format === "qlib" ? "ours-qlib" : `ours.${format}`,
  );

const [action, format] = process.argv.slice(2);
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
  const market = makeMarket(MARKET);
  await market.write(pathOf("arrow"));
  console.log(
    `${market.rowCount} rows x ${market.columnNames.length} float32 columns, best of 3, a fresh process each`,
  );
  const script = join(dirname(here), "..", "..", "..", "bench", "peers", "pandas_formats.py");
  const python = ["/usr/bin/python3", "python3"].find(
    (name) => run(name, ["-c", "import pandas, tables"]) !== undefined,
  );
  const mine = (action: string, format: Format) => best(process.execPath, [here, action, format]);
  const theirs = (action: string, format: Format) =>
    python === undefined || format === "qlib" ? undefined : best(python, [script, action, format, folder]);
  const rows: string[][] = [
    [
      "format",
      "MB",
      "write s",
      "peak MB",
      "open s",
      "peak MB",
      "pandas write s",
      "peak MB",
      "open s",
      "peak MB",
    ],
  ];
  let version: string | undefined;
  for (const format of FORMATS) {
    const written = format === "h5-table" ? undefined : mine("write", format);
    const theirWrite = theirs("write", format);
    const theirOpen = theirs("open", format);
    const opened = existsSync(pathOf(format)) ? mine("open", format) : undefined;
    version ??= theirWrite?.version;
    const size = existsSync(pathOf(format)) ? (sizeOf(pathOf(format)) / 1e6).toFixed(1) : "-";
    rows.push([format, size, ...[written, opened, theirWrite, theirOpen].flatMap(cellsOf)]);
  }
  const [header, ...body] = rows;
  console.log(layTable(header!, body, ["left"]).join("\n"));
  console.log(
    version === undefined
      ? "pandas is not installed"
      : `pandas ${version}; - where it lacks the format (pyarrow is not installed)`,
  );
}

function cellsOf(figure: Figure | undefined): string[] {
  return figure ? [figure.seconds.toFixed(2), (figure.peakBytes / 1e6).toFixed(0)] : ["-", "-"];
}

function best(command: string, args: string[]): Figure | undefined {
  const figures = Array.from({ length: 3 }, () => run(command, args)).filter((out) => out !== undefined);
  return figures.map((out) => JSON.parse(out) as Figure).sort((a, b) => a.seconds - b.seconds)[0];
}

/** What a command prints; undefined where it fails. */
function run(command: string, args: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

function sizeOf(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((bytes, name) => bytes + sizeOf(join(path, name)), 0);
}
