import { basename, dirname, join } from "node:path";
import { Command } from "commander";
import { Column } from "../columns/column.js";
import { checkFactors, type FactorCheck } from "../factor-checks/check-factors.js";
import { openPanel } from "../open/open-panel.js";
import { openSnapshot } from "../snapshot/open-snapshot.js";
import { groupDigits, percent } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { isSnapshot } from "./folder.js";
import { type OpeningOptions, openingOf, refuseOpening, withOpening, withoutOpening } from "./opening.js";
import { formatOption, keyOption, type OutputFormat } from "./options.js";
import { writeColumns } from "./output.js";
import { withProgress } from "./progress.js";
import { say, tell } from "./tell.js";
import { inOptions } from "./wording.js";

interface CheckCliOptions extends OpeningOptions {
  readonly against: string;
  /** False for --no-label. */
  readonly label?: string | false;
  readonly key?: string;
  readonly start?: string;
  readonly end?: string;
  readonly format: OutputFormat;
}

/** @param onErrors called where a factor cannot be used */
export function checkCommand(onErrors: () => void): Command {
  return withOpening(
    new Command("check")
      .summary("check factor files against a market: do they open, match, cover, look ahead?")
      .description(
        "Checks each factor of files, or of folders of files: whether it opens, which of its rows match the " +
          "market, what is missing or infinite, and its IC with a label. Exits with 1 if a factor has an error.",
      )
      .argument(
        "<paths...>",
        "factor files, or folders of them, or of subfolders with a result.h5 or result.parquet, as RD-Agent leaves them",
      )
      .requiredOption("--against <path>", "the market: a file, a qlib folder, or a snapshot folder")
      .option(
        "--label <expression>",
        "what factors should predict (default: qlib's label for Alpha158, the return from tomorrow's close to the next)",
      )
      .option("--no-label", "compute no IC")
      .addOption(keyOption())
      .option("-s, --start <time>", "first bar to look at")
      .option("-e, --end <time>", "last bar to look at")
      .addOption(formatOption())
      .action(async (paths: string[], given: CheckCliOptions, command: Command) => {
        const { against, label, format, ...options } = withoutOpening(given);
        if (isSnapshot(against)) refuseOpening(command, given, against);
        const market = await (isSnapshot(against)
          ? openSnapshot(against).then((snapshot) => snapshot.getHistoryWindow(undefined))
          : withProgress(`reading ${against}`, (onProgress) =>
              openPanel(against, { ...openingOf(given), onProgress }),
            ));
        if (label === undefined && !market.hasField("close"))
          say(`no IC: ${against} has no close; name a --label`);
        const checks = await withProgress("checking", (onProgress) =>
          checkFactors(market, paths, {
            ...options,
            label: label === false ? null : label,
            onProgress: ({ files, totalFiles }) => onProgress({ rows: files, totalRows: totalFiles }),
          }),
        );
        const said = checks.map(({ advice, ...check }) => ({
          ...check,
          problems: check.problems.map((problem) => inOptions(problem, advice)),
        }));
        if (format === "table") tell(checksText(said));
        else if (format === "json") tell(`${JSON.stringify(said, null, 2)}\n`);
        else await writeColumns(columnsOf(said), said.length, format);
        if (checks.some(({ status }) => status === "error")) onErrors();
      }),
    "of the market: ",
  );
}

/** One line a factor, then what is wrong with some. */
function checksText(checks: readonly FactorCheck[]): string {
  const header = ["status", "factor", "rows", "matched", "coverage", "missing", "inf", "IC", "rank IC"];
  const rows = checks.map((c) => [
    c.status,
    c.factor ?? fileName(c.path),
    shown(c.rows, groupDigits),
    shown(c.matchedShare, percent),
    shown(c.coverage, percent),
    shown(c.missingShare, percent),
    shown(c.infinite, groupDigits),
    shown(c.ic, threeDigits),
    shown(c.rankIc, threeDigits),
  ]);
  const align = header.map((_, i): "left" | "right" => (i < 2 ? "left" : "right"));
  const table = layTable(header, rows, align);
  const problems = problemLines(checks);
  return `${[...table, ...(problems.length > 0 ? ["", ...problems] : [])].join("\n")}\n`;
}

function shown(value: number | undefined, print: (value: number) => string): string {
  return value === undefined ? "" : print(value);
}

function threeDigits(value: number): string {
  return value.toFixed(3).replace("-0.000", "0.000");
}

/** Many factors have a file `result.h5`, each in a folder of its own. */
function fileName(path: string): string {
  return join(basename(dirname(path)), basename(path));
}

/** Each problem of a file once, with the factors that have it where not all do. */
function problemLines(checks: readonly FactorCheck[]): string[] {
  const files = new Map<string, FactorCheck[]>();
  for (const check of checks) files.set(check.path, [...(files.get(check.path) ?? []), check]);
  return Array.from(files, ([path, factors]) => {
    const problems = new Set(factors.flatMap((one) => one.problems));
    return Array.from(problems, (problem) => {
      const having = factors.filter((one) => one.problems.includes(problem));
      const whose = having.length < factors.length ? ` (${namesOf(having)})` : "";
      return `${path}${whose}: ${problem}`;
    });
  }).flat();
}

/** Factors that are named where some of a file have a problem. */
const MOST_NAMES = 3;

function namesOf(checks: readonly FactorCheck[]): string {
  const names = checks.slice(0, MOST_NAMES).map(({ factor }) => factor);
  const more = checks.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The figures in the order of CSV columns. */
const FIGURES = [
  "rows",
  "matchedShare",
  "coverage",
  "missingShare",
  "infinite",
  "constant",
  "ic",
  "icir",
  "rankIc",
  "rankIcir",
  "icSessions",
] as const;

/** The same as columns, problems joined to one text. */
function columnsOf(checks: readonly FactorCheck[]): [name: string, column: Column][] {
  const texts = (of: (check: FactorCheck) => string | undefined) =>
    Column.of(
      "string",
      checks.map((check) => of(check) ?? null),
    );
  const figure = (name: (typeof FIGURES)[number]) =>
    name === "constant"
      ? texts((check) => check.constant?.toString())
      : Column.of(
          "float64",
          Float64Array.from(checks, (check) => check[name] ?? Number.NaN),
        );
  return [
    ...(["path", "factor", "status", "type", "first", "last"] as const).map((name): [string, Column] => [
      name,
      texts((check) => check[name]),
    ]),
    ...FIGURES.map((name): [string, Column] => [name, figure(name)]),
    ["problems", texts(({ problems }) => problems.join("; "))],
  ];
}
