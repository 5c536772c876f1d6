// npm run bench:large [-- --cache]: windows of 100 million one-minute bars, in a file of more than 2 GB.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeTable } from "../src/formats/write.js";
import { openPanel, type Panel } from "../src/index.js";
import { duration } from "./goals.js";
import { MARKET_FIELDS } from "./market.js";
import { figureOf, measure, type Samples } from "./measure.js";
import { cellOf, LARGE, MinuteMarket } from "./minute-market.js";
import { Random } from "./random.js";
import { machineText, today } from "./report.js";
import { benchFolder } from "./workload.js";

const MOST_MEMORY = 600e6;
const { values: options } = parseArgs({
  options: {
    /** Measures with the columnar cache too; takes another 4 GB of disk. */
    cache: { type: "boolean", default: false },
    /** Internal: measure in this process. */
    measure: { type: "string" },
  },
});

const folder = join(benchFolder(), "large");
const path = join(folder, "minute_1min.h5");

if (options.measure !== undefined) await measureWindows(options.measure);
else {
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    console.error(`writing ${path} …`);
    await writeTable(path, new MinuteMarket(LARGE));
  }
  const ways = ["file", ...(options.cache ? ["making the cache", "cache"] : [])];
  rmSync(join(folder, "cache"), { recursive: true, force: true });
  const script = fileURLToPath(import.meta.url);
  const said = ways.map((way) => {
    const text = execFileSync(process.execPath, [script, "--measure", way], {
      encoding: "utf8",
    });
    process.stdout.write(text);
    return text;
  });
  // Compiled, this file lies in .cache/build/bench.
  const results = join(dirname(script), "..", "..", "..", "bench", "RESULTS-large.md");
  const head = `Written by \`npm run bench:large${options.cache ? " -- --cache" : ""}\` on ${today()} UTC, ${machineText()}.`;
  const goal = `The goal is a process under ${MOST_MEMORY / 1e6} MB. Each cell of the first window of a kind is compared with what was written.`;
  writeFileSync(results, `# Large files\n\n${head} ${goal}\n\n\`\`\`\n${said.join("")}\`\`\`\n`);
}

/** In a process of its own, since its memory is what is measured. */
async function measureWindows(way: string): Promise<void> {
  const from = performance.now();
  const panel = await openPanel(path, { cache: way === "file" ? false : join(folder, "cache") });
  const opened = performance.now() - from;
  const { index } = panel;
  const random = new Random(1);
  const universe = Array.from(
    { length: 300 },
    () => index.instruments[random.integer(0, LARGE.instruments)]!,
  );
  const fields = ["$close", "$volume"];
  const at = (session: number) => index.datetimes[session]!;
  const last = index.sessionCount - 1;
  const tasks: Record<string, () => Panel> = {
    "300 instruments × 240 minutes × 2 fields, the last day": () =>
      panel.window({ universe, start: at(last - 239), fields }),
    "300 instruments × 240 minutes × 2 fields, any day": () => {
      const first = random.integer(0, last - 240);
      return panel.window({ universe, start: at(first), end: at(first + 239), fields });
    },
    "all instruments × 60 minutes × 6 fields, any time": () => {
      const first = random.integer(0, last - 60);
      return panel.window({ start: at(first), end: at(first + 59) });
    },
    "one instrument × 5 days × 6 fields, any time": () => {
      const first = random.integer(0, last - 1200);
      return panel.window({ universe: [universe[0]!], start: at(first), end: at(first + 1199) });
    },
    "one minute's cross-section": () => panel.window({ start: at(last), end: at(last) }),
  };
  const bytes = statSync(path).size;
  const lines = [
    `${way}: ${panel.rowCount.toLocaleString("en")} rows, ${(bytes / 1e9).toFixed(2)} GB, opened in ${duration(opened)}`,
  ];
  for (const [title, ask] of Object.entries(tasks)) {
    check(panel, ask());
    lines.push(`  ${title}: ${text(measure(title, () => readAll(ask())))}`);
  }
  const most = 1024 * process.resourceUsage().maxRSS;
  const verdict = most < MOST_MEMORY ? "" : `, more than ${MOST_MEMORY / 1e6} MB: missed`;
  console.log(
    [...lines, `  highest memory of the process: ${Math.round(most / 1e6)} MB${verdict}`].join("\n"),
  );
}

function text(samples: Samples): string {
  const { median, low, high, runs } = figureOf(samples.ms);
  return `${duration(median)} (${duration(low)} .. ${duration(high)}, ${runs} runs)`;
}

function readAll(panel: Panel): void {
  for (const name of panel.columnNames) panel.column(name).values;
}

/** Every cell of a window is the one that was written: a wrong offset past 2^31 or 2^32 would show. */
function check(whole: Panel, window: Panel): void {
  const cells = window.columnNames.map((name) => ({
    values: window.column(name).values,
    column: MARKET_FIELDS.indexOf(name as (typeof MARKET_FIELDS)[number]),
  }));
  for (let s = 0; s < window.index.sessionCount; s++) {
    const session = whole.index.sessionAt(window.index.datetimes[s]!);
    const first = whole.index.startOf(session);
    const own = whole.index.codesOf(first, whole.index.startOf(session + 1));
    const rowOf = new Map(Array.from(own, (code, i) => [whole.index.instruments[code]!, first + i]));
    for (let i = window.index.startOf(s); i < window.index.startOf(s + 1); i++) {
      const row = rowOf.get(window.index.instruments[window.index.codesOf(i, i + 1)[0]!]!)!;
      for (const { values, column } of cells) {
        if (values[i] !== cellOf(row, column)) {
          throw new Error(
            `row ${row} of ${MARKET_FIELDS[column]} reads ${values[i]}, not ${cellOf(row, column)}`,
          );
        }
      }
    }
  }
}
