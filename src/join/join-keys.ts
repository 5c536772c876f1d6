import { indexOfRows } from "../panel/index-of-rows.js";
import type { PanelIndex } from "../panel/panel-index.js";
import { alignRows, RowAlignment, sameKeys } from "./align.js";
import { respellIndex, uniteIndexes } from "./union-index.js";

/** Which rows a join has: the first panel's, those that all have, those that any has, or the last panel's. */
export type JoinHow = "left" | "inner" | "outer" | "right";

/** The keys of a join, and the row of each panel beside them. */
export interface JoinedKeys {
  readonly index: PanelIndex;
  /** One for each panel: its row for each row of the join, or -1. */
  readonly rows: readonly RowAlignment[];
  /** One for each panel, where it is at hand: its row for each row of the first panel. */
  readonly againstFirst: readonly RowAlignment[] | undefined;
}

export type Indexes = readonly [PanelIndex, ...PanelIndex[]];

/** Instruments are spelled as the first index spells them, whichever rows are taken. */
export function joinKeys(indexes: Indexes, how: JoinHow): JoinedKeys {
  const first = indexes[0];
  if (how === "right") {
    const index = respellIndex(indexes[indexes.length - 1]!, first);
    return { index, rows: alignAll(index, indexes), againstFirst: undefined };
  }
  const againstFirst = alignAll(first, indexes);
  if (how === "left") return { index: first, rows: againstFirst, againstFirst };
  if (how === "inner") return { ...intersect(first, againstFirst), againstFirst };
  const beyond = indexes.filter((index, i) => againstFirst[i]!.matched < index.rowCount);
  if (beyond.length === 0) return { index: first, rows: againstFirst, againstFirst };
  const index = uniteIndexes([first, ...distinct(beyond)]);
  return { index, rows: alignAll(index, indexes), againstFirst };
}

/** The row of each index beside those of `target`; indexes with equal keys are aligned once. */
function alignAll(target: PanelIndex, indexes: readonly PanelIndex[]): RowAlignment[] {
  const done: { index: PanelIndex; alignment: RowAlignment }[] = [];
  return indexes.map((index) => {
    const same = done.find((other) => sameKeys(other.index, index));
    if (same) return same.alignment;
    const alignment = alignRows(target, index);
    done.push({ index, alignment });
    return alignment;
  });
}

function distinct(indexes: readonly PanelIndex[]): PanelIndex[] {
  const kept: PanelIndex[] = [];
  for (const index of indexes) if (!kept.some((other) => sameKeys(other, index))) kept.push(index);
  return kept;
}

/** The rows of the first index that all others have. */
function intersect(
  first: PanelIndex,
  againstFirst: readonly RowAlignment[],
): { index: PanelIndex; rows: RowAlignment[] } {
  const partial = [...new Set(againstFirst)].filter(({ matched }) => matched < first.rowCount);
  if (partial.length === 0) return { index: first, rows: [...againstFirst] };
  const kept = rowsOfAll(first.rowCount, partial);
  const narrowed = new Map<RowAlignment, RowAlignment>();
  for (const alignment of againstFirst) {
    if (!narrowed.has(alignment)) narrowed.set(alignment, RowAlignment.of(pick(alignment, kept)));
  }
  return { index: indexOfRows(first, kept), rows: againstFirst.map((one) => narrowed.get(one)!) };
}

function rowsOfAll(rowCount: number, partial: readonly RowAlignment[]): Uint32Array {
  const absent = new Uint8Array(rowCount);
  for (const { rows } of partial) markAbsent(absent, rows);
  let count = 0;
  for (let row = 0; row < rowCount; row++) count += 1 - absent[row]!;
  // Every row is written and the absent ones are written over: quicker than a branch.
  const kept = new Uint32Array(count + 1);
  for (let row = 0, next = 0; row < rowCount; row++) {
    kept[next] = row;
    next += 1 - absent[row]!;
  }
  return kept.subarray(0, count);
}

function markAbsent(absent: Uint8Array, rows: Int32Array): void {
  for (let row = 0; row < rows.length; row++) absent[row]! |= rows[row]! >>> 31;
}

function pick(alignment: RowAlignment, kept: Uint32Array): Int32Array {
  const out = new Int32Array(kept.length);
  const { run } = alignment;
  if (run !== undefined) for (let i = 0; i < kept.length; i++) out[i] = run + kept[i]!;
  else {
    const { rows } = alignment;
    for (let i = 0; i < kept.length; i++) out[i] = rows[kept[i]!]!;
  }
  return out;
}
