import { canonicalCode, canonicalPositions } from "../names/instrument-code.js";

/** Positions of names, ascending and each once, and the names that have none. */
export interface FoundCodes {
  readonly codes: Int32Array;
  readonly unknown: readonly string[];
}

/** Instrument names to positions; shared by a panel and its contiguous windows. */
export class InstrumentNames {
  readonly #instruments: readonly string[];
  #searches = 0;
  #exact: Map<string, number> | undefined;
  #canonical: Map<string, number> | undefined;

  constructor(instruments: readonly string[]) {
    this.#instruments = instruments;
  }

  /** The position of a name as it stands, else of the first name with its canonical spelling; -1 for none. */
  codeOf(instrument: string): number {
    const exact = this.#exactCodeOf(instrument);
    if (exact >= 0) return exact;
    this.#canonical ??= canonicalPositions(this.#instruments);
    return this.#canonical.get(canonicalCode(instrument)) ?? -1;
  }

  codesOfAll(instruments: Iterable<string>): FoundCodes {
    const codes: number[] = [];
    const unknown: string[] = [];
    for (const name of instruments) {
      const code = this.codeOf(name);
      if (code >= 0) codes.push(code);
      else unknown.push(name);
    }
    return { codes: ascendingOnce(codes), unknown };
  }

  /** A few names are searched for; many make a map of all, which takes as long as a search for a tenth of them. */
  #exactCodeOf(instrument: string): number {
    const names = this.#instruments;
    if (!this.#exact && ++this.#searches * 10 > names.length) {
      this.#exact = new Map(names.map((name, position) => [name, position]));
    }
    if (this.#exact) return this.#exact.get(instrument) ?? -1;
    let [low, high] = [0, names.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (names[middle]! < instrument) low = middle + 1;
      else high = middle;
    }
    return names[low] === instrument ? low : -1;
  }
}

function ascendingOnce(codes: readonly number[]): Int32Array {
  const ascending = new Int32Array(codes).sort();
  let kept = 0;
  for (const code of ascending) if (kept === 0 || code !== ascending[kept - 1]) ascending[kept++] = code;
  return ascending.subarray(0, kept);
}
