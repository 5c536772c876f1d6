import { listNames } from "../../names/field.js";
import type { Block, Cells } from "../frame/block.js";
import type { Frame } from "../frame/frame.js";
import { cellsLike } from "../kernels/column-cells.js";
import { columnMoments } from "../kernels/column-moments.js";
import { robustFit } from "../kernels/robust-fit.js";
import { scaleColumns } from "../kernels/scale.js";
import { type FittedVectors, fitBlocks, locate } from "./fitted.js";
import type { Kind, Tally } from "./kind.js";

/** qlib's `EPS`, added to a MAD so that a constant column has no scale of 0. */
const EPSILON = 1e-12;
/** What a MAD is of the standard deviation of a normal distribution. */
const MAD_TO_STD = 1.4826;
const CLIP = 3;

export const robustZScoreNorm: Kind<"RobustZScoreNorm"> = {
  fit: (frame, { fields }, rows) =>
    fitBlocks(frame, frame.groupsOf(fields, "RobustZScoreNorm"), (block, remarks) => {
      const { median, mad, infinite } = robustFit(block.cells(), block.width, rows);
      remark(remarks, block, "no number in the fit, so they become NaN", (c) => Number.isNaN(median[c]!));
      remark(remarks, block, "infinities in the fit, which count as its extremes", (c) => infinite.has(c));
      remark(
        remarks,
        block,
        "at least half of the fit's cells are equal, so what differs from them becomes ±3 (or, unclipped, huge)",
        (c) => mad[c] === 0,
      );
      return { median, scale: mad.map((own) => robustScale(own, block.type === "float32")) };
    }),
  apply: (frame, { clipOutlier = true }, tally, fitted) => {
    const clip = clipOutlier ? CLIP : Number.POSITIVE_INFINITY;
    scale(frame, "RobustZScoreNorm", fitted!, "median", "scale", clip, tally);
  },
};

/** (MAD + EPS) · 1.4826, each step in the type of the cells. */
function robustScale(mad: number, isSingle: boolean): number {
  if (!isSingle) return (mad + EPSILON) * MAD_TO_STD;
  return Math.fround(Math.fround(mad + Math.fround(EPSILON)) * Math.fround(MAD_TO_STD));
}

export const zScoreNorm: Kind<"ZScoreNorm"> = {
  fit: (frame, { fields }, rows) =>
    fitBlocks(frame, frame.groupsOf(fields, "ZScoreNorm"), (block, remarks) => {
      const { mean, std, min, max } = columnMoments(block.cells(), block.width, rows);
      remarkExtremes(remarks, block, min, max);
      // A constant column is known by its extremes; its deviation may be a rounding away from 0.
      return { mean, std: std.map((own, c) => (min[c] === max[c] ? 0 : own)) };
    }),
  apply: (frame, _, tally, fitted) => scale(frame, "ZScoreNorm", fitted!, "mean", "std", INFINITE, tally),
};

export const minMaxNorm: Kind<"MinMaxNorm"> = {
  fit: (frame, { fields }, rows) =>
    fitBlocks(frame, frame.groupsOf(fields, "MinMaxNorm"), (block, remarks) => {
      const { min, max } = columnMoments(block.cells(), block.width, rows);
      remarkExtremes(remarks, block, min, max);
      const range = max.map((own, c) =>
        block.type === "float32" ? Math.fround(own - min[c]!) : own - min[c]!,
      );
      return { min, range };
    }),
  apply: (frame, _, tally, fitted) => scale(frame, "MinMaxNorm", fitted!, "min", "range", INFINITE, tally),
};

const INFINITE = Number.POSITIVE_INFINITY;

/** Names the columns of which something is so. */
function remark(remarks: string[], { names }: Block, what: string, is: (column: number) => boolean): void {
  const found = names.filter((_, c) => is(c));
  if (found.length > 0) remarks.push(`${listNames(found)}: ${what}`);
}

function remarkExtremes(remarks: string[], block: Block, min: Float64Array, max: Float64Array): void {
  remark(remarks, block, "no number in the fit, so they become NaN", (c) => Number.isNaN(min[c]!));
  const isInfinite = (c: number) => min[c] === -INFINITE || max[c] === INFINITE;
  remark(remarks, block, "infinities in the fit, which spoil all cells; put ProcessInf before", isInfinite);
}

/** Maps the fitted columns linearly; those whose scale is 0 were constant in the fit, and stay as they are. */
function scale(
  frame: Frame,
  what: string,
  fitted: FittedVectors,
  shiftName: string,
  scaleName: string,
  clip: number,
  tally: Tally,
): void {
  const [shifts, scales] = [fitted.vectors[shiftName]!, fitted.vectors[scaleName]!];
  const still: string[] = [];
  for (const { block, columns, places } of locate(frame, fitted, what)) {
    const cells = block.writable();
    const mapped = [...columns.keys()].filter((i) => scales[places[i]!] !== 0);
    for (const i of columns.keys()) if (scales[places[i]!] === 0) still.push(block.names[columns[i]!]!);
    tally.clipped += scaleColumns(cells, block.width, frame.rowCount, {
      columns: Int32Array.from(mapped, (i) => columns[i]!),
      shift: numbersOf(cells, mapped, (i) => shifts[places[i]!]!),
      scale: numbersOf(cells, mapped, (i) => scales[places[i]!]!),
      clip,
    });
  }
  if (still.length > 0) tally.remarks.push(`${listNames(still)}: constant in the fit, left as they are`);
}

function numbersOf(cells: Cells, places: readonly number[], of: (place: number) => number): Cells {
  const numbers = cellsLike(cells, places.length);
  for (const [i, place] of places.entries()) numbers[i] = of(place);
  return numbers;
}
