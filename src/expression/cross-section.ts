import { type Arena, withArena } from "./arena.js";
import { isPresent } from "./kernels.js";
import type { PanelKeys, SessionRange } from "./layout.js";
import type { CrossName } from "./operators.js";

/**
 * A cross-sectional operator over the rows of each session in `sessions`; missing cells take no part and stay NaN,
 * except that `mean` gives every row of the session its mean. Semantics of pandas' groupby(datetime): `rank(pct=True)`,
 * `transform("mean")`, `std` with ddof 1. An infinity has its rank, as in pandas; in the other operators it counts as
 * missing, where pandas would make the whole session infinite or NaN. `group` holds a number a row (an industry's code,
 * for instance).
 */
export function crossSections(
  name: CrossName,
  keys: Pick<PanelKeys, "offsets">,
  sessions: SessionRange,
  x: Float64Array,
  group: Float64Array | undefined,
  out: Float64Array,
): void {
  withArena((arena) => {
    for (let s = sessions.from; s < sessions.to; s++) {
      const from = keys.offsets[s]!;
      const to = keys.offsets[s + 1]!;
      const cells = x.subarray(from, to);
      const result = out.subarray(from, to);
      if (name === "rank") rank(cells, result, arena);
      else if (name === "neutralize") demeanGroups(cells, group!.subarray(from, to), result);
      else standardize(name, cells, result);
    }
  });
}

function rank(cells: Float64Array, out: Float64Array, arena: Arena): void {
  const [count, bytes] = [cells.length, cells.byteLength];
  const { kernels, mark } = arena;
  const [own, sorted, ranks] = [arena.take(bytes), arena.take(bytes), arena.take(bytes)];
  arena.float64(own, count).set(cells);
  const size = kernels.keepNumbers(own, count, sorted);
  arena.float64(sorted, size).sort();
  kernels.rankAmong(own, count, sorted, size, ranks);
  out.set(arena.float64(ranks, count));
  arena.rewind(mark);
}

function standardize(name: "zscore" | "mean" | "demean", cells: Float64Array, out: Float64Array): void {
  // Sums run over deviations from a cell of the session, so that equal cells have no spread at all.
  const pivot = cells.find(isPresent) ?? Number.NaN;
  let count = 0;
  let sum = 0;
  for (const value of cells) {
    if (!isPresent(value)) continue;
    sum += value - pivot;
    count++;
  }
  const level = sum / count;
  let spread = 0;
  for (const value of cells) if (isPresent(value)) spread += (value - pivot - level) ** 2;
  const std = Math.sqrt(spread / (count - 1));
  for (let i = 0; i < cells.length; i++) {
    const deviation = cells[i]! - pivot - level;
    if (name === "mean") out[i] = pivot + level;
    else if (!isPresent(deviation)) out[i] = Number.NaN;
    else out[i] = name === "demean" ? deviation : deviation / std;
  }
}

function demeanGroups(cells: Float64Array, groups: Float64Array, out: Float64Array): void {
  const sums = new Map<number, { sum: number; count: number }>();
  for (let i = 0; i < cells.length; i++) {
    if (!isPresent(cells[i]!) || Number.isNaN(groups[i]!)) continue;
    const known = sums.get(groups[i]!);
    if (known) {
      known.sum += cells[i]!;
      known.count++;
    } else sums.set(groups[i]!, { sum: cells[i]!, count: 1 });
  }
  for (let i = 0; i < cells.length; i++) {
    const mine = isPresent(cells[i]!) ? sums.get(groups[i]!) : undefined;
    out[i] = mine ? cells[i]! - mine.sum / mine.count : Number.NaN;
  }
}
