import { Column } from "../../columns/column.js";
import { PanelIndex } from "../../keys/panel-index.js";
import { Panel } from "../../panel/panel.js";
import { formatNs } from "../../time.js";
import type { InstrumentOrder } from "../scores/instrument-order.js";
import type { BookCells, Holding } from "./book.js";

/** What was held of an instrument at the end of a session. */
export interface Position extends Holding {
  readonly instrument: string;
}

/** What was held at the end of each session: qlib's positions, without its objects. */
export class PositionHistory {
  /** Epoch nanoseconds, strictly ascending; a session in which nothing was held is one of them. */
  readonly datetimes: BigInt64Array;
  readonly #order: InstrumentOrder;
  /** Session s holds the entries [starts[s], starts[s + 1]), in the order in which they were bought. */
  readonly #starts: Uint32Array;
  /** How many sessions have been taken down. */
  #sessions = 0;
  /** Longer than the entries that there are; they grow by half. */
  #codes: Int32Array;
  #days: Int32Array;
  #amounts: Float64Array;
  #prices: Float64Array;
  #weights: Float64Array;

  /** @param room how many entries to expect */
  constructor(datetimes: BigInt64Array, order: InstrumentOrder, room: number) {
    this.datetimes = datetimes;
    this.#order = order;
    this.#starts = new Uint32Array(datetimes.length + 1);
    this.#codes = new Int32Array(room);
    this.#days = new Int32Array(room);
    this.#amounts = new Float64Array(room);
    this.#prices = new Float64Array(room);
    this.#weights = new Float64Array(room);
  }

  /** Takes down what is held at the end of the next session. @internal */
  record({ size, codes, amounts, prices, weights, days }: BookCells): void {
    const at = this.#starts[this.#sessions]!;
    this.#makeRoom(at + size);
    for (let i = 0; i < size; i++) {
      this.#codes[at + i] = codes[i]!;
      this.#amounts[at + i] = amounts[i]!;
      this.#prices[at + i] = prices[i]!;
      this.#weights[at + i] = weights[i]!;
      this.#days[at + i] = days[i]!;
    }
    this.#starts[++this.#sessions] = at + size;
  }

  #makeRoom(size: number): void {
    if (size <= this.#codes.length) return;
    const room = Math.max(size, Math.ceil(this.#codes.length * 1.5));
    const grown = <T extends Int32Array | Float64Array>(cells: T, wider: T): T => {
      wider.set(cells);
      return wider;
    };
    this.#codes = grown(this.#codes, new Int32Array(room));
    this.#days = grown(this.#days, new Int32Array(room));
    this.#amounts = grown(this.#amounts, new Float64Array(room));
    this.#prices = grown(this.#prices, new Float64Array(room));
    this.#weights = grown(this.#weights, new Float64Array(room));
  }

  /** How many instruments were held at the end of row `session`. */
  countAt(session: number): number {
    return this.#starts[session + 1]! - this.#starts[session]!;
  }

  /** What was held at the end of row `session`, in the order in which it was bought. */
  at(session: number): Position[] {
    const positions: Position[] = [];
    for (let i = this.#starts[session]!; i < this.#starts[session + 1]!; i++) {
      positions.push({
        instrument: this.#order.names[this.#codes[i]!]!,
        amount: this.#amounts[i]!,
        price: this.#prices[i]!,
        weight: this.#weights[i]!,
        days: this.#days[i]!,
      });
    }
    return positions;
  }

  /**
   * A Panel keyed by (datetime, instrument) with `amount`, `price`, `weight` and `count_day`, as qlib calls them; sessions
   * in which nothing was held have no row.
   */
  toPanel(): Panel {
    const count = this.#starts[this.#sessions]!;
    const held = this.#order.sorted([...new Set(this.#codes.subarray(0, count))]);
    const places = new Map(held.map((code, place) => [code, place]));
    const order = new Uint32Array(count);
    const [offsets, datetimes]: [number[], bigint[]] = [[0], []];
    for (const [s, ns] of this.datetimes.entries()) {
      const [first, last] = [this.#starts[s]!, this.#starts[s + 1]!];
      if (first === last) continue;
      const rows = Array.from({ length: last - first }, (_, i) => first + i);
      const rankOf = (row: number): number => this.#order.rankOf(this.#codes[row]!);
      rows.sort((a, b) => rankOf(a) - rankOf(b));
      order.set(rows, first);
      offsets.push(last);
      datetimes.push(ns);
    }
    const index = new PanelIndex({
      datetimes: BigInt64Array.from(datetimes),
      instruments: held.map((code) => this.#order.names[code]!),
      offsets: Uint32Array.from(offsets),
      codes: Int32Array.from(order, (row) => places.get(this.#codes[row]!)!),
      allUsed: true,
    });
    const column = (cells: Float64Array): Column =>
      Column.of(
        "float64",
        Float64Array.from(order, (row) => cells[row]!),
      );
    const columns = new Map([
      ["amount", column(this.#amounts)],
      ["price", column(this.#prices)],
      ["weight", column(this.#weights)],
      [
        "count_day",
        Column.of(
          "int32",
          Int32Array.from(order, (row) => this.#days[row]!),
        ),
      ],
    ]);
    return new Panel(index, columns, { source: "positions" });
  }

  /** The span and the size, for messages. */
  toString(): string {
    const { datetimes } = this;
    const last = datetimes.length - 1;
    return last < 0
      ? "no positions"
      : `positions of ${datetimes.length} sessions, ${formatNs(datetimes[0]!)} .. ${formatNs(datetimes[last]!)}`;
  }
}
