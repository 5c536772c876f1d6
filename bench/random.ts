/** A small seeded generator (mulberry32), so that every run of a benchmark has the same market. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 32 random bits, as an unsigned integer. */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number in [low, high). */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low));
  }

  /** About standard normal; from a table, since 14 million rows want 60 million of them. */
  normal(): number {
    return NORMALS[this.bits() & (NORMALS.length - 1)]!;
  }
}

/** Box-Muller, once. */
const NORMALS = (() => {
  const random = new Random(20081229);
  const table = new Float64Array(1 << 14);
  for (let i = 0; i < table.length; i++) {
    const [u, v] = [1 - random.uniform(), random.uniform()];
    table[i] = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  }
  return table;
})();
