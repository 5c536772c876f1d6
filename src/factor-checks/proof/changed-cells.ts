import type { PanelIndex } from "../../keys/panel-index.js";
import { formatNs } from "../../time.js";
import type { FactorCells } from "../sources/factor-source.js";

/** A cell that two runs give differently. */
export interface ChangedCell {
  readonly row: number;
  readonly column: string;
  readonly before: number;
  readonly after: number;
}

export interface Changes {
  /** Rows with a cell that changed. */
  readonly changed: number;
  /** Rows without one, but with a cell that rounded otherwise. */
  readonly rounded: number;
  /** The first changed cell in the order of rows. */
  readonly first: ChangedCell | undefined;
  readonly largestRoundingUlps: number;
}

/** Relative differences up to this are rounding, of float64 and of float32 columns. */
const ROUNDING = { double: 1e-9, single: 1e-5 } as const;

/**
 * How the first rows of two runs compare: the same bits or both missing is equal; within 1e-9 (float32: 1e-5) of the
 * larger, or of the column's median size, is rounding; the rest changed. A row that one lacks is missing there.
 * @param rows pairs of rows to compare, `after`'s row for each of `before`'s (-1: none)
 */
export function changesBetween(
  before: ReadonlyMap<string, FactorCells>,
  after: ReadonlyMap<string, FactorCells>,
  rows: { readonly count: number; readonly of?: Int32Array | undefined },
): Changes {
  let [changed, rounded, ulps] = [0, 0, 0];
  let first: ChangedCell | undefined;
  const marks = new Uint8Array(rows.count);
  for (const [column, own] of before) {
    const other = after.get(column);
    const tolerance = own instanceof Float32Array ? ROUNDING.single : ROUNDING.double;
    let median: number | undefined;
    for (let row = 0; row < rows.count; row++) {
      const there = rows.of ? rows.of[row]! : row;
      if (there < 0) continue;
      const [a, b] = [own[row]!, other ? other[there]! : Number.NaN];
      if (Object.is(a, b) || a === b) continue;
      median ??= medianSize(own);
      if (Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b), median)) {
        marks[row]! |= 1;
        ulps = Math.max(ulps, Math.abs(a - b) / ulpOf(Math.max(Math.abs(a), Math.abs(b)), own));
        continue;
      }
      marks[row]! |= 2;
      if (!first || row < first.row) first = { row, column, before: a, after: b };
    }
  }
  for (const mark of marks) {
    if (mark >= 2) changed++;
    else if (mark === 1) rounded++;
  }
  return { changed, rounded, first, largestRoundingUlps: Math.round(ulps) };
}

function medianSize(cells: FactorCells): number {
  const sizes = Float64Array.from(cells, Math.abs).filter((size) => size - size === 0);
  if (sizes.length === 0) return 0;
  sizes.sort();
  return sizes[sizes.length >> 1]!;
}

function ulpOf(size: number, cells: FactorCells): number {
  const digits = cells instanceof Float32Array ? 23 : 52;
  return 2 ** (Math.floor(Math.log2(size)) - digits);
}

/** The key of a row, as text. */
export function keyText(
  index: PanelIndex,
  row: number,
): { readonly datetime: string; readonly instrument: string } {
  return {
    datetime: formatNs(index.datetimes[index.sessionOf(row)]!),
    instrument: index.instruments[index.codesOf(row, row + 1)[0]!]!,
  };
}
