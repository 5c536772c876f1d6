import type { Frame } from "../frame/frame.js";
import type { SessionKernel } from "../kernels/by-session.js";
import { mapSessions } from "../kernels/by-session.js";
import { countMissing } from "../kernels/missing.js";
import { rankSessions } from "../kernels/rank-sessions.js";
import { replaceInfinities, standardizeRobustly } from "../kernels/session-kernels.js";
import { fillSessionMeans, standardizeSessions } from "../kernels/session-moments.js";
import type { Kind } from "./kind.js";

export const csZScoreNorm: Kind<"CSZScoreNorm"> = {
  apply: (frame, { fields, method = "zscore" }) => {
    const groups = frame.groupsOf(fields, "CSZScoreNorm");
    if (method === "robust") return inEach(frame, groups, standardizeRobustly);
    for (const group of groups) standardizeSessions(frame.index, frame.blocks.get(group)!);
  },
};

export const csRankNorm: Kind<"CSRankNorm"> = {
  apply: (frame, { fields }) => {
    for (const group of frame.groupsOf(fields, "CSRankNorm")) {
      rankSessions(frame.index, frame.blocks.get(group)!);
    }
  },
};

export const csZFillna: Kind<"CSZFillna"> = {
  apply: (frame, { fields }, tally) => {
    for (const group of frame.groupsOf(fields, "CSZFillna")) {
      const block = frame.blocks.get(group)!;
      const missing = countMissing(block.cells(), block.width);
      if (missing === 0) continue;
      fillSessionMeans(frame.index, block);
      tally.filled += missing - countMissing(block.cells(), block.width);
    }
  },
};

export const processInf: Kind<"ProcessInf"> = {
  apply: (frame, { fields }) => inEach(frame, frame.groupsOf(fields, "ProcessInf"), replaceInfinities),
};

function inEach(frame: Frame, groups: readonly string[], kernel: SessionKernel): void {
  for (const group of groups) mapSessions(frame.index, frame.blocks.get(group)!, kernel);
}
