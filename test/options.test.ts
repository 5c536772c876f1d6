import { describe, expect, it } from "vitest";
import {
  alpha158,
  alpha360,
  asofJoin,
  checkFactors,
  convertFile,
  explainExpression,
  getHistoryWindow,
  joinPanels,
  openSnapshot,
  panelFromArrow,
  panelFromColumns,
  writeQlibBin,
} from "#src/index.js";

const panel = panelFromColumns({
  datetime: ["2020-01-02", "2020-01-03"],
  instrument: ["000001.SZ", "000001.SZ"],
  columns: { close: [1, 2] },
});
const other = panel.rename({ close: "open" });
const snapshot = await openSnapshot("data-fixtures/snapshot");
const factors = { ma: "Mean($close, 2)" };

/** A misspelled option, as a caller without types may give it. */
const wrong = (options: object) => options as Record<string, never>;

// Each would otherwise be as if it were not there, and the numbers those of another request.
const misspelled: [call: string, key: string, meant: string, call: () => unknown][] = [
  ["evaluate", "lables", "labels", () => panel.evaluate(factors, wrong({ lables: ["ma"] }))],
  ["evaluate", "window", "windows", () => panel.evaluate(factors, wrong({ window: "rows" }))],
  [
    "evaluateInThreads",
    "strat",
    "start",
    () => panel.evaluateInThreads(factors, wrong({ strat: "2020-01-03" })),
  ],
  ["join", "max_loss", "maxLoss", () => panel.join(other, wrong({ max_loss: 0 }))],
  ["join", "onConfict", "onConflict", () => joinPanels([panel, other], wrong({ onConfict: "suffix" }))],
  ["asofJoin", "tolerence", "tolerance", () => asofJoin(panel, other, wrong({ tolerence: "1d" }))],
  ["checkFactors", "lable", "label", () => checkFactors(panel, [], wrong({ lable: null }))],
  ["write", "onProgres", "onProgress", () => panel.write("never.csv", wrong({ onProgres: () => undefined }))],
  ["writeQlibBin", "frq", "freq", () => writeQlibBin(panel, "never", wrong({ frq: "1min" }))],
  ["convertFile", "colums", "columns", () => convertFile("a.h5", "b.csv", wrong({ colums: ["close"] }))],
  ["alpha158", "part", "parts", () => alpha158(wrong({ part: { kbar: {} } }))],
  ["alpha158: parts", "roling", "rolling", () => alpha158({ parts: wrong({ roling: {} }) })],
  ["alpha158: price", "features", "feature", () => alpha158({ parts: { price: wrong({ features: [] }) } })],
  ["alpha158: volume", "window", "windows", () => alpha158({ parts: { volume: wrong({ window: [0] }) } })],
  ["alpha158: rolling", "exlude", "exclude", () => alpha158({ parts: { rolling: wrong({ exlude: [] }) } })],
  ["alpha360", "field", "fields", () => alpha360(wrong({ field: ["close"] }))],
  ["fields", "covrage", "coverage", () => snapshot.fields(undefined, wrong({ covrage: true }))],
  ["add", "frq", "freq", () => snapshot.add("mine", panel, wrong({ frq: "1m" }))],
  [
    "panelFromArrow",
    "column",
    "columns",
    () => panelFromArrow(panel.toArrow(), wrong({ column: ["close"] })),
  ],
  [
    "panelFromColumns",
    "column",
    "columns",
    () => panelFromColumns({ datetime: [], instrument: [], columns: {}, ...wrong({ column: {} }) }),
  ],
  ["explainExpression", "field", "fields", () => explainExpression("$close", wrong({ field: new Map() }))],
];

