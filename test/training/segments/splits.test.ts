import { describe, expect, it } from "vitest";
import {
  combinatorialPurgedSplits,
  purgedKFold,
  type SessionSplit,
  timeSeriesSplits,
  walkForwardSplits,
} from "#src/training/segments/splits.js";
import { readReferee } from "../referee.js";

interface Ranges {
  readonly ranges: readonly (readonly [number, number])[];
}
interface Case {
  readonly params: Readonly<Record<string, number | boolean>>;
  readonly n_splits: number;
  readonly pct_embargo: number;
  readonly labelSessions: number;
  readonly embargoDays: number;
  readonly splits?: readonly { readonly train: Ranges; readonly test: Ranges }[];
  readonly error?: string;
}

const all = readReferee<Record<string, Case[]> & { n: number }>("splits.json");

interface Positions {
  readonly n_folds: number;
  readonly n_test_folds: number;
  readonly purged_size: number;
  readonly embargo_size: number;
  readonly splits: readonly { readonly train: Ranges; readonly tests: readonly Ranges[] }[];
}
const positions = readReferee<{ readonly combinatorialPositions: Positions[] }>(
  "splits.json",
).combinatorialPositions;

function expanded([first, last]: readonly [number, number]): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Numbers as runs, both ends inclusive. */
function rangesOf(sessions: Int32Array): [number, number][] {
  const runs: [number, number][] = [];
  for (const session of sessions) {
    const run = runs.at(-1);
    if (run && run[1] === session - 1) run[1] = session;
    else runs.push([session, session]);
  }
  return runs;
}

function check(own: readonly SessionSplit[], { splits }: Case): void {
  expect(own.map(({ train, test }) => [rangesOf(train), rangesOf(test)])).toEqual(
    splits!.map(({ train, test }) => [train.ranges, test.ranges]),
  );
}

describe("splits", () => {
  it("timeSeriesSplits, as sklearn's TimeSeriesSplit", () => {
    for (const own of all.sklearnTimeSeriesSplit!) {
      const { n_splits, test_size, gap, max_train_size } = own.params as Record<string, number>;
      const split = () =>
        timeSeriesSplits(all.n, {
          splits: n_splits!,
          testSize: test_size,
          gap,
          maxTrainSize: max_train_size,
        });
      if (own.error) expect(split).toThrow("are too few");
      else check(split(), own);
    }
  });

  it("walkForwardSplits, as skfolio's WalkForward", () => {
    for (const own of all.walkForward!) {
      const { train_size, test_size, purged_size, expand_train, reduce_test } = own.params;
      const split = walkForwardSplits(all.n, {
        trainSize: Number(train_size),
        testSize: Number(test_size),
        purge: Number(purged_size),
        expanding: expand_train === true,
        shortLast: reduce_test === true,
      });
      check(split, own);
    }
  });

  it("purgedKFold, as de Prado's book", () => {
    for (const own of all.purgedKFoldBook!) {
      const embargo = Math.trunc(all.n * own.pct_embargo);
      check(purgedKFold(all.n, own.n_splits, { lookAhead: own.labelSessions, embargo }), own);
    }
  });

  it("combinatorialPurgedSplits, as skfolio's CombinatorialPurgedCV", () => {
    for (const { n_folds, n_test_folds, purged_size, embargo_size, splits } of positions) {
      const gaps = { lookAhead: purged_size, embargo: embargo_size };
      const own = combinatorialPurgedSplits(all.n, n_folds, n_test_folds, gaps);
      expect(own.map(({ train }) => rangesOf(train))).toEqual(splits.map(({ train }) => train.ranges));
      expect(own.map(({ test }) => [...test])).toEqual(
        splits.map(({ tests }) => tests.flatMap(({ ranges }) => ranges.flatMap(expanded))),
      );
    }
  });

  it("combinatorialPurgedSplits, as timeseriescv's but for an embargo, which it counts in days", () => {
    for (const own of all.combinatorialPurged!) {
      if (own.embargoDays !== 0) continue;
      const { n_splits, n_test_splits } = own.params as Record<string, number>;
      // It begins with the last folds.
      const split = combinatorialPurgedSplits(all.n, n_splits!, n_test_splits!, {
        lookAhead: own.labelSessions,
      });
      check(split.reverse(), own);
    }
  });

  it("walkForwardSplits, as timeseriescv's PurgedWalkForwardCV", () => {
    for (const own of all.purgedWalkForward!) {
      const { n_splits, n_test_splits, min_train_splits, max_train_splits } = own.params as Record<
        string,
        number
      >;
      const fold = all.n / n_splits!;
      const splits = walkForwardSplits(all.n, {
        trainSize: min_train_splits! * fold - own.labelSessions,
        testSize: n_test_splits! * fold,
        step: fold,
        purge: own.labelSessions,
        expanding: true,
        maxTrainSize: max_train_splits && max_train_splits * fold - own.labelSessions,
      });
      check(splits, own);
    }
  });
});
