import { canonicalCode, canonicalPositions } from "../names/instrument-code.js";
import { type Spelling, spelledAs, spellingOf } from "../names/spelling.js";

/**
 * Instruments under whatever spelling each table gives them: a code is looked up as it stands, then by its
 * canonical spelling. Names that are added get the spelling of the first table, where that has one.
 */
export class InstrumentMap {
  readonly #names: string[];
  readonly #exact: Map<string, number>;
  readonly #spelling: Spelling | undefined;
  #canonical: Map<string, number> | undefined;

  constructor(names: readonly string[]) {
    this.#names = [...names];
    this.#exact = new Map(names.map((name, position) => [name, position]));
    this.#spelling = spellingOf(names);
  }

  /** The known names: those of the constructor in their order, then those added. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** The position of each code in `names`, or -1. No two codes get one position: the exact spelling wins. */
  find(codes: readonly string[]): Int32Array {
    const found = new Int32Array(codes.length);
    let missing = 0;
    for (const [i, code] of codes.entries()) {
      found[i] = this.#exact.get(code) ?? -1;
      if (found[i] === -1) missing++;
    }
    if (missing === 0) return found;
    const taken = new Uint8Array(this.#names.length);
    for (const position of found) if (position >= 0) taken[position] = 1;
    const canonical = this.#byCanonical();
    for (const [i, code] of codes.entries()) {
      if (found[i]! >= 0) continue;
      const position = canonical.get(canonicalCode(code));
      if (position === undefined || taken[position] === 1) continue;
      found[i] = position;
      taken[position] = 1;
    }
    return found;
  }

  /** `find`, where codes that are not known are added. */
  findOrAdd(codes: readonly string[]): Int32Array {
    const found = this.find(codes);
    for (const [i, code] of codes.entries()) if (found[i] === -1) found[i] = this.#add(code);
    return found;
  }

  #add(code: string): number {
    const respelled = spelledAs(code, this.#spelling);
    const name = this.#exact.has(respelled) ? code : respelled;
    const position = this.#names.push(name) - 1;
    this.#exact.set(name, position);
    const canonical = this.#byCanonical();
    if (!canonical.has(canonicalCode(name))) canonical.set(canonicalCode(name), position);
    return position;
  }

  #byCanonical(): Map<string, number> {
    this.#canonical ??= canonicalPositions(this.#names);
    return this.#canonical;
  }
}

/**
 * For each instrument of `from` its position in `to`, or -1, whichever way the two spell their codes. No two
 * get one position: the exact spelling wins.
 */
export function mapInstruments(from: readonly string[], to: readonly string[]): Int32Array {
  if (from === to || (from.length === to.length && from.every((name, i) => name === to[i]))) {
    return Int32Array.from(from.keys());
  }
  return new InstrumentMap(to).find(from);
}
