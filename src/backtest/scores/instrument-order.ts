import type { Market } from "../market/market.js";

/** Up to so many are sorted by insertion, which calls nothing. */
const SHORT = 100;

/**
 * The instruments of a backtest as numbers: the market's positions, and behind them the names that only scores or
 * initial positions have. qlib walks and ranks names as sorted text, so numbers are compared by their names' ranks.
 */
export class InstrumentOrder {
  readonly names: readonly string[];
  /** The numbers in the order of their names, and the rank of each; undefined where the numbers are the ranks. */
  readonly #byRank: Int32Array | undefined;
  readonly #ranks: Int32Array | undefined;

  constructor(market: Market, foreign: readonly string[]) {
    this.names = foreign.length === 0 ? market.instruments : [...market.instruments, ...foreign];
    if (foreign.length === 0) return;
    const { names } = this;
    this.#byRank = Int32Array.from(names.keys()).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
    this.#ranks = new Int32Array(names.length);
    for (const [rank, code] of this.#byRank.entries()) this.#ranks[code] = rank;
  }

  rankOf(code: number): number {
    return this.#ranks ? this.#ranks[code]! : code;
  }

  codeAt(rank: number): number {
    return this.#byRank ? this.#byRank[rank]! : rank;
  }

  /** The numbers in the order of their names, as a new list. */
  sorted(codes: readonly number[]): number[] {
    const ranks: number[] = [];
    for (const code of codes) ranks.push(this.rankOf(code));
    if (ranks.length <= SHORT) insertionSort(ranks);
    else ranks.sort((a, b) => a - b);
    if (this.#byRank) for (let i = 0; i < ranks.length; i++) ranks[i] = this.#byRank[ranks[i]!]!;
    return ranks;
  }
}

function insertionSort(numbers: number[]): void {
  for (let i = 1; i < numbers.length; i++) {
    const number = numbers[i]!;
    let at = i;
    while (at > 0 && numbers[at - 1]! > number) {
      numbers[at] = numbers[at - 1]!;
      at--;
    }
    numbers[at] = number;
  }
}
