import type { Cut, Deal } from "../exchange/deal.js";
import type { Order } from "../strategies/strategy.js";
import type { FilledOrder } from "./backtest.js";

/** What the log holds of an order, one cell a column. */
const NUMBERS = ["amount", "dealAmount", "price", "value", "cost", "factor"] as const;
type NumberColumn = (typeof NUMBERS)[number];

const FIRST_ROOM = 256;
/** A cell is its reason's place. */
const CUTS: readonly (Cut | undefined)[] = [undefined, "volume", "cash", "lot"];

/**
 * Orders and what came of them, column by column: a run writes tens of thousands, of which most callers look at none, so
 * they become objects when they are first asked for.
 */
export class OrderLog {
  readonly #datetimes: BigInt64Array;
  readonly #names: readonly string[];
  #count = 0;
  #rows = new Int32Array(FIRST_ROOM);
  #codes = new Int32Array(FIRST_ROOM);
  #isBuy = new Uint8Array(FIRST_ROOM);
  #cuts = new Uint8Array(FIRST_ROOM);
  readonly #numbers: Record<NumberColumn, Float64Array>;
  #orders: readonly FilledOrder[] | undefined;

  /** @param datetimes of the run's sessions */
  constructor(datetimes: BigInt64Array, names: readonly string[]) {
    this.#datetimes = datetimes;
    this.#names = names;
    this.#numbers = Object.fromEntries(NUMBERS.map((name) => [name, new Float64Array(FIRST_ROOM)])) as Record<
      NumberColumn,
      Float64Array
    >;
  }

  get count(): number {
    return this.#count;
  }

  /** @param row the session, counted from the run's first */
  add(row: number, { code, side, amount }: Order, deal: Deal): void {
    if (this.#count === this.#rows.length) this.#widen();
    const at = this.#count++;
    this.#rows[at] = row;
    this.#codes[at] = code;
    this.#isBuy[at] = side === "buy" ? 1 : 0;
    this.#cuts[at] = CUTS.indexOf(deal.cut);
    const { amount: amounts, dealAmount, price, value, cost, factor } = this.#numbers;
    amounts[at] = amount;
    dealAmount[at] = deal.amount;
    price[at] = deal.price;
    value[at] = deal.value;
    cost[at] = deal.cost;
    factor[at] = deal.factor;
  }

  codeAt(order: number): number {
    return this.#codes[order]!;
  }

  cutAt(order: number): Cut | undefined {
    return CUTS[this.#cuts[order]!];
  }

  /** A column's cells; as long as the log, or longer. */
  cellsOf(name: NumberColumn): Float64Array {
    return this.#numbers[name];
  }

  /** In the order in which they were executed. */
  get orders(): readonly FilledOrder[] {
    this.#orders ??= Array.from({ length: this.#count }, (_, at) => this.#orderAt(at));
    return this.#orders;
  }

  #orderAt(at: number): FilledOrder {
    const { amount, dealAmount, price, value, cost, factor } = this.#numbers;
    const cut = this.cutAt(at);
    return {
      datetime: this.#datetimes[this.#rows[at]!]!,
      instrument: this.#names[this.#codes[at]!]!,
      side: this.#isBuy[at] === 1 ? "buy" : "sell",
      amount: amount[at]!,
      dealAmount: dealAmount[at]!,
      price: price[at]!,
      value: value[at]!,
      cost: cost[at]!,
      factor: factor[at]!,
      ...(cut && { cut }),
    };
  }

  #widen(): void {
    const room = 2 * this.#rows.length;
    const wider = <T extends Int32Array | Uint8Array | Float64Array>(cells: T, empty: T): T => {
      empty.set(cells);
      return empty;
    };
    this.#rows = wider(this.#rows, new Int32Array(room));
    this.#codes = wider(this.#codes, new Int32Array(room));
    this.#isBuy = wider(this.#isBuy, new Uint8Array(room));
    this.#cuts = wider(this.#cuts, new Uint8Array(room));
    for (const name of NUMBERS) this.#numbers[name] = wider(this.#numbers[name], new Float64Array(room));
  }
}