describe("an option that is none", () => {
  it.each(misspelled)("of %s: %s, which may mean %s", async (call, key, meant, use) => {
    await expect((async () => use())()).rejects.toMatchObject({
      code: "bad-request",
      message: `${call}: unknown option "${key}"; did you mean "${meant}"?`,
    });
  });

  it("such as a universe beside the universe", () => {
    expect(() => getHistoryWindow(panel, undefined, wrong({ universe: ["000001.SZ"] }))).toThrow(
      'getHistoryWindow: unknown option "universe"; it takes "start", "end", "bars", "barsPer", "fields", "onUnknown"',
    );
  });

  it("such as a frequency that is no object, or options where a pattern belongs", async () => {
    expect(() => snapshot.add("mine", panel, "1m" as unknown as object)).toThrow(
      "add: expected an object of options, got a string",
    );
    await expect(snapshot.fields({ freq: "1d" } as unknown as string)).rejects.toThrow(
      "fields: the pattern is neither text nor a RegExp; leave it undefined for all fields, and give options after it",
    );
  });
});

describe("a request that is none", () => {
  it.each([
    [null, "null"],
    [["600000.SH"], "an array"],
    ["600000.SH", "a string"],
    [5, "a number"],
  ])("of window: %j", (request, given) => {
    expect(() => panel.window(request as unknown as object)).toThrow(
      `window: expected an object of options, got ${given}`,
    );
  });
});

describe("a choice that is none", () => {
  it.each([
    [
      'evaluate: compat "strickt" is not known; it is "qlib", "strict"; did you mean "strict"?',
      () => panel.evaluate(factors, { compat: "strickt" as "strict" }),
    ],
    [
      'evaluate: windows "row" is not known; it is "calendar", "rows"; did you mean "rows"?',
      () => panel.evaluate(factors, { windows: "row" as "rows" }),
    ],
    [
      'evaluateInThreads: compat "exact" is not known; it is "qlib", "strict"',
      () => panel.evaluateInThreads(factors, { compat: "exact" as "strict" }),
    ],
    [
      'evaluate: windows null is not known; it is "calendar", "rows"',
      () => panel.evaluate(factors, { windows: null as unknown as "rows" }),
    ],
    [
      'alpha158: feature "CLOES" is not known; it is "OPEN", "HIGH", "LOW", "CLOSE", "VWAP"; did you mean "CLOSE"?',
      () => alpha158({ parts: { price: { feature: ["CLOES" as "CLOSE"] } } }),
    ],
    [
      'evaluate: onUnknown "skp" is not known; it is "error", "skip"; did you mean "skip"?',
      () => panel.evaluate(factors, { onUnknown: "skp" as "skip" }),
    ],
    [
      'onUnknown: "skp" is not known; it is "error", "skip"; did you mean "skip"?',
      () => snapshot.getHistoryWindow("csi8", { onUnknown: "skp" as "skip" }),
    ],
  ])("%s", async (message, use) => {
    await expect((async () => use())()).rejects.toMatchObject({ code: "bad-request", message });
  });

  it("of the families of Alpha158", () => {
    expect(() => alpha158({ parts: { rolling: { exclude: ["RESY" as "RESI"] } } })).toThrow(
      'alpha158: family "RESY" is not known; it is "ROC", "MA", "STD"',
    );
  });
});

describe("what is not a panel", () => {
  it("is refused by what was given, and how", () => {
    const promise = Promise.resolve(panel) as unknown as typeof panel;
    const nothing = undefined as unknown as typeof panel;
    expect(() => snapshot.add("mine", promise)).toThrow('add: "mine" is a promise; await it');
    expect(() => snapshot.add("mine", nothing)).toThrow('add: "mine" is undefined; give a Panel');
    expect(() => panel.evaluate(factors, { previous: promise })).toThrow(
      "evaluate: previous is a promise; await it",
    );
    expect(() => panel.join(nothing)).toThrow("join: panel 2 is undefined; give a Panel");
  });
});

describe("options that are undefined", () => {
  it("are those that are left out", () => {
    const [labels, parts, windows, compat] = [undefined, undefined, undefined, undefined];
    expect(panel.evaluate(factors, { labels, windows, compat }).toRows()).toEqual(
      panel.evaluate(factors).toRows(),
    );
    expect(alpha158({ parts })).toEqual(alpha158());
  });
});
