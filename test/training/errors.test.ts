import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openPanel } from "#src/open/open-panel.js";
import type { Panel } from "#src/panel/panel.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import { trainingSet } from "#src/training/build-training-set.js";
import type { Processor } from "#src/training/processors/processor.js";
import { fromQlibConfig } from "#src/training/qlib/from-qlib-config.js";
import type { TrainingRequest } from "#src/training/training-request.js";
import type { TrainingSet } from "#src/training/training-set.js";
import { scratchFolder } from "../scratch-folder.js";
import { PROVIDER, readReferee } from "./referee.js";

const folder = "data-fixtures/snapshot";
const factors = `${folder}/combined_factors_df.parquet`;
const scratch = scratchFolder();
const request: TrainingRequest = {
  features: ["close", "open"],
  labels: { label: "Ref($close, -2)/Ref($close, -1) - 1" },
  segments: { train: ["2019-01-02", "2019-08-30"], test: ["2019-12-02", "2020-03-17"] },
  processors: { learn: [{ kind: "DropnaLabel" }] },
};
const segments = (span: [string, string]) => ask({ segments: { test: span } });
const infer = (...processors: object[]) => ask({ processors: { infer: processors as Processor[] } });
const weekend = { fields: "feature", fit: ["2019-06-08", "2019-06-09"] };

let market: Panel;
let set: TrainingSet;
beforeAll(async () => {
  market = await openPanel(`${folder}/daily_pv.h5`, { load: true });
  set = await trainingSet(market, request);
});

function ask(change: Partial<TrainingRequest>): Promise<TrainingSet> {
  return trainingSet(market, { ...request, ...change });
}

