import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPanel, panelFromColumns } from "#src/index.js";
import { ledgerOf } from "#src/join/ledger.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import type { Snapshot } from "#src/snapshot/snapshot.js";

const DIR = "data-fixtures/snapshot";
let snapshot: Snapshot;
beforeAll(async () => {
  snapshot = await openSnapshot(DIR);
});

describe("openSnapshot", () => {
  it("finds the panels of a folder and says what it left out", () => {
    expect(snapshot.panels().map(({ name, freq, isBase }) => [name, freq, isBase])).toEqual([
      ["alpha158", "1d", false],
      ["combined_factors_df", "1d", false],
      ["daily_basic", "1d", false],
      ["daily_pv", "1d", true],
      ["moneyflow", "1d", false],
      ["qlib_bin", "1d", false],
      ["result_mom", "1d", false],
      ["result_vol", "1d", false],
      ["static_factors", "1d", false],
    ]);
    expect(snapshot.skipped).toEqual([
      {
        file: "alpha158.parquet",
        reason: "alpha158.h5 has the same name and is read; add this one under another name to use it",
      },
    ]);
    expect(snapshot.universes()).toEqual(["all", "csi8"]);
  });

  it("opens no file before it is needed, and tells what a folder holds that it cannot read", async () => {
    const dir = mkdtempSync(join(tmpdir(), "snapshot-"));
    try {
      writeFileSync(join(dir, "daily_pv.h5"), "not HDF5");
      writeFileSync(join(dir, "empty.parquet"), "");
      writeFileSync(join(dir, "notes.txt"), "hello");
      writeFileSync(join(dir, ".hidden"), "");
      writeFileSync(join(dir, "static_factors_schema.json"), "{");
      mkdirSync(join(dir, "charts"));
      const other = await openSnapshot(dir);
      expect(other.panels()).toEqual([]);
      expect(other.skipped.map(({ file, reason }) => `${file}: ${reason.slice(0, 48)}`)).toEqual([
        ".hidden: a hidden file",
        "charts: a folder that is neither a qlib provider nor hol",
        'daily_pv.h5: not an HDF5 file; its first bytes are "not HDF5"',
        "empty.parquet: the file is empty (0 bytes); write it again",
        "notes.txt: a text file",
        `${join(dir, "static_factors_schema.json")}: a field dictionary that cannot be read: ${dir.slice(0, 8)}`,
      ]);
      await expect(other.getHistoryWindow(null)).rejects.toMatchObject({
        message: `${dir}: no panels of frequency "1d"; it has no panels`,
      });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it("names a folder that is not there", async () => {
    await expect(openSnapshot("no/such/folder")).rejects.toThrow(
      "no/such/folder: no such file; check the path",
    );
  });

  it("names the panels there are, and the nearest", async () => {
    await expect(snapshot.panel("daily_basics")).rejects.toMatchObject({
      message: `${DIR}: no panel "daily_basics"; did you mean "daily_basic"?`,
    });
    expect((await snapshot.panel("result_vol")).columnNames).toEqual(["vol_20d"]);
  });
});

describe("fields", () => {
  it("are found by name, by Chinese meaning and by source, with how to ask for them", async () => {
    const found = await snapshot.fields("市值");
    expect(
      found.map(({ ask, panel, unit, meaning, sourceTable }) => [ask, panel, unit, meaning, sourceTable]),
    ).toEqual([
      ["daily_basic.db_pb", "daily_basic", undefined, "市净率(总市值/净资产)", "daily_basic"],
      ["daily_basic.db_total_mv", "daily_basic", "万元", "总市值(万元)", "daily_basic"],
      ["daily_basic.db_circ_mv", "daily_basic", "万元", "流通市值(万元)", "daily_basic"],
      ["static_factors.db_pb", "static_factors", undefined, "市净率(总市值/净资产)", "daily_basic"],
      ["static_factors.db_total_mv", "static_factors", "万元", "总市值(万元)", "daily_basic"],
      ["static_factors.db_circ_mv", "static_factors", "万元", "流通市值(万元)", "daily_basic"],
    ]);
    expect((await snapshot.fields("RESI")).map(({ ask }) => ask)).toContain("RESI5");
    expect((await snapshot.fields(/^mf_net/)).map(({ ask }) => ask)).toEqual([
      "moneyflow.mf_net_vol",
      "moneyflow.mf_net_amt",
      "static_factors.mf_net_amt",
      "static_factors.mf_net_vol",
      "mf_net_amt_5d",
    ]);
  });

  it("say their file, type, span, group and, when asked, coverage", async () => {
    const [close] = await snapshot.fields("$close");
    expect(close).toEqual({
      name: "$close",
      ask: "$close",
      panel: "daily_pv",
      file: `${DIR}/daily_pv.h5`,
      freq: "1d",
      type: "float32",
      meaning: "收盘价（前复权）",
      unit: "元",
      sourceTable: "daily_pv",
      rows: 9956,
      sessions: 291,
      instruments: 48,
      first: "2019-01-02",
      last: "2020-03-17",
    });
    const flow = (await snapshot.fields("mf_net_amt_5d", { coverage: true }))[0]!;
    const column = (await snapshot.panel("static_factors")).column("mf_net_amt_5d");
    expect(flow.coverage).toBe(1 - column.countMissing() / column.length);
    expect((await snapshot.fields("mom_10d")).map(({ ask, group }) => [ask, group])).toEqual([
      ["combined_factors_df.mom_10d", "feature"],
      ["result_mom.mom_10d", undefined],
    ]);
  });
});

describe("names of fields", () => {
  it("take the base file's field first, with or without $, and one other panel's", async () => {
    const window = await snapshot.getHistoryWindow(["SZ000004"], {
      bars: 1,
      fields: ["close", "$open"],
    });
    expect(window.columnNames).toEqual(["close", "$open"]);
    expect((await snapshot.getHistoryWindow(["000004.SZ"], { bars: 1, fields: ["RESI5"] })).rowCount).toBe(1);
  });

  const errors: readonly [string, string, string][] = [
    [
      "mom_10d",
      "ambiguous-field",
      'field "mom_10d" is in 2 panels; ask for "combined_factors_df.mom_10d" or "result_mom.mom_10d"',
    ],
    ["Mean(mom_10d, 5)", "bad-expression", ""],
    [
      "Mean($mom_10d, 5)",
      "ambiguous-field",
      'field "$mom_10d" is in 2 panels; ask for "$combined_factors_df.mom_10d" or "$result_mom.mom_10d"\n  Mean($mom_10d, 5)\n       ^',
    ],
    [
      "db_pe_tm",
      "unknown-field",
      'unknown field "db_pe_tm" in daily_pv, alpha158, combined_factors_df, daily_basic, moneyflow, qlib_bin, result_mom, result_vol, static_factors; did you mean "db_pe_ttm"?',
    ],
    [
      "daily_basic.db_pe_tm",
      "unknown-field",
      `unknown field "db_pe_tm" in ${DIR}/daily_basic.h5; did you mean "daily_basic.db_pe_ttm"?`,
    ],
    [
      "daily_basics.db_pe_ttm",
      "unknown-field",
      'unknown field "daily_basics.db_pe_ttm" in daily_pv, alpha158, combined_factors_df, daily_basic, moneyflow, qlib_bin, result_mom, result_vol, static_factors; did you mean "daily_basic.db_pe_ttm"?',
    ],
    [
      "Mean($daily_basics.db_pe_tm, 5)",
      "unknown-field",
      'unknown field "$daily_basics.db_pe_tm" in daily_pv, alpha158, combined_factors_df, daily_basic, moneyflow, qlib_bin, result_mom, result_vol, static_factors; did you mean "$daily_basic.db_pe_ttm"?\n  Mean($daily_basics.db_pe_tm, 5)\n       ^',
    ],
    [
      "result_mom.nothing_like_it_at_all",
      "unknown-field",
      `unknown field "nothing_like_it_at_all" in ${DIR}/result_mom.h5; it has "mom_10d"`,
    ],
  ];
  it.each(errors)("%s is %s", async (field, code, message) => {
    const asked = snapshot.getHistoryWindow(null, { fields: [field] });
    await expect(asked).rejects.toMatchObject({ code, ...(message !== "" && { message }) });
  });
});

describe("requests", () => {
  it("say which frequencies, universes and choices there are", async () => {
    await expect(snapshot.getHistoryWindow(null, { freq: "1min" })).rejects.toMatchObject({
      message: `${DIR}: no panels of frequency "1m"; it has "1d"`,
    });
    await expect(snapshot.getHistoryWindow("csi9")).rejects.toMatchObject({
      message:
        'universe "csi9" is neither an instrument list nor an instrument; the lists are all, csi8; did you mean "csi8"?',
    });
    await expect(snapshot.getHistoryWindow(["000004.SZ", "999999.SZ"])).rejects.toMatchObject({
      code: "unknown-instrument",
      details: { instrument: "999999.SZ" },
    });
    await expect(snapshot.getHistoryWindow(5 as unknown as string)).rejects.toMatchObject({
      code: "bad-request",
      message: "universe: 5 is not a list of instruments; leave it out for all of them",
    });
    const fields = "close" as unknown as string[];
    await expect(snapshot.getHistoryWindow(null, { fields })).rejects.toMatchObject({
      code: "bad-request",
      message: 'fields: "close" is not a list of names; give one such as ["close"]',
    });
    await expect(snapshot.getHistoryWindow(null, { adjust: "raw" as "none" })).rejects.toMatchObject({
      message: 'adjust: "raw" is not known; it is "forward", "none", "back"',
    });
    await expect(snapshot.getHistoryWindow(null, { nanPolicy: "zero" as "keep" })).rejects.toMatchObject({
      message: 'nanPolicy: "zero" is not known; it is "keep", "ffill"',
    });
    expect(() => snapshot.universe("csi9")).toThrow(
      `${DIR}: no instrument list "csi9"; did you mean "csi8"?`,
    );
  });

  it("with a key that is none are refused, with the nearest", async () => {
    const misspelled = { feilds: ["close"] } as object;
    const refused = (call: string) => ({
      code: "bad-request",
      message: `${call}: unknown option "feilds"; did you mean "fields"?`,
    });
    await expect(snapshot.getHistoryWindow(null, misspelled)).rejects.toMatchObject(
      refused("getHistoryWindow"),
    );
    await expect(snapshot.getRealtimeSnapshot(null, misspelled)).rejects.toMatchObject(
      refused("getRealtimeSnapshot"),
    );
    await expect(snapshot.explain(null, misspelled)).rejects.toMatchObject(refused("explain"));
    const panel = await snapshot.panel("daily_pv");
    expect(() => panel.window(misspelled)).toThrow(refused("window").message);
    await expect(openPanel(`${DIR}/daily_pv.h5`, { colums: ["close"] } as object)).rejects.toMatchObject({
      message: 'openPanel: unknown option "colums"; did you mean "columns"?',
    });
    await expect(openSnapshot(DIR, { folder: "x" } as object)).rejects.toMatchObject({
      message: 'openSnapshot: unknown option "folder"; it takes "base", "cache"',
    });
    await expect(snapshot.getRealtimeSnapshot(null, { start: "2020-01-01" } as object)).rejects.toMatchObject(
      {
        message: expect.stringMatching(/^getRealtimeSnapshot: unknown option "start"/),
      },
    );
    await expect(snapshot.getHistoryWindow(null, ["close"] as object)).rejects.toMatchObject({
      message: "getHistoryWindow: expected an object of options, got an array",
    });
    const unset = { feilds: undefined, bars: 1 } as object;
    expect((await snapshot.getHistoryWindow(["000004.SZ"], unset)).rowCount).toBe(1);
  });

  it("leave unknown codes out and list them when asked to", async () => {
    const window = await snapshot.getHistoryWindow(["SZ000004", "999999.SZ"], { bars: 2, onUnknown: "skip" });
    expect([window.rowCount, window.unknownInstruments]).toEqual([2, ["999999.SZ"]]);
  });

  it("keep the ledger of what matched", async () => {
    const fields = ["close", "daily_basic.db_pe_ttm", "mf_elg_buy_vol"];
    const ledger = ledgerOf(await snapshot.getHistoryWindow(null, { fields }))!;
    expect(
      ledger.matches.map(({ matched, leftOnly, leftOnlyBecause }) => ({
        matched,
        leftOnly,
        leftOnlyBecause,
      })),
    ).toEqual([
      {
        matched: 9651,
        leftOnly: 305,
        leftOnlyBecause: expect.objectContaining({ suspended: expect.any(Number) }),
      },
      { matched: 9513, leftOnly: 443, leftOnlyBecause: { "no such session": 443 } },
    ]);
  });

  it("give the latest session, or the latest as of a time", async () => {
    const last = await snapshot.getRealtimeSnapshot(null, { fields: ["close", "daily_basic.db_pb"] });
    const whole = await snapshot.panel("daily_pv");
    expect([...last.index.datetimes]).toEqual([whole.index.datetimes.at(-1)]);
    expect(last.rowCount).toBe(whole.crossSection("2020-03-17").rowCount);
    const before = await snapshot.getRealtimeSnapshot(["SZ000004"], { asOf: "2019-06-30" });
    expect(before.keyAt(0)).toEqual({ datetime: new Date("2019-06-28T00:00:00Z"), instrument: "000004.SZ" });
    await expect(snapshot.getRealtimeSnapshot(null, { asOf: "2018-12-31" })).rejects.toMatchObject({
      message: `no session at or before 2018-12-31 23:59:59.999999999 in ${DIR}/daily_pv.h5; the first is 2019-01-02`,
    });
  });
});

describe("add", () => {
  let own: Snapshot;
  beforeAll(async () => {
    own = await openSnapshot(DIR);
  });
  afterAll(() => expect(snapshot.panels()).toHaveLength(9));

  it("takes a panel or a path, by another name too, and lines up other spellings", async () => {
    const mine = panelFromColumns({
      datetime: ["2020-03-16", "2020-03-17"],
      instrument: ["SZ000004", "SZ000004"],
      columns: { my_factor: [1.5, 2.5] },
    });
    own.add("yesterday", mine).add("alpha158_parquet", `${DIR}/alpha158.parquet`);
    const fields = ["my_factor", "alpha158.RESI5", "alpha158_parquet.RESI5"];
    const window = await own.getHistoryWindow(["000004.SZ"], { bars: 3, fields });
    expect(window.toRows().map(({ my_factor }) => my_factor)).toEqual([Number.NaN, 1.5, 2.5]);
    expect(window.column("alpha158_parquet.RESI5").values).toEqual(window.column("alpha158.RESI5").values);
  });

  it("tells the bars of a panel by its sessions, of a file by its name, or as it is told", async () => {
    const minutes = panelFromColumns({
      datetime: ["2020-03-17 09:31", "2020-03-17 09:36", "2020-03-17 09:31"],
      instrument: ["000004.SZ", "000004.SZ", "000006.SZ"],
      columns: { $close: [1, 2, 3] },
    });
    own.add("bars", minutes).add("minute_1min", minutes, { freq: "1min" });
    expect(own.panels().flatMap(({ name, freq }) => (freq === "1d" ? [] : [[name, freq]]))).toEqual([
      ["bars", "5m"],
      ["minute_1min", "1m"],
    ]);
    expect((await own.getHistoryWindow(null, { freq: "5min" })).rowCount).toBe(3);
    expect((await own.getHistoryWindow(null, { freq: "minute", end: "2020-03-17 09:35" })).rowCount).toBe(2);
    await expect(own.getHistoryWindow(null, { freq: "quarterly" })).rejects.toMatchObject({
      message: `${DIR}: no panels of frequency "quarterly"; it has "1d", "1m", "5m"`,
    });
  });
});
