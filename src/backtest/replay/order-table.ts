import type { Table } from "apache-arrow";
import { Column } from "../../columns/column.js";
import type { ColumnSource } from "../../columns/table.js";
import { columnsToArrow } from "../../formats/arrow/arrow.js";
import type { Backtest } from "./backtest.js";

const NUMBERS = ["amount", "deal_amount", "price", "value", "cost", "factor"] as const;

interface OrderRow extends Readonly<Record<(typeof NUMBERS)[number], number>> {
  readonly datetime: bigint;
  readonly instrument: string;
  readonly side: string;
  readonly reason: string | null;
}

/**
 * Orders and what was not ordered as one Arrow table, by session: what was executed in its order, then what the strategy
 * withheld, whose amounts are NaN and whose `value` is the money it was about. `reason` is why less than was wanted was
 * traded, null where all of it was.
 */
export function orderTable({ orders, untraded }: Pick<Backtest, "orders" | "untraded">): Table {
  const rows: OrderRow[] = [
    ...orders.map(({ dealAmount, cut, ...order }) => ({
      ...order,
      deal_amount: dealAmount,
      reason: cut ?? null,
    })),
    ...untraded.map(({ datetime, instrument, side, why, value }) => ({
      datetime,
      instrument,
      side,
      amount: Number.NaN,
      deal_amount: 0,
      price: Number.NaN,
      value,
      cost: 0,
      factor: Number.NaN,
      reason: why,
    })),
  ].sort((a, b) => Number(a.datetime - b.datetime));
  const texts = (name: "instrument" | "side" | "reason") =>
    Column.of(
      "string",
      rows.map((row) => row[name]),
    );
  const columns = new Map<string, ColumnSource>([
    [
      "datetime",
      Column.of(
        "datetime",
        BigInt64Array.from(rows, ({ datetime }) => datetime),
      ),
    ],
    ["instrument", texts("instrument")],
    ["side", texts("side")],
    ...NUMBERS.map((name): [string, ColumnSource] => [
      name,
      Column.of(
        "float64",
        Float64Array.from(rows, (row) => row[name]),
      ),
    ]),
    ["reason", texts("reason")],
  ]);
  return columnsToArrow(columns, rows.length);
}
