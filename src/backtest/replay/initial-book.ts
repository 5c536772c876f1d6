import { DataServiceError } from "../../errors.js";
import type { Market } from "../market/market.js";
import type { InstrumentOrder } from "../scores/instrument-order.js";
import type { BacktestState } from "./backtest.js";
import { Book, type Settle } from "./book.js";
import type { InitialAccount, ReplayOptions } from "./replay-options.js";

const DEFAULT_CASH = 100_000_000;
/** How far back qlib looks for the price of an initial position (Position.fill_stock_value). */
const SESSIONS_BACK = 30;

/** The names that a run begins with. */
export function initialNames({ account, after }: ReplayOptions): string[] {
  if (after) return after.holdings.map(({ instrument }) => instrument);
  return typeof account === "object" ? Object.keys(account.positions) : [];
}

/** What a run begins with. @throws DataServiceError bad-request */
export function initialBook(
  { account = DEFAULT_CASH, after }: ReplayOptions,
  market: Market,
  order: InstrumentOrder,
  first: number,
  settle: Settle,
): Book {
  const numbers = new Map(order.names.map((name, code) => [name, code]));
  const numberOf = (name: string): number => numbers.get(name) ?? market.positionOf(name);
  if (after) return bookAfter(after, order, settle, numberOf);
  if (typeof account === "number") return new Book(account, settle, order);
  const book = new Book(account.cash, settle, order);
  for (const [name, given] of Object.entries(account.positions)) {
    const code = numberOf(name);
    const { amount, price } =
      typeof given === "number" ? { amount: given, price: lastClose(market, code, first, name) } : given;
    if (!(amount >= 0) || !(price >= 0)) throw badPosition(name, account);
    book.put(code, { amount, price, weight: 0, days: 0 });
  }
  return book;
}

function bookAfter(
  { cash, holdings }: BacktestState,
  order: InstrumentOrder,
  settle: Settle,
  numberOf: (name: string) => number,
): Book {
  const book = new Book(cash, settle, order);
  for (const { instrument, amount, price, weight, days } of holdings) {
    book.put(numberOf(instrument), { amount, price, weight, days });
  }
  return book;
}

/** The last close before the run. @throws DataServiceError bad-request */
function lastClose(market: Market, code: number, first: number, name: string): number {
  const width = market.instruments.length;
  const close = market.field("$close");
  if (code < width) {
    for (let s = first - 1; s >= Math.max(0, first - SESSIONS_BACK); s--) {
      const price = close[s * width + code]!;
      if (!Number.isNaN(price)) return price;
    }
  }
  throw new DataServiceError(
    "bad-request",
    `replay: ${name} has no close in the ${SESSIONS_BACK} sessions before the run; give { amount, price }`,
    { instrument: name },
  );
}

function badPosition(name: string, { positions }: InitialAccount): DataServiceError {
  return new DataServiceError(
    "bad-request",
    `replay: position ${name} is ${JSON.stringify(positions[name])}; give adjusted shares, or { amount, price }`,
    { instrument: name },
  );
}
