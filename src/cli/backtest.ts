import { Command, InvalidArgumentError, Option } from "commander";
import type { Backtest, Reconciliation, ReplayOptions, RiskFigures } from "../backtest.js";
import { Column } from "../columns/column.js";
import { openPanel } from "../open/open-panel.js";
import { groupDigits, percent } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { formatNs } from "../time.js";
import { type OpeningOptions, openingOf, withOpening } from "./opening.js";
import { count, countBetween, formatOption, type OutputFormat } from "./options.js";
import { writeColumns } from "./output.js";
import { withProgress } from "./progress.js";
import { say, tell } from "./tell.js";

interface BacktestCliOptions extends OpeningOptions {
  readonly against: string;
  readonly config?: string;
  readonly topk?: number;
  readonly nDrop?: number;
  readonly start?: string;
  readonly end?: string;
  readonly account?: number;
  readonly benchmark?: string;
  readonly dealPrice?: string;
  readonly openCost?: number;
  readonly closeCost?: number;
  readonly minCost?: number;
  readonly limit?: number;
  readonly column?: string;
  readonly compare?: string;
  readonly report?: string;
  readonly format: OutputFormat;
}

export function backtestCommand(): Command {
  return withOpening(
    new Command("backtest")
      .summary("qlib's daily backtest of scores again, and why a recorded one differs")
      .description(
        "Replays qlib's daily backtest: a score is traded in the session after its date. Prints what came of it; with " +
          "--format csv or json the daily report. --compare finds where a recorded run parts from it, and why.",
      )
      .argument("<scores>", "a file of scores, its first column by (datetime, instrument), such as pred.pkl")
      .requiredOption("--against <path>", "the market: a qlib folder, a file, or a snapshot folder")
      .option(
        "--config <file>",
        "a workflow file, whose port_analysis_config says what follows where it is not given",
      )
      .addOption(new Option("--topk <count>", "how many instruments to hold (default: 50)").argParser(count))
      .addOption(
        new Option("--n-drop <count>", "how many of them to replace a day (default: 5)").argParser(
          countBetween(0, 1e6),
        ),
      )
      .option("-s, --start <time>", "first session (default: that of the first scores)")
      .option("-e, --end <time>", "last session (default: the one before the last scores)")
      .addOption(new Option("--account <money>", "cash at the start (default: 100000000)").argParser(amount))
      .option("--benchmark <code>", 'an instrument of the market, or "none" (default: SH000300)')
      .option("--deal-price <field>", "what orders fill at (default: close)")
      .addOption(
        new Option("--open-cost <rate>", "cost of a purchase, as a share of its value").argParser(amount),
      )
      .addOption(
        new Option("--close-cost <rate>", "cost of a sale, as a share of its value").argParser(amount),
      )
      .addOption(new Option("--min-cost <money>", "the least cost of an order").argParser(amount))
      .addOption(
        new Option("--limit <change>", "from which change of the day on nothing fills").argParser(amount),
      )
      .option("--column <name>", "the column of the scores (default: the first)")
      .option(
        "--compare <path>",
        "a recorded run: ret.pkl, report_normal_1day.pkl, or the folder that has one",
      )
      .option("--report <file>", "write the result as a page, an .html file")
      .addOption(formatOption())
      .action(backtest),
    "of the scores: ",
  );
}

async function backtest(path: string, options: BacktestCliOptions): Promise<void> {
  // The room is loaded by this command alone.
  const { openMarket, openRecorded, readPortAnalysis, reconcile, replay } = await import("../backtest.js");
  const config = options.config === undefined ? undefined : await readPortAnalysis(options.config);
  const [scores, market] = await withProgress(`reading ${options.against}`, async (onProgress) => [
    await openPanel(path, { ...openingOf(options), onProgress }),
    await openMarket(options.against),
  ]);
  const parts = { scores, market, options: replayOptions(config, options) };
  const compared =
    options.compare === undefined ? undefined : reconcile(parts, await openRecorded(options.compare));
  const result = compared?.ours ?? replay(scores, market, parts.options);
  for (const note of result.notes) say(note);
  if (options.report !== undefined) await writePage(options.report, result, compared);
  if (options.format === "table") tell(await text(result, compared));
  else await writeColumns(reportColumns(result), result.report.rowCount, options.format);
}

