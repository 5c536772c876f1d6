import type { Frame } from "../frame/frame.js";
import type { SessionKernel } from "../kernels/by-session.js";
import { mapSessions } from "../kernels/by-session.js";
import { countMissing } from "../kernels/missing.js";
import {
  fillWithMean,
  rankNormalize,
  replaceInfinities,
  standardize,
  standardizeRobustly,
} from "../kernels/session-kernels.js";
import type { Kind } from "./kind.js";

export const csZScoreNorm: Kind<"CSZScoreNorm"> = {
  apply: (frame, { fields, method = "zscore" }) =>
    inEach(
      frame,
      frame.groupsOf(fields, "CSZScoreNorm"),
      method === "robust" ? standardizeRobustly : standardize,
    ),
};

export const csRankNorm: Kind<"CSRankNorm"> = {
  apply: (frame, { fields }) => inEach(frame, frame.groupsOf(fields, "CSRankNorm"), rankNormalize),
};

export const csZFillna: Kind<"CSZFillna"> = {
  apply: (frame, { fields }, tally) => {
    for (const group of frame.groupsOf(fields, "CSZFillna")) {
      const block = frame.blocks.get(group)!;
      const missing = countMissing(block.cells());
      if (missing === 0) continue;
      mapSessions(frame.index, block, fillWithMean);
      tally.filled += missing - countMissing(block.cells());
    }
  },
};

export const processInf: Kind<"ProcessInf"> = {
  apply: (frame, { fields }) => inEach(frame, frame.groupsOf(fields, "ProcessInf"), replaceInfinities),
};

function inEach(frame: Frame, groups: readonly string[], kernel: SessionKernel): void {
  for (const group of groups) mapSessions(frame.index, frame.blocks.get(group)!, kernel);
}
