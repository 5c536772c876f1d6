import { DataServiceError } from "../../errors.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";

/** Sessions by their numbers, from 0 on, ascending: those of a training set, and those it is judged on. */
export interface SessionSplit {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** The sessions that are kept free between train and test. */
export interface SplitGaps {
  /** How many sessions a label looks ahead: training sessions whose labels reach into a test block are left out. */
  readonly lookAhead?: number | undefined;
  /** Sessions after a test block, and after the sessions that its own labels reach, that are left out besides. */
  readonly embargo?: number | undefined;
}

/** How `timeSeriesSplits` splits; sklearn's TimeSeriesSplit. */
export interface TimeSeriesSplitOptions {
  readonly splits: number;
  /** Sessions of each test block; an equal share when omitted. */
  readonly testSize?: number | undefined;
  /** Sessions left out before each test block. */
  readonly gap?: number | undefined;
  readonly maxTrainSize?: number | undefined;
}

const SERIES_KEYS: RequestKeys<TimeSeriesSplitOptions> = {
  splits: true,
  testSize: true,
  gap: true,
  maxTrainSize: true,
};

/**
 * Test blocks at the end of the sessions, each after all of its training sessions: sklearn's TimeSeriesSplit, on sessions
 * in place of rows, so that no date is cut.
 * @throws DataServiceError bad-request (more splits than there are sessions for)
 */
export function timeSeriesSplits(sessions: number, options: TimeSeriesSplitOptions): SessionSplit[] {
  checkKeys(options, SERIES_KEYS, "timeSeriesSplits");
  const { splits, gap = 0, maxTrainSize = Number.POSITIVE_INFINITY } = options;
  const size = options.testSize ?? Math.floor(sessions / (splits + 1));
  if (!(splits > 0 && size > 0 && sessions - gap - size * splits > 0)) {
    const problem = `timeSeriesSplits: ${sessions} sessions are too few for ${splits} splits of ${size} with a gap of ${gap}`;
    throw new DataServiceError("bad-request", problem, { count: sessions });
  }
  return Array.from({ length: splits }, (_, j) => {
    const start = sessions - (splits - j) * size;
    const last = start - gap;
    return { train: range(Math.max(0, last - maxTrainSize), last), test: range(start, start + size) };
  });
}

/** How `walkForwardSplits` splits. */
export interface WalkForwardOptions {
  readonly trainSize: number;
  readonly testSize: number;
  /** How far a test block begins after the one before; `testSize` when omitted. */
  readonly step?: number | undefined;
  /** Sessions between the two. */
  readonly purge?: number | undefined;
  /** Whether training sessions begin with the first in every split. */
  readonly expanding?: boolean | undefined;
  /** With `expanding`, how many training sessions there are at most. */
  readonly maxTrainSize?: number | undefined;
  /** Whether a last test block may be shorter. */
  readonly shortLast?: boolean | undefined;
}

const WALK_KEYS: RequestKeys<WalkForwardOptions> = {
  trainSize: true,
  testSize: true,
  step: true,
  purge: true,
  expanding: true,
  maxTrainSize: true,
  shortLast: true,
};

/**
 * Training and test blocks that move on together: skfolio's WalkForward, and with `step` and `maxTrainSize` timeseriescv's
 * PurgedWalkForwardCV.
 * @throws DataServiceError bad-request (sizes that are no numbers of sessions)
 */
export function walkForwardSplits(sessions: number, options: WalkForwardOptions): SessionSplit[] {
  checkKeys(options, WALK_KEYS, "walkForwardSplits");
  const { trainSize, testSize, step = testSize, purge = 0, expanding = false, shortLast = false } = options;
  const { maxTrainSize = Number.POSITIVE_INFINITY } = options;
  for (const [name, size] of Object.entries({ trainSize, testSize, step })) {
    if (Number.isInteger(size) && size > 0) continue;
    const problem = `walkForwardSplits: ${name} ${String(size)} is not a number of sessions`;
    throw new DataServiceError("bad-request", problem, { field: name });
  }
  const splits: SessionSplit[] = [];
  for (let start = trainSize + purge; start < sessions; start += step) {
    const last = Math.min(start + testSize, sessions);
    if (last - start < testSize && !shortLast) break;
    const first = Math.max(0, start - purge - (expanding ? maxTrainSize : trainSize));
    splits.push({ train: range(first, start - purge), test: range(start, last) });
  }
  return splits;
}

/**
 * Each fold is tested once, and all other sessions train but for those whose labels overlap its own: de Prado's purged
 * k-fold (Advances in Financial Machine Learning, 7.1 and 7.3). The embargo comes after a fold, unless it is the last.
 */
export function purgedKFold(sessions: number, folds: number, gaps: SplitGaps = {}): SessionSplit[] {
  return arraySplit(sessions, folds).map((fold) => ({
    train: outside(sessions, [fold], gaps),
    test: range(fold.first, fold.last),
  }));
}

/** Every choice of `testFolds` of the folds is tested: de Prado's combinatorial purged cross-validation (12.4). */
export function combinatorialPurgedSplits(
  sessions: number,
  folds: number,
  testFolds: number,
  gaps: SplitGaps = {},
): SessionSplit[] {
  const all = arraySplit(sessions, folds);
  return choices(folds, testFolds).map((chosen) => {
    const blocks = chosen.map((fold) => all[fold]!);
    return {
      train: outside(sessions, blocks, gaps),
      test: Int32Array.from(blocks.flatMap(({ first, last }) => Array.from(range(first, last)))),
    };
  });
}

interface Block {
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
}

/** Sessions that lie in no block, whose labels reach none, and that no block's labels reach, nor its embargo. */
function outside(
  sessions: number,
  blocks: readonly Block[],
  { lookAhead = 0, embargo = 0 }: SplitGaps,
): Int32Array {
  const stays = new Uint8Array(sessions).fill(1);
  for (const { first, last } of blocks) {
    const after = last === sessions ? last : Math.min(sessions, last + lookAhead + embargo);
    stays.fill(0, Math.max(0, first - lookAhead), after);
  }
  return Int32Array.from(stays.keys()).filter((session) => stays[session] === 1);
}

/** Runs of nearly equal length, the longer ones first: numpy's array_split. */
function arraySplit(count: number, parts: number): Block[] {
  if (!(Number.isInteger(parts) && parts > 1 && parts <= count)) {
    const problem = `${String(parts)} folds of ${count} sessions; give a whole number from 2 to ${count}`;
    throw new DataServiceError("bad-request", problem, { count });
  }
  const [least, longer] = [Math.floor(count / parts), count % parts];
  let first = 0;
  return Array.from({ length: parts }, (_, i) => {
    const block = { first, last: first + least + (i < longer ? 1 : 0) };
    first = block.last;
    return block;
  });
}

function choices(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const found: number[][] = [];
  for (let i = from; i <= count - size; i++) {
    for (const rest of choices(count, size - 1, i + 1)) found.push([i, ...rest]);
  }
  return found;
}

function range(first: number, last: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
}
