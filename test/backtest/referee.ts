import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { optionsOfPortAnalysis } from "#src/backtest/config/port-analysis.js";
import type { Market } from "#src/backtest/market/market.js";
import { openMarket } from "#src/backtest/market/open-market.js";
import type { ReplayOptions } from "#src/backtest/replay/replay-options.js";
import { openPanel } from "#src/open/open-panel.js";
import type { Panel } from "#src/panel/panel.js";
import { parseTimeNs } from "#src/time.js";
import { sharedFixtures } from "../shared-fixtures.js";

/** What real qlib gave; undefined where the fixtures are not beside the repository. */
export const folder = sharedFixtures("backtest");

export interface CaseConfig {
  readonly id: string;
  readonly provider: string;
  readonly score: string;
  readonly backtest: Readonly<Record<string, unknown>>;
  readonly strategy: { readonly class: string; readonly kwargs: Readonly<Record<string, unknown>> };
  readonly exchange: Readonly<Record<string, unknown>>;
  readonly executor?: Readonly<Record<string, unknown>>;
}

/** JSON in which a tuple of Python is `{ "tuple": […] }` and NaN is text. */
export function readJson<T>(path: string): T {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return JSON.parse(text, (_, value) => {
    if (value === "NaN") return Number.NaN;
    return value !== null && typeof value === "object" && "tuple" in value ? value.tuple : value;
  }) as T;
}

/** The columns of a CSV file of numbers by date. */
export function readNumbers(path: string): { dates: string[]; columns: Map<string, number[]> } {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const [header, ...lines] = text.trimEnd().split("\n");
  const [, ...names] = header!.split(",");
  const rows = lines.map((line) => line.split(","));
  const columns = new Map(names.map((name, i) => [name, rows.map((row) => Number(row[i + 1]))]));
  return { dates: rows.map((row) => row[0]!), columns };
}

const made = new Map<string, Promise<Market>>();

/** A provider of the fixtures, put together in a temporary folder as their README says. */
export function providerMarket(name: string): Promise<Market> {
  const known = made.get(name);
  if (known) return known;
  const market = openProvider(name);
  made.set(name, market);
  return market;
}

async function openProvider(name: string): Promise<Market> {
  const target = join(tmpdir(), `backtest-provider-${process.pid}-${name}`);
  cpSync(sharedFixtures("snapshot/qlib_bin")!, target, { recursive: true });
  if (name !== "base") cpSync(join(folder!, "provider_overlay"), target, { recursive: true });
  if (name === "overlay-nofactor") {
    for (const code of readdirSync(join(target, "features"))) {
      rmSync(join(target, "features", code, "factor.day.bin"), { force: true });
    }
  }
  const market = await openMarket(target);
  for (const field of market.fieldNames) market.field(field); // the folder is gone after this
  market.list!("all");
  process.once("exit", () => rmSync(target, { recursive: true, force: true }));
  return market;
}

export function readScores(name: string): Promise<Panel> {
  return openPanel(join(folder!, "scores", `${name}.h5`));
}

/** A case as replay options. */
export function optionsOf(config: CaseConfig): ReplayOptions {
  const { strategy, executor = {} } = config;
  const { benchmark, ...backtest } = config.backtest;
  const isSeries = typeof benchmark === "object" && benchmark !== null && "series" in benchmark;
  const own = strategy.class === "EqualTopk";
  const options = optionsOfPortAnalysis(
    {
      strategy: own ? { class: "SoftTopkStrategy", kwargs: { topk: strategy.kwargs.topk } } : strategy,
      backtest: { ...backtest, benchmark: isSeries ? null : benchmark, exchange_kwargs: config.exchange },
      executor: { kwargs: executor },
    },
    config.id,
  );
  return {
    ...options,
    spelling: "exact",
    ...(isSeries && { benchmark: readSeries((benchmark as { series: string }).series) }),
    ...(own && {
      strategy: {
        name: "equal-weight",
        topk: Number(strategy.kwargs.topk),
        orders: strategy.kwargs.interact ? "deal-price" : "previous-close",
      },
    }),
  };
}

function readSeries(path: string): { datetimes: bigint[]; returns: number[] } {
  const { dates, columns } = readNumbers(join(folder!, path));
  const [returns] = columns.values();
  return { datetimes: dates.map((date) => parseTimeNs(date, "date")), returns: returns! };
}

export function caseIds(): string[] {
  if (!folder) return [];
  return readdirSync(join(folder, "cases")).filter((name) =>
    existsSync(join(folder!, "cases", name, "config.json")),
  );
}
