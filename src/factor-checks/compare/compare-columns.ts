import type { PanelIndex } from "../../keys/panel-index.js";
import { formatNs } from "../../time.js";
import type { ColumnComparison, ComparedCell } from "../factor-report.js";
import { keyText } from "../proof/changed-cells.js";
import { Argsort } from "../quality/argsort.js";
import { averageRanks, pairCorrelation } from "../quality/ranks.js";
import { meanOf } from "../quality/summary.js";
import type { FactorCells } from "../sources/factor-source.js";
import { singleUlpsApart, ulpsApart } from "./ulps.js";

/** Up to so many units in the last place, two libraries' arithmetic may differ. */
export const ROUNDING_ULPS = 4;
const ULP_BOUNDS = [0, 1, 2, 4, 16, 256, 65_536, 2 ** 32, Number.POSITIVE_INFINITY];
const RELATIVE_BOUNDS = [1e-15, 1e-12, 1e-9, 1e-6, 1e-4, 1e-2, 1, Number.POSITIVE_INFINITY];

/** Two columns beside the rows of one index. */
export interface ColumnPair {
  readonly column: string;
  readonly index: PanelIndex;
  readonly left: FactorCells;
  readonly right: FactorCells;
  /** 1 for each row that both have. */
  readonly inBoth: Uint8Array;
}

/**
 * How far two cells are from each other, in the narrower of their types: 0 the same or both missing, NaN one missing,
 * else units in the last place.
 */
export function distanceOf({ left, right }: Pick<ColumnPair, "left" | "right">, row: number): number {
  const [a, b] = [left[row]!, right[row]!];
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  return right instanceof Float32Array ? singleUlpsApart(a, b) : ulpsApart(a, b);
}

/** @param tolerance the relative difference up to which cells count as within it */
export function compareColumn(pair: ColumnPair, tolerance: number): ColumnComparison {
  const { index, left, right, inBoth } = pair;
  const counts = {
    equal: 0,
    rounding: 0,
    withinTolerance: 0,
    apart: 0,
    missingOnlyLeft: 0,
    missingOnlyRight: 0,
  };
  const [byUlps, byRelative] = [ULP_BOUNDS.map(() => 0), RELATIVE_BOUNDS.map(() => 0)];
  const [sessions, instruments] = [
    new Uint8Array(index.sessionCount),
    new Uint8Array(index.instruments.length),
  ];
  let [first, worst, last] = [-1, -1, -1];
  let [cells, maxUlps, maxAbsolute] = [0, 0, 0];
  for (let s = 0; s < index.sessionCount; s++) {
    for (let row = index.startOf(s); row < index.startOf(s + 1); row++) {
      if (inBoth[row] === 0) continue;
      cells++;
      const ulps = distanceOf(pair, row);
      if (ulps === 0) {
        counts.equal++;
        byUlps[0]!++;
        byRelative[0]!++;
        continue;
      }
      const [a, b] = [left[row]!, right[row]!];
      const off = Math.abs(a - b);
      if (Number.isNaN(ulps)) counts[Number.isNaN(a) ? "missingOnlyLeft" : "missingOnlyRight"]++;
      else {
        const relative = off / Math.max(Math.abs(a), Math.abs(b));
        byUlps[ULP_BOUNDS.findIndex((bound) => ulps <= bound)]!++;
        byRelative[RELATIVE_BOUNDS.findIndex((bound) => relative <= bound || Number.isNaN(relative))]!++;
        maxUlps = Math.max(maxUlps, ulps);
        if (off > maxAbsolute || (worst < 0 && off > 0)) [maxAbsolute, worst] = [off, row];
        if (ulps <= ROUNDING_ULPS) {
          counts.rounding++;
          continue;
        }
        counts[relative <= tolerance ? "withinTolerance" : "apart"]++;
      }
      if (first < 0) first = row;
      last = s;
      sessions[s] = 1;
      instruments[index.codesOf(row, row + 1)[0]!] = 1;
    }
  }
  const cellAt = (row: number): ComparedCell | undefined =>
    row < 0 ? undefined : { ...keyText(index, row), left: left[row]!, right: right[row]! };
  const total = (marks: Uint8Array) => marks.reduce((sum, mark) => sum + mark, 0);
  return {
    column: pair.column,
    cells,
    ...counts,
    first: cellAt(first),
    worst: cellAt(worst),
    maxUlps,
    maxAbsolute,
    ulpHistogram: ULP_BOUNDS.map((upTo, k) => ({ upTo, cells: byUlps[k]! })),
    relativeHistogram: RELATIVE_BOUNDS.map((upTo, k) => ({ upTo, cells: byRelative[k]! })),
    sessionsThatDiffer: total(sessions),
    instrumentsThatDiffer: total(instruments),
    lastSessionThatDiffers: last < 0 ? undefined : formatNs(index.datetimes[last]!),
    ...meanCorrelations(pair),
  };
}

/** Cells that differ by more than rounding, or that one side lacks. */
export function differing({ equal, rounding, cells }: ColumnComparison): number {
  return cells - equal - rounding;
}

function meanCorrelations({ index, left, right, inBoth }: ColumnPair) {
  const most = index.instruments.length;
  const [x, y, xRanks, yRanks] = [0, 1, 2, 3].map(() => new Float64Array(most));
  const [order, argsort] = [new Uint32Array(most), new Argsort()];
  const [pearson, spearman]: [number[], number[]] = [[], []];
  for (let s = 0; s < index.sessionCount; s++) {
    let n = 0;
    for (let row = index.startOf(s); row < index.startOf(s + 1); row++) {
      const [a, b] = [left[row]!, right[row]!];
      if (inBoth[row] === 0 || a - a !== 0 || b - b !== 0) continue;
      [x![n], y![n]] = [a, b];
      n++;
    }
    averageRanks(x!, order, argsort.sort(x!, n, order), xRanks!);
    averageRanks(y!, order, argsort.sort(y!, n, order), yRanks!);
    pearson.push(pairCorrelation(x!, y!, n).correlation);
    spearman.push(pairCorrelation(xRanks!, yRanks!, n).correlation);
  }
  return { correlation: meanOf(pearson).mean, rankCorrelation: meanOf(spearman).mean };
}
