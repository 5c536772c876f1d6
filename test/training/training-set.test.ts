import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openPanel } from "#src/open/open-panel.js";
import type { Panel } from "#src/panel/panel.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import { formatNs } from "#src/time.js";
import { explainTraining, trainingSet } from "#src/training/build-training-set.js";
import { exportInParts } from "#src/training/export/export-in-parts.js";
import type { TrainingRequest } from "#src/training/training-request.js";
import type { TrainingSet } from "#src/training/training-set.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = "data-fixtures/snapshot";
const scratch = scratchFolder();
const LABEL = "Ref($close, -2)/Ref($close, -1) - 1";
const request: TrainingRequest = {
  features: [
    ["Mean($close, 5)/$close", "Std($close, 20)/$close"],
    { roc5: "Ref($close, 5)/$close" },
    `${folder}/combined_factors_df.parquet`,
  ],
  labels: { label: LABEL },
  segments: {
    train: ["2019-01-02", "2019-08-30"],
    valid: ["2019-09-02", "2019-11-29"],
    test: ["2019-12-02", "2020-03-17"],
  },
  processors: {
    infer: [
      { kind: "RobustZScoreNorm", fields: "feature" },
      { kind: "Fillna", fields: "feature" },
    ],
    learn: [{ kind: "DropnaLabel" }, { kind: "CSRankNorm", fields: "label" }],
  },
};
let market: Panel;
let set: TrainingSet;
beforeAll(async () => {
  market = await openPanel(`${folder}/daily_pv.h5`, { load: true });
  set = await trainingSet(market, request);
});

