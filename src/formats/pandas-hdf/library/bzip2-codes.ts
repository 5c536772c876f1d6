import type { BitReader } from "./bit-reader.js";

/** The next symbol of a block; undefined where the codes are damaged or at an end. */
export type SymbolReader = () => number | undefined;

/** A canonical Huffman code: symbols by length and value, and what tells a code of each length. */
interface Code {
  readonly shortest: number;
  readonly longest: number;
  /** By length: the highest code, and what to add to a code for its place in `symbols`. */
  readonly highest: Int32Array;
  readonly shift: Int32Array;
  readonly symbols: Uint16Array;
}

export interface Tables {
  /** Which code each group of symbols has. */
  readonly selectors: Uint8Array;
  readonly codes: readonly Code[];
}

const LONGEST = 20;
const GROUP_SYMBOLS = 50;

/** The tables of a block whose alphabet has `size` symbols, or undefined. */
export function readTables(bits: BitReader, size: number): Tables | undefined {
  const codeCount = bits.read(3);
  const selectors = new Uint8Array(bits.read(15));
  if (codeCount < 2 || codeCount > 6 || selectors.length === 0) return undefined;
  const recent = Array.from({ length: codeCount }, (_, i) => i);
  for (let i = 0; i < selectors.length; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= codeCount) return undefined;
    const selector = recent[place]!;
    recent.copyWithin(1, 0, place);
    recent[0] = selector;
    selectors[i] = selector;
  }
  const codes: Code[] = [];
  while (codes.length < codeCount) {
    const code = readCode(bits, size);
    if (!code) return undefined;
    codes.push(code);
  }
  return bits.isPastEnd ? undefined : { selectors, codes };
}

function readCode(bits: BitReader, size: number): Code | undefined {
  const lengths = new Uint8Array(size);
  let length = bits.read(5);
  for (let symbol = 0; symbol < size; symbol++) {
    for (;;) {
      if (length < 1 || length > LONGEST) return undefined;
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
      if (bits.isPastEnd) return undefined;
    }
    lengths[symbol] = length;
  }
  return codeOf(lengths);
}

function codeOf(lengths: Uint8Array): Code {
  const highest = new Int32Array(LONGEST + 1).fill(-1);
  const shift = new Int32Array(LONGEST + 1);
  const symbols = new Uint16Array(lengths.length);
  let [next, place] = [0, 0];
  for (let length = 1; length <= LONGEST; length++) {
    shift[length] = place - next;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[place++] = symbol;
      next++;
    }
    highest[length] = next - 1;
    next *= 2;
  }
  return { shortest: Math.min(...lengths), longest: Math.max(...lengths), highest, shift, symbols };
}

/** Reads symbols in groups of 50, each with the code that its selector names. */
export function selectedSymbols(bits: BitReader, { selectors, codes }: Tables): SymbolReader {
  let group = 0;
  let left = 0;
  let code = codes[0]!;
  return () => {
    if (left === 0) {
      if (group === selectors.length || bits.isPastEnd) return undefined;
      code = codes[selectors[group++]!]!;
      left = GROUP_SYMBOLS;
    }
    left--;
    const { shortest, longest, highest, shift, symbols } = code;
    let value = bits.read(shortest);
    for (let length = shortest; ; ) {
      if (value <= highest[length]!) return symbols[value + shift[length]!];
      if (++length > longest) return undefined;
      value = value * 2 + bits.read(1);
    }
  };
}
