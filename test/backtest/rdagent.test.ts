import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { optionsOfPortAnalysis } from "#src/backtest/config/port-analysis.js";
import type { Market } from "#src/backtest/market/market.js";
import { openMarket } from "#src/backtest/market/open-market.js";
import { reconcile } from "#src/backtest/reconcile/reconcile.js";
import { openRecorded } from "#src/backtest/reconcile/recorded.js";
import { portfolioRisk } from "#src/backtest/risk/risk-analysis.js";
import { openPanel } from "#src/open/open-panel.js";
import { scratchFolder } from "../scratch-folder.js";
import { type CaseConfig, folder, providerFolder, providerMarket, readJson, readScores } from "./referee.js";

const scratch = scratchFolder();

/** The provider as the AIstock deployment has it: names and folders as ts_codes, no factor, no change, an index beside. */
async function deploymentMarket(): Promise<Market> {
  const target = join(scratch, "deployment");
  cpSync(providerFolder, target, { recursive: true });
  const tsCode = (name: string) => `${name.slice(2)}.${name.slice(0, 2)}`;
  const features = join(target, "features");
  for (const name of readdirSync(features)) {
    for (const field of ["factor", "change", "vwap"])
      rmSync(join(features, name, `${field}.day.bin`), { force: true });
    renameSync(join(features, name), join(features, tsCode(name)));
  }
  const lists = join(target, "instruments");
  mkdirSync(lists, { recursive: true });
  for (const list of readdirSync(lists)) {
    const lines = readFileSync(join(lists, list), "utf8").trimEnd().split("\n");
    const renamed = lines.map((line) => line.replace(/^(\w+)/, (code) => tsCode(code)));
    writeFileSync(join(lists, list), `${renamed.join("\n")}\n`);
  }
  return openMarket(target);
}

describe("RD-Agent's workspaces are replayed", () => {
  const runs = readdirSync(join(folder, "rdagent")).filter((name) => name.startsWith("rd_"));
  it.each(runs)("%s", async (name) => {
    const at = join(folder, "rdagent", name);
    const config = readJson<CaseConfig>(join(at, "config.json"));
    const isDeployment = name === "rd_deploy";
    const market = isDeployment ? await deploymentMarket() : await providerMarket("overlay");
    const scores = isDeployment ? await openPanel(join(at, config.score)) : await readScores(config.score);
    const options = optionsOfPortAnalysis(
      { strategy: config.strategy, backtest: { ...config.backtest, exchange_kwargs: config.exchange } },
      name,
    );
    const recorded = await openRecorded(at);
    const { cause, ours, parting } = reconcile({ scores, market, options }, recorded);
    expect(parting).toBeUndefined();
    expect(cause.kind).toBe("none");
    expect(ours.report.rowCount).toBe(recorded.report.rowCount);
    for (const column of ours.report.columnNames) {
      expect([...ours.report.column(column)], column).toEqual([...recorded.report.column(column)]);
    }
    const metrics = readJson<Record<string, number>>(join(at, "metrics.json"));
    const { excessWithCost, excessWithoutCost } = portfolioRisk(ours);
    const close = (value: number, key: string) => expect(value / metrics[key]!, key).toBeCloseTo(1, 10);
    close(excessWithCost.annualizedReturn, "1day.excess_return_with_cost.annualized_return");
    close(excessWithCost.maxDrawdown, "1day.excess_return_with_cost.max_drawdown");
    close(excessWithoutCost.informationRatio, "1day.excess_return_without_cost.information_ratio");
    close(excessWithoutCost.std, "1day.excess_return_without_cost.std");
  });
});
