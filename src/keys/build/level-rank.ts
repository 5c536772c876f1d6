import { NAT_NS } from "../../time.js";

/** Where each entry of a level lies among the sorted ones. */
export interface LevelRank {
  /** Entries of the level as the file has it. */
  readonly size: number;
  /** The place of each, negative for a missing one; undefined where the level is sorted, as pandas writes it. */
  readonly places: Int32Array | undefined;
}

export function rankDatetimes(level: BigInt64Array): { sorted: BigInt64Array; rank: LevelRank } {
  const size = level.length;
  if (isAscending(level) && level[0] !== NAT_NS) return { sorted: level, rank: { size, places: undefined } };
  const ascending = level.slice().sort();
  let kept = 0;
  for (let i = 0; i < ascending.length; i++) {
    const ns = ascending[i]!;
    if (ns !== NAT_NS && (kept === 0 || ns !== ascending[kept - 1])) ascending[kept++] = ns;
  }
  const sorted = ascending.slice(0, kept);
  const position = new Map<bigint, number>();
  for (let i = 0; i < kept; i++) position.set(sorted[i]!, i);
  return { sorted, rank: { size, places: Int32Array.from(level, (ns) => position.get(ns) ?? -1) } };
}

export function rankInstruments(level: readonly (string | null)[]): { sorted: string[]; rank: LevelRank } {
  const size = level.length;
  if (isAscendingText(level)) return { sorted: level.slice(), rank: { size, places: undefined } };
  const sorted = [...new Set(level.filter((name) => name !== null))].sort();
  const position = new Map(sorted.map((name, i) => [name, i]));
  const places = Int32Array.from(level, (name) => (name === null ? -1 : position.get(name)!));
  return { sorted, rank: { size, places } };
}

function isAscending(level: BigInt64Array): boolean {
  for (let i = 1; i < level.length; i++) if (level[i]! <= level[i - 1]!) return false;
  return true;
}

function isAscendingText(level: readonly (string | null)[]): level is readonly string[] {
  for (let i = 0; i < level.length; i++) {
    if (level[i] === null || (i > 0 && level[i]! <= level[i - 1]!)) return false;
  }
  return true;
}
