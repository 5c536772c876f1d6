import { isClose } from "../exchange/is-close.js";
import type { InstrumentOrder } from "../scores/instrument-order.js";

/** One instrument that is held. */
export interface Holding {
  /** Adjusted shares: real shares divided by the factor. */
  amount: number;
  /** The last close while it was held; of a new one the price it was bought at. */
  price: number;
  /** Its share of the account at the last close. */
  weight: number;
  /** Sessions at whose end it was held, halts too; 0 on the day it was bought (qlib: count_day). */
  days: number;
}

/** Where the money of a sale waits until the session's end; undefined: it can be used at once. */
export type Settle = "cash" | undefined;

/** Cash and what is held: qlib's `Position` (qlib.backtest.position). */
export class Book {
  cash: number;
  /** The money of today's sales that can be used from tomorrow on. */
  delayed = 0;
  readonly settle: Settle;
  /** In the order in which they were bought, as in the dict of qlib. */
  readonly holdings = new Map<number, Holding>();
  readonly #order: InstrumentOrder;
  #sorted: readonly number[] | undefined;

  constructor(cash: number, settle: Settle, order: InstrumentOrder) {
    this.cash = cash;
    this.settle = settle;
    this.#order = order;
  }

  /**
   * What is held, in the order of the names. qlib walks a Python set, whose order differs from run to run
   * (PYTHONHASHSEED); this is one of its orders.
   */
  get held(): readonly number[] {
    this.#sorted ??= this.#order.sorted(this.holdings.keys());
    return this.#sorted;
  }

  amountOf(code: number): number {
    return this.holdings.get(code)?.amount ?? 0;
  }

  put(code: number, holding: Holding): void {
    this.holdings.set(code, holding);
    this.#sorted = undefined;
  }

  buy(code: number, amount: number, price: number, value: number, cost: number): void {
    const holding = this.holdings.get(code);
    if (holding) holding.amount += amount;
    else this.put(code, { amount, price, weight: 0, days: 0 });
    this.cash -= value + cost;
  }

  sell(code: number, amount: number, value: number, cost: number): void {
    const holding = this.holdings.get(code)!;
    if (isClose(holding.amount, amount)) {
      this.holdings.delete(code);
      this.#sorted = undefined;
    } else holding.amount -= amount;
    if (this.settle === "cash") this.delayed += value - cost;
    else this.cash += value - cost;
  }

  /** The value of what is held at its prices. */
  get stockValue(): number {
    let value = 0;
    for (const code of this.held) {
      const { amount, price } = this.holdings.get(code)!;
      value += amount * price;
    }
    return value;
  }

  /** After the session is recorded: the money of its sales can be used. */
  settleSales(): void {
    this.cash += this.delayed;
    this.delayed = 0;
  }
}
