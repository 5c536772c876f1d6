import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readWorkflow } from "../../src/workflow/read-workflow.js";
import { scratchFolder } from "../scratch-folder.js";

const CONF = `qlib_init:
  provider_uri: "~/.qlib/qlib_data/cn_data"
market: &market csi300
defaults: &defaults
  start_time: {{ train_start | default("2008-01-01", true) }}
  end_time: {{ test_end | default("null", true) }}
  instruments: *market
handler:
  <<: *defaults
  end_time: 2020-08-01
  instruments: <MARKET>
task:
  kwargs: {
    num_features: {{ num_features }},
    {% if num_timesteps %}step_len: {{ num_timesteps }},{% endif %}
  }
  use_gpu: yes
  n_jobs: 1_0
  lr: 1e-3
  signal: <PRED>
  segments:
    train: [2008-01-01, 2014-12-31]
`;

describe("readWorkflow", () => {
  it("reads anchors, merges, placeholders and names in angle brackets, with YAML 1.1's scalars", async () => {
    const file = await readWorkflow(CONF, {
      variables: { num_features: 20, num_timesteps: 10, MARKET: "csi8" },
    });
    expect(file.toPlain()).toEqual({
      qlib_init: { provider_uri: "~/.qlib/qlib_data/cn_data" },
      market: "csi300",
      defaults: { start_time: "2008-01-01", end_time: null, instruments: "csi300" },
      handler: { start_time: "2008-01-01", end_time: "2020-08-01", instruments: "csi8" },
      task: {
        kwargs: { num_features: 20, step_len: 10 },
        use_gpu: true,
        n_jobs: 10,
        lr: 0.001,
        signal: "<PRED>",
        segments: { train: ["2008-01-01", "2014-12-31"] },
      },
    });
  });

  it("reads a file by its path and keeps lines where they are", async () => {
    const path = join(scratchFolder(), "conf.yaml");
    writeFileSync(path, CONF);
    const file = await readWorkflow(path, { variables: { num_features: 1 } });
    const train = file.at("task", "segments", "train");
    expect([train.line, train.path, train.asTexts()[1]]).toEqual([22, "task.segments.train", "2014-12-31"]);
    expect(file.at("handler", "instruments").asText()).toBe("<MARKET>");
    expect(file.at("task", "kwargs").has("step_len")).toBe(false);
  });

  it.each([
    [
      "a key that is not there",
      (f) => f.at("task", "segment"),
      'there is no "segment"; did you mean "segments"?',
    ],
    [
      "a placeholder that is read",
      (f) => f.at("task", "kwargs", "num_features").asNumber(),
      "line 14 (task.kwargs.num_features): the placeholder {{ num_features }} has no value",
    ],
    ["another type", (f) => f.at("market").asNumber(), 'line 3 (market): expected a number, found "csi300"'],
    [
      "a key that is not known",
      (f) => f.at("handler").checkKeys(["start_time", "end_times", "instruments"]),
      'unknown key "end_time"; did you mean "end_times"?',
    ],
  ] as [string, (file: Awaited<ReturnType<typeof readWorkflow>>) => unknown, string][])(
    "tells %s with its line",
    async (_, ask, message) => {
      const file = await readWorkflow(CONF);
      expect(() => ask(file)).toThrow(message);
    },
  );

  it.each([
    ["a: [1,\nb: 2", "corrupt", /line [123]: /],
    ["a: 1\na: 2\n", "corrupt", /line 2: Map keys must be unique/],
    ["a: *none\nb: 1\n", "corrupt", /line 1: .*none/],
    ["a: &a\n  b: *a\n", "corrupt", /line 2: an alias stands inside its own anchor/],
    ["a: 1\nb: {{ x | upper }}\n", "unsupported", /line 2: the filter "upper"/],
    ["a: 1\n{% for x in y %}\n", "unsupported", /line 2: \{% for x in y %\} is not known/],
    ["a: 1\n{% if x %}\n", "unsupported", /line 2: the \{% if %\} has no/],
    ["/no/such/conf.yaml", "not-found", /no such file/],
  ])("refuses %j", async (text, code, message) => {
    await expect(readWorkflow(text)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("unfolds aliases of aliases only so far", async () => {
    const rows = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 9; i++) {
      const [own, before] = [String.fromCharCode(97 + i), String.fromCharCode(96 + i)];
      rows.push(`${own}: &${own} [${Array.from({ length: 10 }, () => `*${before}`).join(", ")}]`);
    }
    const file = await readWorkflow(`${rows.join("\n")}\n`);
    expect(() => file.toPlain()).toThrow("unfold to more than a million values");
  });
});
