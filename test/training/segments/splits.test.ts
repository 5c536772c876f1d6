import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  purgedKFold,
  type SessionSplit,
  timeSeriesSplits,
  walkForwardSplits,
} from "#src/training/segments/splits.js";
import { sharedFixtures } from "../../shared-fixtures.js";

interface Ranges {
  readonly ranges: readonly (readonly [number, number])[];
}
interface Case {
  readonly params: Readonly<Record<string, number | boolean>>;
  readonly n_splits: number;
  readonly pct_embargo: number;
  readonly labelSessions: number;
  readonly splits?: readonly { readonly train: Ranges; readonly test: Ranges }[];
  readonly error?: string;
}

const folder = sharedFixtures("training");
const all = folder
  ? (JSON.parse(readFileSync(join(folder, "splits.json"), "utf8")) as Record<string, Case[]> & { n: number })
  : undefined;

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

describe.skipIf(!all)("splits", () => {
  it("timeSeriesSplits, as sklearn's TimeSeriesSplit", () => {
    for (const own of all!.sklearnTimeSeriesSplit!) {
      const { n_splits, test_size, gap, max_train_size } = own.params as Record<string, number>;
      const split = () =>
        timeSeriesSplits(all!.n, {
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
    for (const own of all!.walkForward!) {
      const { train_size, test_size, purged_size, expand_train, reduce_test } = own.params;
      const split = walkForwardSplits(all!.n, {
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
    for (const own of all!.purgedKFoldBook!) {
      const embargo = Math.trunc(all!.n * own.pct_embargo);
      check(purgedKFold(all!.n, own.n_splits, { lookAhead: own.labelSessions, embargo }), own);
    }
  });
});