/** Of each odd request, what is done here: an error that says this, or the right result. */
const ANSWERS: Readonly<Record<string, readonly [ask: () => unknown, answer: string | number | boolean]>> = {
  "DropnaLabel among infer_processors": [() => infer({ kind: "DropnaLabel" }), "is for learning only"],
  "DropnaLabel among shared_processors": [
    () => ask({ processors: { shared: [{ kind: "DropnaLabel" }] } }),
    "is for learning only",
  ],
  "prepare raw with drop_raw": [() => set.view("raw"), "keepRaw: true"],
  "prepare an unknown segment name": [() => set.segment("tests"), 'did you mean "test"?'],
  "prepare a list with an unknown segment name": [
    () => set.export(join(scratch, "never"), { format: "npy", segments: ["train", "tests"] }),
    'did you mean "test"?',
  ],
  "prepare an unknown col_set": [
    () => set.segment("train").sequences({ length: 2, groups: ["features"] }),
    'did you mean "feature"?',
  ],
  "prepare an unknown data_key": [
    () => set.segment("train", { view: "test" as never }),
    'view "test" is not known',
  ],
  "prepare a date instead of a segment": [() => set.segment("2019-06-03"), "there is no segment"],
  "prepare a month as a string": [() => set.segment("2019-06"), "there is no segment"],
  "prepare a slice past both ends": [
    () =>
      set.view("infer").window({ start: "1990-01-01", end: "2050-01-01" }).rowCount ===
      set.view("infer").rowCount,
    true,
  ],
  "prepare an empty range": [() => segments(["2019-06-08", "2019-06-09"]), "no session lies in"],
  "prepare a reversed range": [() => segments(["2019-06-30", "2019-06-03"]), "before it starts"],
  "processor for a group that is not there": [
    () => infer({ kind: "Fillna", fields: "features" }),
    'did you mean "feature"?',
  ],
  "RobustZScoreNorm for a group that is not there": [
    () => infer({ kind: "RobustZScoreNorm", fields: "labels" }),
    'did you mean "label"?',
  ],
  "an unknown processor": [
    () => infer({ kind: "RobustZscoreNorm", fields: "feature" }),
    'did you mean "RobustZScoreNorm"?',
  ],
  "an unknown argument": [
    () => infer({ kind: "Fillna", fields: "feature", fill_value: 0 }),
    'unknown option "fill_value"',
  ],
  "RobustZScoreNorm without a fit window": [
    () =>
      ask({
        segments: { test: ["2019-12-02", null] },
        processors: { infer: [{ kind: "RobustZScoreNorm", fields: "feature" }] },
      }),
    "there is no span to fit it on",
  ],
  "Alpha158 with RobustZScoreNorm and no fit_end_time": [() => alpha158WithoutFit(), "fit_end_time"],
  "RobustZScoreNorm fitted on a window without rows": [
    () => infer({ kind: "RobustZScoreNorm", ...weekend }),
    "no row lies in its fit",
  ],
  "ZScoreNorm fitted on a window without rows": [
    () => infer({ kind: "ZScoreNorm", ...weekend }),
    "no row lies in its fit",
  ],
  "MinMaxNorm fitted on a window without rows": [
    () => infer({ kind: "MinMaxNorm", ...weekend }),
    "no row lies in its fit",
  ],
  "fit window on a weekend": [() => infer({ kind: "ZScoreNorm", ...weekend }), "2019-06-08 .. 2019-06-09"],
  "an unknown process_type": [
    () => ask({ processors: { mode: "both" as never } }),
    'processors.mode "both" is not known',
  ],
  "an unknown instrument in the list": [() => ask({ universe: ["SZ000004", "SZ999999"] }), "SZ999999"],
  "only unknown instruments": [() => ask({ universe: ["SZ999999"] }), "SZ999999"],
  "an unknown market": [
    async () => trainingSet(await openSnapshot(folder), { ...request, universe: "csi999" }),
    "csi999",
  ],
  "a range before the calendar": [() => segments(["1990-01-01", "1990-12-31"]), "they run 2019-01-02"],
  "a range after the calendar": [() => segments(["2031-01-01", "2031-12-31"]), "they run 2019-01-02"],
  "TSDatasetH with step_len 0": [
    () => set.segment("train").sequences({ length: 0 }),
    "length 0 is not a number of sessions",
  ],
  "TSDatasetH over a range without rows": [
    () => segments(["2019-06-08", "2019-06-09"]),
    "no session lies in",
  ],
  "TSDatasetH over a range after the data": [
    () => segments(["2031-01-01", "2031-12-31"]),
    "no session lies in",
  ],
  "a fill type that does not exist": [
    () => set.segment("train").sequences({ length: 2, fill: "pad" as never }),
    'fill "pad" is not known',
  ],
  "StaticDataLoader with an instrument list holding one unknown code": [
    () => ask({ features: factors, universe: ["SZ000004", "SZ999999"] }),
    "SZ999999",
  ],
  "StaticDataLoader with a market name": [
    async () => {
      const own = await trainingSet(await openSnapshot(folder), {
        ...request,
        features: ["close", factors],
        universe: "all",
      });
      return own.featureNames.includes("mom_10d") && own.view("infer").rowCount > 0;
    },
    true,
  ],
  "StaticDataLoader with an instrument list that is not sorted, and a time range": [
    async () => {
      const own = await ask({ features: factors, universe: ["SZ000006", "SZ000004"], start: "2019-02-01" });
      return own.view("infer").index.instruments.length;
    },
    2,
  ],
  "columns of the frame handed to TSDataSampler, before and after": [
    () => {
      const before = set.view("infer").columnNames.join();
      set.segment("train", { view: "infer" }).sequences({ length: 5 }).windows([0]);
      return set.view("infer").columnNames.join() === before;
    },
    true,
  ],
  "writing into a window changes the data set (still equal, first value)": [
    () => {
      const sequences = set.segment("train").sequences({ length: 5 });
      const window = sequences.windows([sequences.count - 1]);
      const kept = window.slice();
      window.fill(7);
      return String(sequences.windows([sequences.count - 1])) === String(kept);
    },
    true,
  ],
  "DailyBatchSampler's first batch over a TSDataSampler": [
    async () => {
      const sequences = set.segment("train").sequences({ length: 5, order: "instrument" });
      const first = (await sequences.batches({ size: "session" }).next()).value!;
      return new Set(Array.from(first.samples, (own) => sequences.keyAt(own).datetime.getTime())).size;
    },
    1,
  ],
};

function alpha158WithoutFit() {
  return fromQlibConfig(
    JSON.stringify(
      {
        class: "DatasetH",
        kwargs: {
          handler: {
            class: "Alpha158",
            kwargs: {
              instruments: "all",
              start_time: "2019-01-02",
              end_time: "2020-03-17",
              fit_start_time: "2019-01-02",
              infer_processors: [{ class: "RobustZScoreNorm", kwargs: { fields_group: "feature" } }],
            },
          },
          segments: { train: ["2019-01-02", "2019-08-30"] },
        },
      },
      null,
      1,
    ),
    { providerUri: PROVIDER },
  );
}

describe("requests that qlib takes oddly", () => {
  const asked = readReferee<{ readonly what: string }[]>("errors.json").map(({ what }) => what);

  it("has an answer for each of the 38", () => {
    expect(Object.keys(ANSWERS).toSorted()).toEqual(asked.toSorted());
    expect(asked).toHaveLength(38);
  });

  it.each(Object.entries(ANSWERS))("%s", async (_, [run, answer]) => {
    const outcome = Promise.resolve().then(run);
    if (typeof answer === "string") await expect(outcome).rejects.toThrow(answer);
    else expect(await outcome).toBe(answer);
  });
});
