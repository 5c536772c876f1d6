import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Backtest } from "#src/backtest/replay/backtest.js";
import { replay } from "#src/backtest/replay/replay.js";
import { formatNs } from "#src/time.js";
import {
  type CaseConfig,
  caseIds,
  folder,
  optionsOf,
  providerMarket,
  readJson,
  readNumbers,
  readScores,
} from "./referee.js";

type StockCells = readonly [amount: number, price: number, weight: number, days: number];
type OrderCells = [string, string, number, number, number, number, number, number | null];

describe("replay equals qlib", () => {
  it.each(caseIds())("%s", async (id) => {
    const at = join(folder, "cases", id);
    const config = readJson<CaseConfig>(join(at, "config.json"));
    const [market, scores] = await Promise.all([providerMarket(config.provider), readScores(config.score)]);
    const backtest = replay(scores, market, optionsOf(config));
    const { dates, columns } = readNumbers(join(at, "report.csv"));
    expect(Array.from(backtest.report.datetimes, formatNs)).toEqual(dates);
    for (const name of backtest.report.columnNames) {
      expect([...backtest.report.column(name)], name).toEqual(columns.get(name));
    }
    const orders = readJson<Record<string, OrderCells[]>>(join(at, "orders.json.gz"));
    for (const day of Object.values(orders)) for (const cells of day) cells[7] ??= Number.NaN; // None or NaN by chance
    expect(ordersOf(backtest)).toEqual(orders);
    const positions = readJson<Record<string, { stocks: Record<string, StockCells> }>>(
      join(at, "positions.json.gz"),
    );
    expect(positionsOf(backtest)).toEqual(
      Object.fromEntries(Object.entries(positions).map(([date, { stocks }]) => [date, stocks])),
    );
    const indicators = readNumbers(join(at, "indicators.csv.gz")).columns;
    for (const name of backtest.indicators.columnNames) {
      expect([...backtest.indicators.column(name)], name).toEqual(indicators.get(name));
    }
  });
});

function ordersOf({ orders }: Backtest): Record<string, OrderCells[]> {
  const byDate: Record<string, OrderCells[]> = {};
  for (const { datetime, instrument, side, amount, dealAmount, price, value, cost, factor } of orders) {
    const date = formatNs(datetime);
    byDate[date] ??= [];
    byDate[date].push([instrument, side, amount, dealAmount, price, value, cost, factor]);
  }
  return byDate;
}

function positionsOf({ positions }: Backtest): Record<string, Record<string, StockCells>> {
  return Object.fromEntries(
    Array.from(positions.datetimes, (ns, row) => [
      formatNs(ns),
      Object.fromEntries(
        positions
          .at(row)
          .map(({ instrument, amount, price, weight, days }) => [instrument, [amount, price, weight, days]]),
      ),
    ]),
  );
}
