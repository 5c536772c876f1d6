import type { Random } from "./random.js";

/** A changed file, and what was done to it. */
export interface Mutated {
  readonly bytes: Buffer;
  readonly what: string;
}

/** Changes a file; undefined where there is nothing of the kind to change. `others` are the rest of the corpus. */
export type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Mutated | undefined;

/** A part of a file, half-open. */
export interface Region {
  readonly first: number;
  readonly last: number;
  readonly what: string;
}

/** Counts, sizes, codes and addresses that readers get wrong. */
const NUMBERS: readonly bigint[] = [
  0n,
  1n,
  2n,
  7n,
  127n,
  128n,
  255n,
  32767n,
  65535n,
  65536n,
  0x7ffffffen,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
  1n << 40n,
  (1n << 53n) + 1n,
  (1n << 62n) - 1n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 2n,
  (1n << 64n) - 1n,
];

/** Texts that break readers: other objects' names, ends of strings, directions, no UTF-8, patterns and paths. */
const TEXTS: readonly Buffer[] = [
  "__proto__",
  "constructor",
  "toString",
  "\0\0\0\0",
  "a\0b",
  "\u202e\u2066abc",
  "\ufeffdata",
  "'; DROP TABLE x; --",
  '"quoted"',
  "../../../etc/passwd",
  "datetime64[fs]",
  "datetime64[s]",
  "Mars/Olympus",
  "NaN",
  "-1",
  "1e400",
  "%s%n",
  "(lp1\nS'x'\na.",
]
  .map((text) => Buffer.from(text))
  .concat([Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80])]);

const truncate: Mutation = (bytes, random) => {
  const size = random.below(3) === 0 ? bytes.length - random.between(1, 64) : random.below(bytes.length);
  return { bytes: bytes.subarray(0, Math.max(0, size)), what: `cut to ${size} bytes` };
};

const flip: Mutation = (bytes, random) => flipIn(bytes, wholeOf(bytes), random);

const overwrite: Mutation = (bytes, random) => {
  const [at, length] = run(bytes, random);
  const out = Buffer.from(bytes);
  const kind = random.below(3);
  out.set(kind === 2 ? random.bytes(length) : new Uint8Array(length).fill(kind === 0 ? 0 : 0xff), at);
  return { bytes: out, what: `${length} bytes at ${at} overwritten (${["00", "ff", "random"][kind]})` };
};

const insert: Mutation = (bytes, random) => {
  const [at, length] = run(bytes, random);
  const more = random.below(2) === 0 ? random.bytes(length) : bytes.subarray(at, at + length);
  return {
    bytes: Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]),
    what: `${length} bytes inserted at ${at}`,
  };
};

const remove: Mutation = (bytes, random) => {
  const [at, length] = run(bytes, random);
  return {
    bytes: Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
    what: `${length} bytes removed at ${at}`,
  };
};

const swapBlocks: Mutation = (bytes, random) => {
  const [a, length] = run(bytes, random);
  const b = random.below(Math.max(1, bytes.length - length));
  const out = Buffer.from(bytes);
  out.set(bytes.subarray(b, b + length), a);
  out.set(bytes.subarray(a, Math.min(a + length, bytes.length)), b);
  return { bytes: out.subarray(0, bytes.length), what: `${length} bytes at ${a} and ${b} swapped` };
};

const splice: Mutation = (bytes, random, others) => {
  const other = random.pick(others);
  const [a, b] = [random.below(bytes.length), random.below(other.length)];
  return {
    bytes: Buffer.concat([bytes.subarray(0, a), other.subarray(b)]),
    what: `its first ${a} bytes, then another file from byte ${b}`,
  };
};

const number: Mutation = (bytes, random) => numberIn(bytes, wholeOf(bytes), random);

