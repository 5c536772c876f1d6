import { firstBoundary, isPresent } from "./missing.js";

/** The extreme cell and where it stands, each one value a position. */
export interface ExtremeOutputs {
  readonly value?: Float64Array | undefined;
  /** Position in the window, counted from 1; the earliest of equals. */
  readonly place?: Float64Array | undefined;
}

/**
 * Rolling maximum (`sign` 1) or minimum (`sign` -1) of the present cells; NaN where none is present.
 * `place` with `missingWins` is numpy's `argmax` over the raw window as qlib's `IdxMax` calls it: a missing cell is
 * taken for the extreme, so its position is given; without, missing cells are skipped.
 */
export function rollingExtremes(
  x: Float64Array,
  n: number,
  window: number,
  origin: number,
  sign: 1 | -1,
  missingWins: boolean,
  out: ExtremeOutputs,
): void {
  const reach = Math.min(window, n) + 1;
  const tail = new Float64Array(reach);
  const tailAt = new Int32Array(reach);
  const { value, place } = out;
  let boundary = firstBoundary(window, origin);
  let gap = 0; // the first missing cell at or after the start of the window; n when there is none
  for (let t = 0; t < n; ) {
    const end = Math.min(n, boundary);
    const low = Math.max(0, t - window + 1);
    let best = Number.NEGATIVE_INFINITY;
    let bestAt = -1;
    tail[t - low] = best;
    tailAt[t - low] = bestAt;
    for (let i = t - 1; i >= low; i--) {
      const v = sign * x[i]!;
      if (v >= best && isPresent(v)) {
        best = v;
        bestAt = i;
      }
      tail[i - low] = best;
      tailAt[i - low] = bestAt;
    }
    best = Number.NEGATIVE_INFINITY;
    bestAt = -1;
    for (let k = t; k < end; k++) {
      const v = sign * x[k]!;
      if (v > best && isPresent(v)) {
        best = v;
        bestAt = k;
      }
      const from = k - window + 1;
      const start = from - low;
      const q = start < 0 ? 0 : start;
      const earlier = tail[q]! >= best;
      const at = earlier ? tailAt[q]! : bestAt;
      if (value !== undefined) value[k] = at < 0 ? Number.NaN : sign * (earlier ? tail[q]! : best);
      if (place !== undefined) {
        const first = from < 0 ? 0 : from;
        let chosen = at;
        if (missingWins) {
          while (gap < first || (gap < n && gap <= k && isPresent(x[gap]!))) gap++;
          if (gap <= k && at >= 0) chosen = gap;
        }
        place[k] = at < 0 ? Number.NaN : chosen - first + 1;
      }
    }
    t = end;
    boundary += window;
  }
}