describe("trainingSet", () => {
  it("ends segments so that no label knows a price of the next", async () => {
    const { datetimes } = market.index;
    const position = (ns: bigint) => datetimes.indexOf(ns);
    const { train, valid, test } = Object.fromEntries(set.segments);
    expect([set.lookAhead, train!.purged, valid!.purged, test!.purged]).toEqual([2, 2, 2, 0]);
    expect(position(train!.lastNs) + 2).toBeLessThan(position(valid!.firstNs));
    expect(position(valid!.lastNs) + 2).toBeLessThan(position(test!.firstNs));
    expect(set.segment("train").index.datetimes.at(-1)!).toBeLessThanOrEqual(train!.lastNs);
  });

  it("gives dense matrices that share the set's memory, with the key of each row", async () => {
    const { features, labels, rowCount, keyAt } = set.segment("test").toDense();
    expect(features.names).toEqual(
      ["Mean($close, 5)/$close", "Std($close, 20)/$close", "roc5", "mom_10d", "vol_20d"].slice(
        0,
        features.names.length,
      ),
    );
    expect([features.values.length, labels!.values.length]).toEqual([
      rowCount * features.names.length,
      rowCount,
    ]);
    expect(features.values.buffer).toBe(
      set.segment("valid", { view: "infer" }).toDense().features.values.buffer,
    );
    const view = set.view("infer");
    const { datetime, instrument } = keyAt(rowCount - 1);
    const row = view.rowOf(datetime, instrument);
    expect(features.values.at(-1)).toBe(view.column(features.names.at(-1)!).at(row));
  });

  it("gives tensors of TensorFlow.js, which the caller passes in", async () => {
    const tf = await import("@tensorflow/tfjs-core");
    await import("@tensorflow/tfjs-backend-cpu");
    const train = set.segment("train");
    const { features, labels } = train.toTensors(tf);
    const dense = train.toDense();
    expect(features.shape).toEqual([dense.rowCount, dense.features.names.length]);
    expect(labels!.shape).toEqual([dense.rowCount, 1]);
    expect(await features.data()).toEqual(new Float32Array(dense.features.values));
    expect(features.dtype).toBe("float32");
  });

  it("gives the same from a snapshot as from its panel", async () => {
    const snapshot = await openSnapshot(folder);
    const { features: _, ...rest } = request;
    const features = ["Mean($close, 5)/$close", "close"];
    const [own, other] = [
      await trainingSet(snapshot, { ...rest, features }),
      await trainingSet(market, { ...rest, features }),
    ];
    expect(own.view("learn").toRows().slice(0, 500)).toEqual(other.view("learn").toRows().slice(0, 500));
    expect(own.lookAhead).toBe(2);
  });

  it("applies a saved state to later sessions bit for bit as in one go", async () => {
    const state = join(scratch, "state.json");
    await set.saveState(state);
    const later = await trainingSet(market, {
      ...request,
      state,
      start: "2019-12-02",
      segments: { test: ["2019-12-02", "2020-03-17"] },
    });
    const [own, other] = [later.segment("test").toPanel(), set.segment("test").toPanel()];
    expect(own.toRows()).toEqual(other.toRows());
    const text = readFileSync(state, "utf8");
    writeFileSync(state, text.replace('"median":["', '"median":["1'));
    await expect(trainingSet(market, { ...request, state })).rejects.toMatchObject({ code: "corrupt" });
    writeFileSync(state, text);
    const processors = { infer: [{ kind: "ZScoreNorm", fields: "feature" } as const] };
    await expect(trainingSet(market, { ...request, state, processors })).rejects.toThrow(
      "it was made for other processors",
    );
    await expect(trainingSet(market, { ...request, state, features: ["close"] })).rejects.toThrow(
      "which is not there",
    );
  });

  it.each([
    [{ segments: { train: ["2019-08-30", "2019-01-02"] } }, "bad-request", "before it starts"],
    [
      { segments: { train: ["2031-01-01", "2031-02-01"] } },
      "bad-request",
      "they run 2019-01-02 .. 2020-03-17",
    ],
    [{ segments: {} }, "bad-request", "there is none"],
    [{ features: ["Ref($close, -1)/$close"] }, "bad-request", "looks ahead of its row"],
    [{ features: ["clsoe"] }, "bad-expression", ""],
    [{ labels: ["close"] }, "bad-request", "cannot be told"],
    [{ labels: { label: "0 * Log(-1 - Abs($close))" }, purge: 1 }, "bad-request", "is NaN in all"],
    [{ universe: ["999999.SZ"] }, "unknown-instrument", "999999.SZ"],
    [{ purge: -1 }, "bad-request", 'give "auto", "none" or a number'],
    [{ purge: 400 }, "bad-request", "none of its"],
    [{ memoryBudget: 1000 }, "over-budget", "ask for fewer columns"],
    [{ processors: { infer: [{ kind: "Fillna" }] } }, "bad-request", "fields is missing"],
    [
      { processors: { infer: [{ kind: "Fillna", fields: "all" }] } },
      "bad-request",
      'allow: ["labels-in-infer"]',
    ],
    [{ processors: { infer: [{ kind: "DropnaLabel" }] } }, "bad-request", "is for learning only"],
    [
      { processors: { infer: [{ kind: "RobustZscoreNorm", fields: "feature" }] } },
      "bad-request",
      'did you mean "RobustZScoreNorm"?',
    ],
    [
      { processors: { infer: [{ kind: "Fillna", fields: "features" }] } },
      "unknown-field",
      'did you mean "feature"?',
    ],
    [
      { processors: { infer: [{ kind: "Fillna", fields: "feature", valeu: 1 }] } },
      "bad-request",
      'did you mean "value"?',
    ],
    [
      { processors: { infer: [{ kind: "ZScoreNorm", fields: "feature", fit: ["2019-01-02", null] }] } },
      "bad-request",
      'reaches past the segment "train"',
    ],
    [
      {
        processors: { infer: [{ kind: "ZScoreNorm", fields: "feature", fit: ["2019-06-08", "2019-06-09"] }] },
      },
      "bad-request",
      "no row lies in its fit",
    ],
    [{ universe: ["000004.SZ"] }, "bad-request", 'allow: ["single-instrument"]'],
  ] as [Partial<TrainingRequest>, string, string][])("refuses %j", async (change, code, message) => {
    const asked = { ...request, features: ["close"], ...change } as TrainingRequest;
    await expect(trainingSet(market, asked)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it("accounts for rows, steps and columns, and says before what it takes", async () => {
    const features = { a: "Mean($close, 5)", b: "Mean($close, 5)", one: "$close - $close + 1" };
    const { segments, steps, constant, duplicates } = (
      await trainingSet(market, { ...request, features })
    ).account();
    expect(duplicates).toEqual([["a", "b"]]);
    expect(constant).toEqual(["one"].filter((name) => constant.includes(name)));
    const [train, valid] = segments;
    expect([train!.rows, train!.sessions]).toEqual([
      set.segment("train").rowCount,
      set.segment("train").index.sessionCount,
    ]);
    expect([train!.purged, train!.features[0]!.drift]).toEqual([2, undefined]);
    expect(Number.isFinite(valid!.features[0]!.drift)).toBe(true);
    const dropped = steps.find(({ kind }) => kind === "DropnaLabel")!;
    expect(dropped.rowsDropped).toBe(set.view("infer").rowCount - set.view("learn").rowCount);
    const explained = await explainTraining(market, { ...request, features });
    expect([explained.rows, explained.columns.feature]).toEqual([set.view("infer").rowCount, 3]);
    expect(explained.peakBytes).toBeGreaterThan(explained.matrixBytes);
  });

  it("gives batches by session and by size, seeded, each sample once, equal to the naive window", async () => {
    const sequences = set.segment("train").sequences({ length: 7, fill: "ffill" });
    const contiguous = set.segment("train").sequences({ length: 7, fill: "ffill", contiguous: true });
    const seen: number[] = [];
    for await (const { samples, windows, labels, shape } of sequences.batches({ size: 100, seed: 3 })) {
      seen.push(...samples);
      expect(shape).toEqual([samples.length, 7, sequences.names.length]);
      expect(windows).toEqual(contiguous.windows(samples));
      expect(labels!.length).toBe(samples.length);
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: sequences.count }, (_, i) => i));
    expect(seen.slice(0, 50)).not.toEqual(seen.toSorted((a, b) => a - b).slice(0, 50));
    const again: number[] = [];
    for await (const { samples } of sequences.batches({ size: 100, seed: 3 })) again.push(...samples);
    expect(again).toEqual(seen);
    let days = 0;
    for await (const { samples } of sequences.batches({ size: "session" })) {
      expect(new Set(Array.from(samples, (sample) => sequences.keyAt(sample).datetime.getTime())).size).toBe(
        1,
      );
      days++;
    }
    expect(days).toBe(set.segment("train").index.sessionCount);
    const view = set.view("learn");
    const sample = 321;
    const { datetime, instrument } = sequences.keyAt(sample);
    const session = view.index.sessionAt(BigInt(datetime.getTime()) * 1_000_000n);
    let known = Array.from(sequences.names, () => Number.NaN);
    const naive = Array.from({ length: 7 }, (_, k) => {
      const at = session - 6 + k;
      const row = at < 0 ? -1 : view.rowOf(view.index.datetimes[at]!, instrument);
      if (row >= 0) known = sequences.names.map((name) => Number(view.column(name).at(row)));
      return known;
    });
    expect(Array.from(sequences.windows([sample]))).toEqual(naive.flat());
    expect(sequences.windowOf(datetime, instrument)).toEqual(sequences.windows([sample]));
    expect(() => sequences.windowOf(datetime, "SZ00000X")).toThrow("unknown instrument");
    expect(() => sequences.windows([sequences.count])).toThrow("there is no sample");
  });
});

describe("export", () => {
  const python = "/usr/bin/python3";
  const hasNumpy =
    existsSync(python) && quietly(() => execFileSync(python, ["-c", "import numpy"], { stdio: "ignore" }));

  it.skipIf(!hasNumpy)("writes what numpy maps into memory, with the rows of the set", async () => {
    const dir = join(scratch, "npy");
    const manifest = await set.export(dir, { format: "npy", sequences: { length: 5 } });
    const script = `
import json, sys, numpy as np
m = json.load(open(sys.argv[1] + "/manifest.json"))
out = {}
for name, s in m["segments"].items():
    load = lambda f: np.load(f"{sys.argv[1]}/{name}/{f}.npy", mmap_mode="r")
    x, y, w, t, i = load("feature"), load("label"), load("windows"), load("datetime"), load("instrument")
    last = x[w[-1][-1]]
    out[name] = [x.shape, y.shape, w.shape, str(x.dtype), str(np.datetime64(int(t[-1]), "ns"))[:10], s["instruments"][int(i[-1])], float(np.nansum(x, dtype=np.float64)), [float(v) for v in last]]
print(json.dumps(out))`;
    const seen = JSON.parse(execFileSync(python, ["-c", script, dir], { encoding: "utf8" })) as Record<
      string,
      unknown[]
    >;
    for (const [name, own] of Object.entries(manifest.segments)) {
      const data = set.segment(name);
      const sequences = data.sequences({ length: 5 });
      const [shape, labels, windows, type, day, , , last] = seen[name]!;
      expect(shape).toEqual([own.rows, own.columns.feature!.length]);
      expect([labels, windows, type]).toEqual([[own.rows, 1], [sequences.count, 5], "float32"]);
      expect(day).toBe(formatNs(data.index.datetimes.at(-1)!));
      const width = sequences.names.length;
      expect(last).toEqual(Array.from(sequences.windows([sequences.count - 1])).slice(-width));
    }
  });

  it("writes the same bytes from parts of the columns, so that a set may be larger than memory", async () => {
    const [whole, parts] = [join(scratch, "whole"), join(scratch, "parts")];
    const options = { format: "npy", sequences: { length: 4 } } as const;
    const expected = await set.export(whole, options);
    const rowBytes = set.view("infer").rowCount * 4;
    const manifest = await exportInParts(market, request, parts, { ...options, memory: 3 * rowBytes });
    const { "state.json": ownState, ...own } = manifest.files;
    const { "state.json": otherState, ...other } = expected.files;
    expect(own).toEqual(other);
    expect(manifest.segments).toEqual(expected.segments);
    expect(ownState).not.toBe(otherState); // their content hashes are of other things
    const steps = (dir: string) => JSON.parse(readFileSync(join(dir, "state.json"), "utf8")).steps;
    expect(steps(parts)).toEqual(steps(whole));
    const snapshot = await openSnapshot(folder);
    const fromSnapshot = await exportInParts(
      snapshot,
      { ...request, features: ["Mean($close, 5)/$close", "close"] },
      join(scratch, "snapshot-parts"),
      { ...options, memory: 2 * rowBytes },
    );
    expect(fromSnapshot.segments.train!.columns.feature).toEqual(["Mean($close, 5)/$close", "close"]);
    expect(readdirSync(scratch).filter((name) => name.startsWith(".training-parts"))).toEqual([]);
  });

  it("refuses to write in parts what needs all columns, or more memory than there is", async () => {
    const [dir, memory] = [join(scratch, "refused"), 1 << 30];
    const processors = { infer: [{ kind: "DropnaProcessor", fields: "feature" } as const] };
    await expect(
      exportInParts(market, { ...request, processors }, dir, { format: "npy", memory }),
    ).rejects.toThrow("DropnaProcessor looks at several features at once");
    await expect(exportInParts(market, request, dir, { format: "npy", memory: 1000 })).rejects.toMatchObject({
      code: "over-budget",
    });
  });

  it("writes safetensors, parquet and arrow that open here, and replaces only an export", async () => {
    const small = await trainingSet(market, { ...request, features: { kmid: "($close-$open)/$open" } });
    const expected = small.segment("test").toPanel();
    for (const format of ["parquet", "arrow"] as const) {
      const dir = join(scratch, format);
      await small.export(dir, { format, segments: ["test"] });
      const panel = await openPanel(join(dir, `test.${format}`), { cache: false });
      expect(panel.toRows()).toEqual(expected.toRows());
    }
    const dir = join(scratch, "safetensors");
    const manifest = await small.export(dir, { format: "safetensors" });
    expect(Object.keys(manifest.files).sort()).toEqual([
      "state.json",
      "test.safetensors",
      "train.safetensors",
      "valid.safetensors",
    ]);
    await small.export(dir, { format: "safetensors" });
    await expect(set.export(folder, { format: "npy" })).rejects.toThrow("holds other files");
  });
});

function quietly(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}
