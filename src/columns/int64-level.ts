/** Gives 64-bit integers codes by order of appearance, by an open-addressing table over their two words. */
export class Int64Level {
  #words = new Int32Array(2 * 1024);
  #table = new Int32Array(4096).fill(-1);
  #count = 0;
  #last = -1;

  /** How many values have a code. */
  get count(): number {
    return this.#count;
  }

  /** codes[i] = the code of values[i]. */
  encode(values: BigInt64Array, codes: Int32Array): void {
    const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let i = 0; i < values.length; i++) {
      const [low, high] = [words[2 * i]!, words[2 * i + 1]!];
      const same =
        this.#last >= 0 && this.#words[2 * this.#last] === low && this.#words[2 * this.#last + 1] === high;
      if (!same) this.#last = this.#code(low, high);
      codes[i] = this.#last;
    }
  }

  values(): BigInt64Array {
    return new BigInt64Array(this.#words.buffer.slice(0, 8 * this.#count));
  }

  #code(low: number, high: number): number {
    let slot = this.#slot(low, high);
    for (let code = this.#table[slot]!; code >= 0; code = this.#table[slot]!) {
      if (this.#words[2 * code] === low && this.#words[2 * code + 1] === high) return code;
      slot = (slot + 1) & (this.#table.length - 1);
    }
    if (2 * this.#count === this.#words.length) this.#grow();
    this.#words[2 * this.#count] = low;
    this.#words[2 * this.#count + 1] = high;
    this.#put(this.#count);
    return this.#count++;
  }

  #slot(low: number, high: number): number {
    const mixed = Math.imul(
      Math.imul(low ^ (low >>> 15), 0x2c1b3c6d) ^ Math.imul(high, 0x297a2d39),
      0x85ebca6b,
    );
    return (mixed ^ (mixed >>> 13)) & (this.#table.length - 1);
  }

  #put(code: number): void {
    let slot = this.#slot(this.#words[2 * code]!, this.#words[2 * code + 1]!);
    while (this.#table[slot]! >= 0) slot = (slot + 1) & (this.#table.length - 1);
    this.#table[slot] = code;
  }

  #grow(): void {
    const words = new Int32Array(2 * this.#words.length);
    words.set(this.#words);
    this.#words = words;
    this.#table = new Int32Array(2 * this.#table.length).fill(-1);
    for (let code = 0; code < this.#count; code++) this.#put(code);
  }
}
