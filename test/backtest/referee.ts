import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { optionsOfPortAnalysis } from "#src/backtest/config/port-analysis.js";
import type { Market } from "#src/backtest/market/market.js";
import { marketOf } from "#src/backtest/market/market-of-panel.js";
import { openMarket } from "#src/backtest/market/open-market.js";
import type { ReplayOptions } from "#src/backtest/replay/replay-options.js";
import { openPanel } from "#src/open/open-panel.js";
import type { Panel } from "#src/panel/panel.js";
import { parseTimeNs } from "#src/time.js";
import { sharedFixtures } from "../shared-fixtures.js";

const own = "data-fixtures/backtest";
/** What real qlib gave: all of it where that lies beside the repository, else the part in it. */
export const folder = sharedFixtures("backtest") ?? own;
/** The provider that the cases ran on, with `change`, `vwap` and the index SH000300. */
export const providerFolder = join(own, "provider");

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

/** What each provider of the cases lacks; `base` has no index either. */
const LACKING: Readonly<Record<string, readonly string[]>> = {
  overlay: [],
  "overlay-nofactor": ["factor"],
  base: ["change", "vwap"],
};

/** A provider of the cases, by its name in their README. */
export function providerMarket(name: string): Promise<Market> {
  const known = made.get(name) ?? openProvider(name);
  made.set(name, known);
  return known;
}

async function openProvider(name: string): Promise<Market> {
  if (name === "base") return (await openMarketWithoutIndex()).withoutFields(LACKING.base!);
  const market = await openMarket(providerFolder);
  const lacking = LACKING[name]!;
  return lacking.length === 0 ? market : market.withoutFields(lacking);
}

/** The same instruments but for the index, which is in no list. */
async function openMarketWithoutIndex(): Promise<Market> {
  const panel = await openPanel(providerFolder);
  const members = await openMarket(providerFolder);
  return marketOf(panel, { calendar: members.datetimes, list: members.list });
}

export function readScores(name: string): Promise<Panel> {
  return openPanel(join(folder, "scores", `${name}.h5`));
}

/** A case as replay options. */
export function optionsOf(config: CaseConfig): ReplayOptions {
  const { strategy, executor = {} } = config;
  const { benchmark, ...backtest } = config.backtest;
  const isSeries = typeof benchmark === "object" && benchmark !== null && "series" in benchmark;
  const isEqual = strategy.class === "EqualTopk";
  const options = optionsOfPortAnalysis(
    {
      strategy: isEqual ? { class: "SoftTopkStrategy", kwargs: { topk: strategy.kwargs.topk } } : strategy,
      backtest: { ...backtest, benchmark: isSeries ? null : benchmark, exchange_kwargs: config.exchange },
      executor: { kwargs: executor },
    },
    config.id,
  );
  return {
    ...options,
    spelling: "exact",
    ...(isSeries && { benchmark: readSeries((benchmark as { series: string }).series) }),
    ...(isEqual && {
      strategy: {
        name: "equal-weight",
        topk: Number(strategy.kwargs.topk),
        orders: strategy.kwargs.interact ? "deal-price" : "previous-close",
      },
    }),
  };
}

function readSeries(path: string): { datetimes: bigint[]; returns: number[] } {
  const { dates, columns } = readNumbers(join(folder, path));
  const [returns] = columns.values();
  return { datetimes: dates.map((date) => parseTimeNs(date, "date")), returns: returns! };
}

export function caseIds(): string[] {
  return readdirSync(join(folder, "cases")).filter((name) =>
    existsSync(join(folder, "cases", name, "config.json")),
  );
}
