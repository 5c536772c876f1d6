/** Texts within bytes: the i-th has the bytes [starts[i], ends[i]). */
type Offsets = Int32Array | Float64Array;

/**
 * Gives texts codes by order of appearance, by their bytes: an open-addressing table over hashes. No string is made until
 * `texts` makes one of each.
 */
export class TextLevel {
  /** The bytes of all entries, one after another, and where each ends. */
  #bytes = new Uint8Array(1 << 14);
  #ends = new Int32Array(1 << 10);
  #hashes = new Int32Array(1 << 10);
  #table = new Int32Array(1 << 12).fill(-1);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** codes[i] = the code of the i-th text, for every i of `codes`; −1 where a byte of `present` says that there is none. */
  encode(bytes: Uint8Array, starts: Offsets, ends: Offsets, codes: Int32Array, present?: Uint8Array): void {
    // Rows of one instrument may follow each other, and those of a session are often in the order of that before.
    let [before, next] = [-1, 0];
    for (let i = 0; i < codes.length; i++) {
      if (present?.[i] === 0) {
        codes[i] = -1;
        continue;
      }
      const [first, last] = [starts[i]!, ends[i]!];
      if (before >= 0 && this.#is(before, bytes, first, last)) {
        codes[i] = before;
        continue;
      }
      const code =
        next < this.#count && this.#is(next, bytes, first, last) ? next : this.#find(bytes, first, last);
      codes[i] = code;
      before = code;
      next = code + 1;
    }
  }

  /** All entries, as `decode` makes them of their bytes. */
  texts(decode: (bytes: Uint8Array) => string, from = 0): string[] {
    return Array.from({ length: this.#count - from }, (_, i) => {
      const code = from + i;
      return decode(this.#bytes.subarray(this.#startOf(code), this.#ends[code]));
    });
  }

  #startOf(code: number): number {
    return code === 0 ? 0 : this.#ends[code - 1]!;
  }

  #is(code: number, bytes: Uint8Array, first: number, last: number): boolean {
    const start = this.#startOf(code);
    if (this.#ends[code]! - start !== last - first) return false;
    const own = this.#bytes;
    // Codes of one market begin alike and end differently.
    for (let i = last - first - 1; i >= 0; i--) if (own[start + i] !== bytes[first + i]) return false;
    return true;
  }

  #find(bytes: Uint8Array, first: number, last: number): number {
    const hash = hashOf(bytes, first, last);
    const most = this.#table.length - 1;
    let slot = hash & most;
    for (let code = this.#table[slot]!; code >= 0; code = this.#table[slot]!) {
      if (this.#hashes[code] === hash && this.#is(code, bytes, first, last)) return code;
      slot = (slot + 1) & most;
    }
    return this.#add(bytes, first, last, hash, slot);
  }

  #add(bytes: Uint8Array, first: number, last: number, hash: number, slot: number): number {
    const code = this.#count;
    const start = code === 0 ? 0 : this.#ends[code - 1]!;
    const end = start + last - first;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, Math.max(end, 2 * this.#bytes.length));
    if (code === this.#ends.length) {
      this.#ends = grown(this.#ends, 2 * code);
      this.#hashes = grown(this.#hashes, 2 * code);
    }
    this.#bytes.set(bytes.subarray(first, last), start);
    this.#ends[code] = end;
    this.#hashes[code] = hash;
    this.#table[slot] = code;
    this.#count++;
    if (2 * this.#count > this.#table.length) this.#rehash();
    return code;
  }

  #rehash(): void {
    const table = new Int32Array(2 * this.#table.length).fill(-1);
    const most = table.length - 1;
    for (let code = 0; code < this.#count; code++) {
      let slot = this.#hashes[code]! & most;
      while (table[slot]! >= 0) slot = (slot + 1) & most;
      table[slot] = code;
    }
    this.#table = table;
  }
}

/** FNV-1a, its bits mixed: the table looks at the lowest. */
function hashOf(bytes: Uint8Array, first: number, last: number): number {
  let hash = 0x811c9dc5;
  for (let i = first; i < last; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
}

function grown<T extends Uint8Array | Int32Array>(array: T, length: number): T {
  const more = new (array.constructor as new (length: number) => T)(length);
  more.set(array);
  return more;
}
