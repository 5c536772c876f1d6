import { PanelIndex } from "../keys/panel-index.js";
import { InstrumentMap } from "./instrument-map.js";

/**
 * The keys that any of the indexes has, instruments spelled as `spelling` (else the first) spells them. A
 * session's instruments are collected as bits, so that it does not matter how each index spells and sorts its
 * codes. O(rows of all + sessions × instruments / 32).
 */
export function uniteIndexes(
  indexes: readonly [PanelIndex, ...PanelIndex[]],
  spelling: PanelIndex = indexes[0],
): PanelIndex {
  const { instruments, toUnion } = uniteInstruments(indexes, spelling);
  const datetimes = indexes.map((index) => index.datetimes).reduce(mergeTimes);
  const placed = indexes.map((index, i) => new Cursor(index, toUnion[i]!));
  const offsets = new Uint32Array(datetimes.length + 1);
  const codes = new Int32Array(mostRows(datetimes, indexes, instruments.length));
  const bits = new Int32Array((instruments.length + 31) >>> 5);
  let count = 0;
  for (let s = 0; s < datetimes.length; s++) {
    for (const cursor of placed) cursor.mark(datetimes[s]!, bits);
    count = emptyBits(bits, codes, count);
    offsets[s + 1] = count;
  }
  // What was reserved is held on to only where it is nearly used up.
  const held = count * 1.1 < codes.length ? codes.slice(0, count) : codes.subarray(0, count);
  return new PanelIndex({
    datetimes,
    instruments,
    offsets,
    codes: held,
    timezone: timezoneOf(indexes, spelling),
  });
}

/**
 * The keys of `index` with its instruments spelled as `spelling` spells them; those it does not know in its
 * style, where it has one. Shares the index's memory where they sort alike in both.
 */
export function respellIndex(index: PanelIndex, spelling: PanelIndex): PanelIndex {
  const map = new InstrumentMap(spelling.instruments);
  const instruments = Array.from(map.findOrAdd(index.instruments), (position) => map.names[position]!);
  const { datetimes, offsets } = index;
  const timezone = spelling.timezone ?? index.timezone;
  const alike = instruments.every((name, i) => name === index.instruments[i]);
  if (alike && timezone === index.timezone) return index;
  if (instruments.some((name, i) => i > 0 && name <= instruments[i - 1]!))
    return uniteIndexes([index], spelling);
  const codes = { read: (first: number, last: number) => index.codesOf(first, last) };
  return new PanelIndex({ datetimes, instruments, offsets, codes, timezone });
}

function timezoneOf(indexes: readonly PanelIndex[], spelling: PanelIndex): string | undefined {
  return spelling.timezone ?? indexes.find((index) => index.timezone !== undefined)?.timezone;
}

/** The instruments that have a row anywhere, ascending, and each index's codes as positions among them. */
function uniteInstruments(
  indexes: readonly PanelIndex[],
  spelling: PanelIndex,
): { instruments: string[]; toUnion: Int32Array[] } {
  const map = new InstrumentMap(spelling.instruments);
  const found = indexes.map((index) => map.findOrAdd(index.instruments));
  const used = new Uint8Array(map.names.length);
  for (const [i, index] of indexes.entries()) {
    const own = found[i]!;
    for (const [code, isUsed] of index.usedCodes().entries()) if (isUsed === 1) used[own[code]!] = 1;
  }
  const order = [...map.names.keys()].filter((position) => used[position] === 1);
  const name = (position: number): string => map.names[position]!;
  order.sort((a, b) => (name(a) < name(b) ? -1 : 1));
  const rank = new Int32Array(map.names.length).fill(-1);
  for (const [place, position] of order.entries()) rank[position] = place;
  return {
    instruments: order.map(name),
    toUnion: found.map((own) => own.map((position) => rank[position]!)),
  };
}

/** Goes through an index's sessions in step with ascending times. */
class Cursor {
  #session = 0;
  constructor(
    readonly index: PanelIndex,
    readonly toUnion: Int32Array,
  ) {}

  /** Sets the bit of each instrument that has a row at `ns`. */
  mark(ns: bigint, bits: Int32Array): void {
    const { index, toUnion } = this;
    const s = this.#session;
    if (s >= index.sessionCount || index.datetimes[s] !== ns) return;
    this.#session++;
    setBits(bits, toUnion, index.codes, index.startOf(s), index.startOf(s + 1));
  }
}

function setBits(
  bits: Int32Array,
  toUnion: Int32Array,
  codes: Int32Array,
  first: number,
  last: number,
): void {
  for (let row = first; row < last; row++) {
    const at = toUnion[codes[row]!]!;
    bits[at >>> 5]! |= 1 << (at & 31);
  }
}

/** Writes the positions of the set bits, ascending, from `count` on, clears them, and gives the new count. */
function emptyBits(bits: Int32Array, out: Int32Array, count: number): number {
  let next = count;
  for (let word = 0; word < bits.length; word++) {
    let left = bits[word]!;
    if (left === 0) continue;
    bits[word] = 0;
    while (left !== 0) {
      const low = left & -left;
      left ^= low;
      out[next++] = (word << 5) + 31 - Math.clz32(low);
    }
  }
  return next;
}

/** No session has more rows than its indexes have together, nor than there are instruments. */
function mostRows(datetimes: BigInt64Array, indexes: readonly PanelIndex[], instruments: number): number {
  const rows = new Float64Array(datetimes.length);
  for (const index of indexes) {
    for (let s = 0, at = 0; s < index.sessionCount; s++, at++) {
      while (datetimes[at] !== index.datetimes[s]) at++;
      rows[at]! += index.startOf(s + 1) - index.startOf(s);
    }
  }
  return rows.reduce((sum, own) => sum + Math.min(own, instruments), 0);
}

/** Ascending times that either has. */
function mergeTimes(a: BigInt64Array, b: BigInt64Array): BigInt64Array {
  const out = new BigInt64Array(a.length + b.length);
  let [i, j, n] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i]!, b[j]!];
    out[n++] = x < y ? x : y;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  for (; i < a.length; i++) out[n++] = a[i]!;
  for (; j < b.length; j++) out[n++] = b[j]!;
  if (n === a.length) return a;
  return out.slice(0, n);
}
