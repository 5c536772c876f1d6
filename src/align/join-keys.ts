import { indexOfRows } from "../keys/index-of-rows.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { alignRows, RowAlignment, sameKeys } from "./align.js";
import { keepRows } from "./keep-rows.js";
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
  const distinct = [...new Set(againstFirst)];
  const partial = distinct.filter(({ matched }) => matched < first.rowCount);
  if (partial.length === 0) return { index: first, rows: [...againstFirst] };
  const most = Math.min(...partial.map(({ matched }) => matched));
  const mapped = distinct.filter(({ run }) => run === undefined);
  const maps = partial.map(({ rows }) => rows);
  const values = [first.codes, ...mapped.map(({ rows }) => rows)];
  const { rows: kept, picked } = keepRows(maps, values, first.rowCount, most);
  const narrowed = new Map<RowAlignment, RowAlignment>();
  for (const one of distinct) {
    const rows = one.run === undefined ? picked[1 + mapped.indexOf(one)]! : shifted(kept, one.run);
    narrowed.set(one, RowAlignment.of(rows, kept.length));
  }
  return {
    index: indexOfRows(first, kept, picked[0]!),
    rows: againstFirst.map((one) => narrowed.get(one)!),
  };
}

/** Rows of a run that begins at `run`; the same memory where that is 0. */
function shifted(rows: Uint32Array, run: number): Int32Array {
  const signed = new Int32Array(rows.buffer, rows.byteOffset, rows.length);
  return run === 0 ? signed : signed.map((row) => row + run);
}
