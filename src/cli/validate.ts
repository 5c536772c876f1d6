import { Command } from "commander";
import type { FactorReport } from "../factor-checks/factor-report.js";
import { validateFactors } from "../factor-checks/validate-factors.js";
import { readFactors } from "../factors/factor-file.js";
import { openPanel } from "../open/open-panel.js";
import type { Panel } from "../panel/panel.js";
import { writeText } from "../report/write-text.js";
import { openSnapshot } from "../snapshot/open-snapshot.js";
import { percent } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { isSnapshot } from "./folder.js";
import { untilInterrupted } from "./interrupt.js";
import { type OpeningOptions, openingOf, refuseOpening, withOpening } from "./opening.js";
import { countBetween, list } from "./options.js";
import { withProgress } from "./progress.js";
import { say, tell } from "./tell.js";

interface ValidateCliOptions extends OpeningOptions {
  readonly against: string;
  readonly recorded?: string;
  readonly metadata?: string;
  readonly expressions?: string;
  readonly factors?: string[];
  readonly known?: string;
  readonly start?: string;
  readonly end?: string;
  readonly python?: string;
  readonly seconds?: number;
  readonly memory?: number;
  readonly report?: string;
  readonly store?: string;
  readonly replay?: string;
  readonly json?: boolean;
  /** False for --no-proof, --no-quality, --no-cache. */
  readonly proof: boolean;
  readonly quality: boolean;
  readonly cache: boolean;
}

/** @param onErrors called where a factor has an error */
export function validateCommand(onErrors: () => void): Command {
  return withOpening(
    new Command("validate")
      .summary("validate a factor library: run it, compare with the record, prove it, rate it")
      .description(
        "Runs each factor of a Python package or of RD-Agent workspaces on a market, checks its contract, compares it with " +
          "the recorded values, proves it against look-ahead and computes its figures. This runs the library's code as you. " +
          "Exits with 1 if a factor has an error.",
      )
      .argument("[library]", "the folder of a Python package, of an RD-Agent workspace, or of several")
      .requiredOption("--against <path>", "the market: a file, a qlib folder, or a snapshot folder")
      .option(
        "--recorded <path>",
        "what research recorded: NAME/result.h5, NAME.parquet, or a file with a column a factor",
      )
      .option("--metadata <file>", "factor_meta.json (default: that beside the package)")
      .option("--expressions <file>", "factors as qlib expressions, in any form that eval takes")
      .option("--factors <names>", "only these", list)
      .option(
        "--known <path>",
        "factors that are known already, such as alpha158.h5, to measure what is added",
      )
      .option("-s, --start <time>", "first bar of the market")
      .option("-e, --end <time>", "last bar of the market")
      .option("--python <path>", "the interpreter (default: the first python3 that has pandas)")
      .option("--seconds <n>", "how long a call may take (default: 60)", countBetween(1, 86_400))
      .option(
        "--memory <mb>",
        "how much memory a call may take, MB (default: 4096)",
        countBetween(16, 1_048_576),
      )
      .option("--no-proof", "leave the proof against look-ahead out")
      .option("--no-quality", "leave IC and quantile returns out")
      .option("--no-cache", "compute everything anew")
      .option("--report <file>", "write a page to look at, in one HTML file")
      .option(
        "--store <store>",
        "keep what was found in a store of research results, for the library's pages",
      )
      .option(
        "--replay <folder>",
        "write the smallest window that shows a difference to the record, as a script for pandas",
      )
      .option("--json", "print the reports as JSON")
      .action(async (library: string | undefined, options: ValidateCliOptions, command: Command) => {
        if (isSnapshot(options.against)) refuseOpening(command, options, options.against);
        const market = await marketOf(options);
        const reports = await untilInterrupted((signal) =>
          withProgress("validating", async (onProgress) =>
            validateFactors(market, {
              library,
              recorded: options.recorded,
              metadata: options.metadata,
              expressions: options.expressions === undefined ? undefined : readFactors(options.expressions),
              factors: options.factors,
              known: options.known === undefined ? undefined : await openPanel(options.known),
              python: options.python,
              seconds: options.seconds,
              memoryBytes: options.memory === undefined ? undefined : options.memory * 2 ** 20,
              proof: options.proof ? {} : false,
              quality: options.quality ? {} : false,
              cache: options.cache,
              replay: options.replay,
              signal,
              onProgress: ({ factors, totalFactors }) =>
                onProgress({ rows: factors, totalRows: totalFactors }),
            }),
          ),
        );
        if (options.report !== undefined) {
          const { validationPage } = await import("../factor-checks/page/validation-page.js");
          await writeText(options.report, await validationPage(reports, { market: options.against }));
          say(`${options.report}: ${reports.length} factors, to be opened in a browser`);
        }
        if (options.store !== undefined) await keepIn(options.store, reports);
        tell(options.json ? `${JSON.stringify(reports, null, 2)}\n` : reportsText(reports));
        if (reports.some(({ status }) => status === "error")) onErrors();
      }),
    "of the market: ",
  );
}

async function keepIn(address: string, reports: readonly FactorReport[]): Promise<void> {
  const [{ openStore }, { keepReports }] = await Promise.all([
    import("../research/store/open-store.js"),
    import("../research/store/keep-reports.js"),
  ]);
  const store = await openStore(address);
  try {
    await keepReports(store, reports);
    say(`${store.label}: ${reports.length} factors' checks are kept`);
  } finally {
    await store.close();
  }
}

async function marketOf(options: ValidateCliOptions): Promise<Panel> {
  const { against, start, end } = options;
  if (isSnapshot(against)) return (await openSnapshot(against)).getHistoryWindow(undefined, { start, end });
  const panel = await withProgress(`reading ${against}`, (onProgress) =>
    openPanel(against, { ...openingOf(options), start, end, onProgress }),
  );
  return panel;
}

/** One line a factor, then its findings. */
function reportsText(reports: readonly FactorReport[]): string {
  const header = [
    "status",
    "factor",
    "look-ahead",
    "look-back",
    "record",
    "coverage",
    "IC",
    "rank IC",
    "ICIR",
  ];
  const rows = reports.map(({ status, factor, proof, comparison, quality: [quality] }) => {
    const ic = quality?.ic[0];
    return [
      status,
      factor,
      proof === undefined ? "" : LOOK_AHEAD[proof.verdict],
      proof?.lookback ? (proof.lookback.rows?.toString() ?? "all") : "",
      comparison?.explanation.code ?? "",
      quality ? percent(quality.coverage.mean) : "",
      ...[ic?.ic.mean, ic?.rankIc.mean, ic?.rankIc.ratio].map((value) => threeDigits(value)),
    ];
  });
  const align = header.map((_, k): "left" | "right" => (k < 3 || k === 4 ? "left" : "right"));
  const said = reports.flatMap(({ factor, findings }) =>
    findings.map(({ code, sentence }) => `${factor}: ${code}: ${sentence}`),
  );
  return `${[...layTable(header, rows, align), ...(said.length > 0 ? ["", ...said] : [])].join("\n")}\n`;
}

const LOOK_AHEAD = {
  "look-ahead": "yes",
  "proven for the cuts tried": "none found",
  undetermined: "undetermined",
  "not tried": "",
} as const;

function threeDigits(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : value.toFixed(3).replace("-0.000", "0.000");
}
