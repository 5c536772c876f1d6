import type { Exchange } from "../exchange/exchange.js";
import { isClose } from "../exchange/is-close.js";
import type { InstrumentOrder } from "../scores/instrument-order.js";

/** One instrument that is held. */
export interface Holding {
  /** Adjusted shares: real shares divided by the factor. Below 0: sold short. */
  readonly amount: number;
  /** The last close while it was held; of a new one the price it was bought at. */
  readonly price: number;
  /** Its share of the account at the last close. */
  readonly weight: number;
  /** Sessions at whose end it was held, halts too; 0 on the day it was bought (qlib: count_day). */
  readonly days: number;
}

/** Where the money of a sale waits until the session's end; undefined: it can be used at once. */
export type Settle = "cash" | undefined;

/** What is held, column by column, in the order in which it was bought, as in the dict of qlib. */
export interface BookCells {
  /** How many cells of each column count; there are more. */
  readonly size: number;
  readonly codes: Int32Array;
  readonly amounts: Float64Array;
  readonly prices: Float64Array;
  readonly weights: Float64Array;
  readonly days: Int32Array;
}

const NOT_HELD = -1;

/** Cash and what is held: qlib's `Position` (qlib.backtest.position). */
export class Book {
  cash: number;
  /** The money of today's sales that can be used from tomorrow on. */
  delayed = 0;
  readonly settle: Settle;
  readonly #order: InstrumentOrder;
  /** Where each instrument stands in the columns. */
  readonly #slots: Int32Array;
  #cells = new Cells(64);
  #sorted: readonly number[] | undefined;

  constructor(cash: number, settle: Settle, order: InstrumentOrder) {
    this.cash = cash;
    this.settle = settle;
    this.#order = order;
    this.#slots = new Int32Array(order.names.length).fill(NOT_HELD);
  }

  /** How many instruments are held. */
  get size(): number {
    return this.#cells.size;
  }

  /**
   * What is held, in the order of the names. qlib walks a Python set, whose order differs from run to run
   * (PYTHONHASHSEED); this is one of its orders.
   */
  get held(): readonly number[] {
    this.#sorted ??= this.#order.sorted(this.codes());
    return this.#sorted;
  }

  /** What is held, until the next trade. */
  get cells(): BookCells {
    return this.#cells;
  }

  /** What is held, in the order in which it was bought. */
  codes(): number[] {
    const { codes, size } = this.#cells;
    const held: number[] = [];
    for (let i = 0; i < size; i++) held.push(codes[i]!);
    return held;
  }

  has(code: number): boolean {
    return this.#slots[code] !== NOT_HELD;
  }

  /** 0 of what is not held. */
  amountOf(code: number): number {
    const slot = this.#slots[code]!;
    return slot === NOT_HELD ? 0 : this.#cells.amounts[slot]!;
  }

  /** Of what is held: its price, and for how many sessions it has been. */
  priceOf(code: number): number {
    return this.#cells.prices[this.#slots[code]!]!;
  }

  daysOf(code: number): number {
    return this.#cells.days[this.#slots[code]!]!;
  }

  /** Holds something that it did not. */
  put(code: number, { amount, price, weight, days }: Holding): void {
    if (this.#cells.size === this.#cells.codes.length) this.#cells = this.#cells.widened();
    const cells = this.#cells;
    const slot = cells.size++;
    this.#slots[code] = slot;
    cells.codes[slot] = code;
    cells.amounts[slot] = amount;
    cells.prices[slot] = price;
    cells.weights[slot] = weight;
    cells.days[slot] = days;
    this.#sorted = undefined;
  }

  buy(code: number, amount: number, price: number, value: number, cost: number): void {
    const slot = this.#slots[code]!;
    if (slot === NOT_HELD) this.put(code, { amount, price, weight: 0, days: 0 });
    else if (isClose(-this.#cells.amounts[slot]!, amount)) this.#remove(slot);
    else this.#cells.amounts[slot]! += amount;
    this.cash -= value + cost;
  }

  /** Of what is not held, or of more than is, the rest is sold short. */
  sell(code: number, amount: number, price: number, value: number, cost: number): void {
    const slot = this.#slots[code]!;
    if (slot === NOT_HELD) this.put(code, { amount: -amount, price, weight: 0, days: 0 });
    else if (isClose(this.#cells.amounts[slot]!, amount)) this.#remove(slot);
    else this.#cells.amounts[slot]! -= amount;
    if (this.settle === "cash") this.delayed += value - cost;
    else this.cash += value - cost;
  }

  /** What was bought later moves up. */
  #remove(slot: number): void {
    const cells = this.#cells;
    this.#slots[cells.codes[slot]!] = NOT_HELD;
    cells.remove(slot);
    for (let i = slot; i < cells.size; i++) this.#slots[cells.codes[i]!] = i;
    this.#sorted = undefined;
  }

  /** Values what is held at the close, and counts the session; what is suspended keeps its price. */
  close(exchange: Exchange, session: number): void {
    const { codes, prices, days, size } = this.#cells;
    for (let i = 0; i < size; i++) {
      const close = exchange.close(codes[i]!, session);
      if (!Number.isNaN(close)) prices[i] = close;
      days[i]!++;
    }
  }

  /** Notes the share of the account that each holding is. */
  weigh(account: number): void {
    const { amounts, prices, weights, size } = this.#cells;
    for (let i = 0; i < size; i++) weights[i] = (amounts[i]! * prices[i]!) / account;
  }

  /** The value of what is held at its prices, added up in the order of the names. */
  get stockValue(): number {
    const { amounts, prices } = this.#cells;
    let value = 0;
    for (const code of this.held) {
      const slot = this.#slots[code]!;
      value += amounts[slot]! * prices[slot]!;
    }
    return value;
  }

  /** After the session is recorded: the money of its sales can be used. */
  settleSales(): void {
    this.cash += this.delayed;
    this.delayed = 0;
  }
}

class Cells implements BookCells {
  size = 0;
  readonly codes: Int32Array;
  readonly amounts: Float64Array;
  readonly prices: Float64Array;
  readonly weights: Float64Array;
  readonly days: Int32Array;

  constructor(room: number) {
    this.codes = new Int32Array(room);
    this.amounts = new Float64Array(room);
    this.prices = new Float64Array(room);
    this.weights = new Float64Array(room);
    this.days = new Int32Array(room);
  }

  remove(slot: number): void {
    const { codes, amounts, prices, weights, days, size } = this;
    for (let i = slot + 1; i < size; i++) {
      codes[i - 1] = codes[i]!;
      amounts[i - 1] = amounts[i]!;
      prices[i - 1] = prices[i]!;
      weights[i - 1] = weights[i]!;
      days[i - 1] = days[i]!;
    }
    this.size--;
  }

  widened(): Cells {
    const wider = new Cells(2 * this.codes.length);
    wider.size = this.size;
    wider.codes.set(this.codes);
    wider.amounts.set(this.amounts);
    wider.prices.set(this.prices);
    wider.weights.set(this.weights);
    wider.days.set(this.days);
    return wider;
  }
}