/** What the command line says, over what the file says. */
function replayOptions(config: ReplayOptions | undefined, options: BacktestCliOptions): ReplayOptions {
  const {
    topk,
    nDrop,
    start,
    end,
    account,
    benchmark,
    dealPrice,
    openCost,
    closeCost,
    minCost,
    limit,
    column,
  } = options;
  const base = config?.strategy ?? { name: "topk-dropout", topk: 50, nDrop: 5 };
  const strategy = { ...base, ...given({ topk, nDrop }) } as ReplayOptions["strategy"];
  const exchange = {
    ...config?.exchange,
    ...given({ dealPrice, openCost, closeCost, minCost, limitThreshold: limit }),
  };
  return {
    ...config,
    strategy,
    exchange,
    ...given({ start, end, account, column }),
    ...(benchmark !== undefined && { benchmark: benchmark === "none" ? false : benchmark }),
  };
}

function given<Options extends object>(options: Options): Partial<Options> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Options>;
}

async function writePage(
  path: string,
  result: Backtest,
  compared: Reconciliation | undefined,
): Promise<void> {
  const [{ backtestPage }, { writeText }] = await Promise.all([
    import("../backtest.js"),
    import("../report/write-text.js"),
  ]);
  await writeText(path, await backtestPage(result, { ...(compared && { reconciliation: compared }) }));
  say(`wrote ${path}`);
}

async function text(result: Backtest, compared: Reconciliation | undefined): Promise<string> {
  const { portfolioRisk } = await import("../backtest.js");
  const { report, orders, untraded } = result;
  const last = report.rowCount - 1;
  const account = report.column("account");
  const lines = [
    `sessions   ${report.rowCount}, ${formatNs(report.datetimes[0]!)} .. ${formatNs(report.datetimes[last]!)}`,
    `account    ${groupDigits(Math.round(account[last]!))}`,
    `costs      ${groupDigits(Math.round(report.column("total_cost")[last]!))}`,
    `orders     ${groupDigits(orders.length)}, ${groupDigits(untraded.length)} withheld`,
    "",
    ...riskLines(portfolioRisk(result)),
  ];
  if (compared) lines.push("", ...comparedLines(compared));
  return `${lines.join("\n")}\n`;
}

function riskLines(
  risk: Readonly<Record<"benchmark" | "excessWithoutCost" | "excessWithCost", RiskFigures>>,
): string[] {
  const rows = (
    [
      ["excess before costs", risk.excessWithoutCost],
      ["excess after costs", risk.excessWithCost],
      ["benchmark", risk.benchmark],
    ] as const
  ).map(([name, figures]) => [
    name,
    percent(figures.annualizedReturn),
    figures.informationRatio.toFixed(3),
    percent(figures.maxDrawdown),
  ]);
  return layTable(["", "a year", "information ratio", "max drawdown"], rows, [
    "left",
    "right",
    "right",
    "right",
  ]);
}

function comparedLines({ parting, cause, alternatives, tried, recorded }: Reconciliation): string[] {
  if (!parting) return [`equal to ${recorded.label} on every day: ${cause.sentence}`];
  const checked = {
    whole: "our run with that changed is the recorded one on every day",
    part: `with that changed they part again on ${cause.partsAgain === undefined ? "" : formatNs(cause.partsAgain)}`,
    not: `${tried} changes were tried`,
  }[cause.verified];
  return [
    `parts from ${recorded.label} on ${formatNs(parting.datetime)}`,
    ...parting.columns.map(
      ({ column, ours, recorded: there }) => `  ${column}: ${ours} here, ${there} there`,
    ),
    ...parting.positions
      .slice(0, MOST_POSITIONS)
      .map(
        ({ instrument, ours, recorded: there }) =>
          `  ${instrument}: ${ours?.amount ?? 0} here, ${there?.amount ?? 0} there`,
      ),
    `cause      ${cause.kind}: ${cause.sentence} (${checked})`,
    ...alternatives.map((other) => `           or ${other.kind}: ${other.sentence}`),
  ];
}

/** Holdings that are named where two runs part. */
const MOST_POSITIONS = 10;

function reportColumns({ report }: Backtest): [name: string, column: Column][] {
  return [
    ["datetime", Column.of("datetime", report.datetimes)],
    ...report.columnNames.map((name): [string, Column] => [name, Column.of("float64", report.column(name))]),
  ];
}

/** A number, 0 or more. */
function amount(given: string): number {
  const value = Number(given);
  if (given.trim() !== "" && value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("give a number, 0 or more.");
}