const hostileText: Mutation = (bytes, random) => {
  const words = wordsOf(bytes);
  if (words.length === 0) return undefined;
  const word = random.pick(words);
  const text = random.pick(TEXTS).subarray(0, word.last - word.first);
  const out = Buffer.from(bytes);
  out.set(text, word.first);
  return { bytes: out, what: `text at ${word.first} made ${JSON.stringify(text.toString("latin1"))}` };
};

/** Puts one of the file's own words in the place of another: an attribute's value, a name, a code. */
const swapWords: Mutation = (bytes, random) => {
  const words = wordsOf(bytes);
  if (words.length < 2) return undefined;
  const [a, b] = [random.pick(words), random.pick(words)];
  const out = Buffer.from(bytes);
  const length = Math.min(a.last - a.first, b.last - b.first);
  out.set(bytes.subarray(b.first, b.first + length), a.first);
  out.set(bytes.subarray(a.first, a.first + length), b.first);
  return { bytes: out, what: `words at ${a.first} and ${b.first} swapped (${length} bytes)` };
};

/** What can be done to a file of any format. */
export const byteMutations: readonly Mutation[] = [
  truncate,
  flip,
  flip,
  overwrite,
  insert,
  remove,
  swapBlocks,
  splice,
  number,
  number,
  hostileText,
  swapWords,
];

/** Flips up to 4 bits of a region. */
export function flipIn(bytes: Buffer, region: Region, random: Random): Mutated {
  const out = Buffer.from(bytes);
  const flipped: string[] = [];
  for (let i = random.between(1, 4); i > 0 && region.last > region.first; i--) {
    const [at, bit] = [region.first + random.below(region.last - region.first), random.below(8)];
    out[at]! ^= 1 << bit;
    flipped.push(`${at}.${bit}`);
  }
  return { bytes: out, what: `${region.what}: bits ${flipped.join(" ")} flipped` };
}

/** Writes a notorious number of 1 to 8 bytes into a region, mostly where a number of that width would lie. */
export function numberIn(bytes: Buffer, region: Region, random: Random): Mutated | undefined {
  const width = random.pick([1, 2, 4, 4, 8, 8]);
  const room = region.last - region.first - width;
  if (room < 0) return undefined;
  let at = region.first + random.below(room + 1);
  if (random.below(3) > 0) at = Math.max(region.first, at - ((at - region.first) % width));
  const value = random.below(8) === 0 ? BigInt(bytes.length) : random.pick(NUMBERS);
  const out = Buffer.from(bytes);
  for (let b = 0; b < width; b++) out[at + b] = Number((value >> BigInt(8 * b)) & 0xffn);
  return { bytes: out, what: `${region.what}: ${width}-byte number at ${at} made ${value}` };
}

/** Flips bits in, or writes a number into, one of the regions. */
export function inRegions(regions: (bytes: Buffer) => readonly Region[]): Mutation {
  return (bytes, random) => {
    const found = regions(bytes).filter(({ first, last }) => last > first && last <= bytes.length);
    if (found.length === 0) return undefined;
    const whats = [...new Set(found.map(({ what }) => what))];
    const what = random.pick(whats); // first the kind, so that rare kinds are met as often as frequent ones
    const region = random.pick(found.filter((one) => one.what === what));
    return random.below(2) === 0 ? flipIn(bytes, region, random) : numberIn(bytes, region, random);
  };
}

function wholeOf(bytes: Buffer): Region {
  return { first: 0, last: bytes.length, what: "file" };
}

function run(bytes: Buffer, random: Random): [at: number, length: number] {
  const at = random.below(bytes.length);
  return [at, Math.min(bytes.length - at, random.pick([1, 2, 4, 8, 24, 64, 300]))];
}

/** Printable runs of 3 bytes and more. */
function wordsOf(bytes: Buffer): Region[] {
  const words: Region[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const first = i;
    while (i < bytes.length && bytes[i]! >= 0x20 && bytes[i]! < 0x7f) i++;
    if (i - first >= 3) words.push({ first, last: i, what: "text" });
  }
  return words;
}
