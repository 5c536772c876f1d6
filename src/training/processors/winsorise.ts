import type { Cells } from "../frame/block.js";
import { mapSessions } from "../kernels/by-session.js";
import { cellsLike, takeNumbers } from "../kernels/column-cells.js";
import { quantileOf } from "../kernels/select.js";
import { compact } from "../kernels/session-kernels.js";
import { fitBlocks, locate } from "./fitted.js";
import type { Kind } from "./kind.js";

/** Cells beyond two quantiles become these (scipy's `mstats.winsorize` with numpy's linear quantiles). */
export const winsorise: Kind<"Winsorise"> = {
  isFitted: ({ by = "fit" }) => by === "fit",
  fit: (frame, { fields, limits }, { first, last }) =>
    fitBlocks(frame, frame.groupsOf(fields, "Winsorise"), (block) => {
      const [lower, upper] = [new Float64Array(block.width), new Float64Array(block.width)];
      const own = cellsLike(block.cells(), last - first);
      for (let c = 0; c < block.width; c++) {
        const count = takeNumbers(block.cells(), block.width, c, first, last, own);
        lower[c] = quantileOf(own, count, limits[0]);
        upper[c] = quantileOf(own, count, limits[1]);
      }
      return { lower, upper };
    }),
  apply: (frame, { fields, limits, by = "fit" }, tally, fitted) => {
    if (by === "session") {
      for (const group of frame.groupsOf(fields, "Winsorise")) {
        mapSessions(frame.index, frame.blocks.get(group)!, (cells, count) => {
          const own = cellsLike(cells, count);
          const kept = compact(cells, count, own);
          const [lower, upper] = [quantileOf(own, kept, limits[0]), quantileOf(own, kept, limits[1])];
          tally.clipped += cut(cells, 0, 1, count, lower, upper);
        });
      }
      return;
    }
    for (const { block, columns, places } of locate(frame, fitted!, "Winsorise")) {
      const cells = block.writable();
      for (const [i, column] of columns.entries()) {
        const [lower, upper] = [fitted!.vectors.lower![places[i]!]!, fitted!.vectors.upper![places[i]!]!];
        tally.clipped += cut(cells, column, block.width, frame.rowCount, lower, upper);
      }
    }
  },
};

function cut(cells: Cells, first: number, step: number, count: number, lower: number, upper: number): number {
  let clipped = 0;
  for (let i = 0, at = first; i < count; i++, at += step) {
    const x = cells[at]!;
    if (x < lower) cells[at] = lower;
    else if (x > upper) cells[at] = upper;
    else continue;
    clipped++;
  }
  return clipped;
}
