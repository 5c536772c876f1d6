import { type Arena, withArena } from "./arena.js";
import { isPresent } from "./kernels.js";
import type { PanelKeys, SessionRange } from "./layout.js";
import { neutralize } from "./neutralize.js";
import type { CrossName } from "./operators.js";
import { binsOf, figureOf, spreadOf } from "./session-figures.js";

/** A cross-sectional operator with its numbers. */
export interface CrossOperator {
  readonly name: CrossName;
  /** Of `quantile` and `winsorize`. */
  readonly score: number;
  /** Of `bucket`. */
  readonly bins: number;
}

/**
 * A cross-sectional operator over the rows of each session in `sessions`; missing cells take no part and stay NaN, except
 * that figures of a session (`mean`, `std`, `quantile` …) are given to all its rows. Semantics of pandas' groupby(datetime):
 * `rank(pct=True)`, `transform("mean")`, `std` with ddof 1, `qcut(duplicates="drop")`. An infinity has its rank, as in
 * pandas; in the other operators it counts as missing, where pandas would make the whole session infinite or NaN.
 * `others` are, of `neutralize`, a number a row that tells its group (an industry's code, for instance), then exposures.
 */
export function crossSections(
  operator: CrossOperator,
  keys: Pick<PanelKeys, "offsets">,
  sessions: SessionRange,
  x: Float64Array,
  others: readonly Float64Array[],
  out: Float64Array,
): void {
  withArena((arena) => {
    for (let s = sessions.from; s < sessions.to; s++) {
      const [from, to] = [keys.offsets[s]!, keys.offsets[s + 1]!];
      const beside = others.map((other) => other.subarray(from, to));
      crossSection(operator, x.subarray(from, to), beside, out.subarray(from, to), arena);
    }
  });
}

function crossSection(
  { name, score, bins }: CrossOperator,
  cells: Float64Array,
  [group, ...exposures]: readonly Float64Array[],
  out: Float64Array,
  arena: Arena,
): void {
  switch (name) {
    case "rank":
      rank(cells, out, arena);
      break;
    case "neutralize":
      neutralize(cells, group!, exposures, out);
      break;
    case "zscore":
    case "demean":
      standardize(name, cells, out);
      break;
    case "winsorize": {
      const [low, high] = [score, 1 - score].map((q) => figureOf("quantile", cells, q)).sort((a, b) => a - b);
      for (let i = 0; i < cells.length; i++) {
        out[i] = isPresent(cells[i]!) ? Math.min(Math.max(cells[i]!, low!), high!) : Number.NaN;
      }
      break;
    }
    case "bucket":
      binsOf(cells, bins, out);
      break;
    default:
      out.fill(figureOf(name, cells, score));
  }
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

function standardize(name: "zscore" | "demean", cells: Float64Array, out: Float64Array): void {
  const { pivot, level, std } = spreadOf(cells);
  for (let i = 0; i < cells.length; i++) {
    const deviation = cells[i]! - pivot - level;
    if (!isPresent(deviation)) out[i] = Number.NaN;
    else out[i] = name === "demean" ? deviation : deviation / std;
  }
}
