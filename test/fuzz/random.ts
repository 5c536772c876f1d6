/** A seeded sequence of numbers (mulberry32): the same seed gives the same mutants everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A sequence of its own for mutant `k` of the file numbered `file`. */
  static of(seed: number, file: number, k: number): Random {
    const random = new Random(Math.imul(seed ^ Math.imul(file + 1, 0x9e3779b1), 0x85ebca6b) ^ k);
    for (let i = 0; i < 3; i++) random.below(2);
    return random;
  }

  /** A whole number in [0, end). */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  /** A whole number in [first, last]. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }
}
