import type { Cells } from "../frame/block.js";
import { mapSessions } from "../kernels/by-session.js";
import { cellsLike } from "../kernels/column-cells.js";
import { medianOf } from "../kernels/select.js";
import { compact } from "../kernels/session-kernels.js";
import type { Kind } from "./kind.js";
import type { ConfigSectionOptions } from "./processor.js";

type Treatment = (x: number) => number;

const same: Treatment = (x) => x;
const power =
  (exponent: number): Treatment =>
  (x) =>
    x ** exponent;

interface Section {
  readonly takes: (name: string) => boolean;
  /** What becomes of a cell before the cross-section is centred and scaled. */
  readonly before: Treatment;
}

const beginsWith =
  (prefixes: readonly string[], except: readonly string[] = []) =>
  (name: string) =>
    prefixes.some((prefix) => name.startsWith(prefix)) && !except.includes(name);

const LEVELS =
  "KMID KSFT OPEN HIGH LOW CLOSE VWAP ROC MA BETA RESI QTLU QTLD RSV SUMP SUMN SUMD VSUMP VSUMN VSUMD";

/**
 * The sections of qlib's ConfigSectionProcessor, in its order; a column may be in several, and then goes through each.
 * "MA" takes MAX as well, "KLOW" KLOW2, as there.
 */
const SECTIONS: readonly Section[] = [
  { takes: beginsWith(["KLEN", "KLOW", "KUP"]), before: power(0.25) },
  { takes: beginsWith(["KLOW2", "KUP2"]), before: power(0.5) },
  { takes: beginsWith(LEVELS.split(" "), ["HIGH0", "LOW0"]), before: same },
  { takes: beginsWith(["STD", "VOLUME", "VMA", "VSTD"]), before: Math.log },
  { takes: beginsWith(["RSQR"]), before: (x) => (!Number.isNaN(x) ? x : 0) },
  { takes: beginsWith(["MAX", "HIGH0"]), before: (x) => (x - 1) ** 0.5 },
  { takes: beginsWith(["MIN", "LOW0"]), before: (x) => (1 - x) ** 0.5 },
  { takes: beginsWith(["CORR", "CORD"]), before: Math.exp },
  { takes: beginsWith(["WVMA"]), before: (x) => Math.log(1 + x) },
];

/** qlib's ConfigSectionProcessor with the one repair that lets it run on two column levels (its groups do not count). */
export const configSectionProcessor: Kind<"ConfigSectionProcessor"> = {
  apply: (frame, options) => {
    for (const block of frame.blocks.values()) {
      const columnsOf = (takes: (name: string) => boolean) =>
        [...block.names.keys()].filter((c) => takes(block.names[c]!));
      const labels = columnsOf((name) => name.startsWith("LABEL"));
      if (labels.length > 0) mapSessions(frame.index, block, (cells, n) => label(cells, n, options), labels);
      for (const { takes, before } of SECTIONS) {
        const columns = columnsOf(takes);
        if (columns.length === 0) continue;
        mapSessions(frame.index, block, (cells, n) => feature(cells, n, before, options), columns);
      }
    }
  },
};

function label(cells: Cells, count: number, options: ConfigSectionOptions): void {
  const { clipLabelOutlier = false, fillnaLabel = true } = options;
  let [n, sum] = [0, 0];
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(cells[i]!)) continue;
    sum += cells[i]!;
    n++;
  }
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < count; i++) if (!Number.isNaN(cells[i]!)) squares += (cells[i]! - mean) ** 2;
  const std = Math.sqrt(squares / (n - 1));
  for (let i = 0; i < count; i++) {
    let x = (cells[i]! - mean) / std;
    if (clipLabelOutlier) x = x > 3 ? 3 : x < -3 ? -3 : x;
    cells[i] = fillnaLabel && Number.isNaN(x) ? 0 : x;
  }
}

function feature(cells: Cells, count: number, before: Treatment, options: ConfigSectionOptions): void {
  const { clipFeatureOutlier = false, shrinkFeatureOutlier = true, fillnaFeature = true } = options;
  for (let i = 0; i < count; i++) cells[i] = before(cells[i]!);
  const own = cellsLike(cells, count);
  const median = medianOf(own, compact(cells, count, own));
  for (let i = 0; i < count; i++) cells[i] = cells[i]! - median;
  const kept = compact(cells, count, own);
  for (let i = 0; i < kept; i++) own[i] = Math.abs(own[i]!);
  const spread = medianOf(own, kept) * 1.4826;
  for (let i = 0; i < count; i++) {
    const x = cells[i]! / spread;
    cells[i] = clipFeatureOutlier ? (x > 3 ? 3 : x < -3 ? -3 : x) : x;
  }
  if (shrinkFeatureOutlier) {
    const greatest = extreme(cells, count, 1);
    for (let i = 0; i < count; i++)
      if (cells[i]! > 3) cells[i] = 3 + ((cells[i]! - 3) / (greatest - 3)) * 0.5;
    const least = extreme(cells, count, -1);
    for (let i = 0; i < count; i++) if (cells[i]! < -3) cells[i] = -3 - ((cells[i]! + 3) / (least + 3)) * 0.5;
  }
  if (fillnaFeature) for (let i = 0; i < count; i++) if (Number.isNaN(cells[i]!)) cells[i] = 0;
}

/** The greatest cell, or the least with `sign` −1; NaN does not count. */
function extreme(cells: Cells, count: number, sign: number): number {
  let found = Number.NaN;
  for (let i = 0; i < count; i++)
    if (!(cells[i]! * sign <= found * sign) && !Number.isNaN(cells[i]!)) found = cells[i]!;
  return found;
}
