import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Panel, panelFromColumns } from "#src/index.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import type { Snapshot } from "#src/snapshot/snapshot.js";
import { evaluateTexts, tableOf } from "../expression/memory-table.js";
import { date, inOrder, type PlainRow, panelOf, plainRows } from "../panel/random-panel.js";
import { propertyRuns } from "../property-runs.js";

/** The expression on the whole panel, by the engine itself. */
function whole(panel: Panel, text: string): Float32Array {
  const { sessionCount, instruments, offsets, codes } = panel.index;
  const keys = { sessionCount, instrumentCount: instruments.length, offsets, codes };
  const columns = {
    $close: panel.column("close").values as Float32Array,
    $volume: panel.column("volume").values as Float64Array,
  };
  return evaluateTexts(tableOf(keys, columns, instruments), { text }, {}).columns.text!;
}

const TEXTS = [
  "Mean($close, 3)/$close",
  "Ref($close, 2)",
  "Ref($close, -2)/Ref($close, -1) - 1",
  "Mean($close > 20, 4)",
  "EMA($close, 3)",
  "Std(Mean($close, 2), 0)",
  "Corr($close, Log($volume + 1), 5)",
  "CSRank($close)",
  "Rank($volume, 3) + Ref(Sum($close, 2), 1)",
];

/** A snapshot of this panel alone: the folder of these tests holds no data. */
async function snapshotOf(panel: Panel): Promise<Snapshot> {
  return (await openSnapshot("test/snapshot")).add("daily_pv", panel);
}

const request = (rows: readonly PlainRow[]) =>
  fc
    .record({
      universe: fc.option(fc.subarray([...new Set(rows.map((r) => r.instrument))]), { nil: null }),
      start: fc.option(fc.integer({ min: -2, max: 30 }).map(date), { nil: undefined }),
      end: fc.option(fc.integer({ min: -2, max: 30 }).map(date), { nil: undefined }),
      bars: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      fields: fc.subarray(TEXTS, { minLength: 1 }),
    })
    .map(inOrder);

describe("expressions as fields", () => {
  it("equal the whole panel computed and then cut", async () => {
    const cases = plainRows.chain((rows) => fc.tuple(fc.constant(rows), request(rows)));
    await fc.assert(
      fc.asyncProperty(cases, async ([rows, { universe, fields, ...asked }]) => {
        const panel = panelOf(rows);
        const window = await (await snapshotOf(panel)).getHistoryWindow(universe, { ...asked, fields });
        const all = panel.withColumns(Object.fromEntries(fields.map((text) => [text, whole(panel, text)])));
        const expected = all.window({ ...asked, universe: universe ?? undefined, fields });
        expect(window.index.codes).toEqual(expected.index.codes);
        for (const text of fields) {
          expect(window.column(text).values, text).toEqual(expected.column(text).values);
        }
      }),
      propertyRuns(20200401, 150),
    );
  });

  it("take fields of other panels, over the base's rows and calendar", async () => {
    const pv = panelFromColumns({
      datetime: ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-03"],
      instrument: ["000001.SZ", "000001.SZ", "000001.SZ", "000002.SZ"],
      columns: { $close: [10, 20, 30, 5] },
    });
    const basic = panelFromColumns({
      datetime: ["2020-01-01", "2020-01-03", "2020-01-03"],
      instrument: ["SZ000001", "SZ000001", "SZ000002"],
      columns: { db_pe: [2, 6, 5] },
    });
    const snapshot = (await snapshotOf(pv)).add("daily_basic", basic);
    const text = "$close / Mean($db_pe, 3)";
    const window = await snapshot.getHistoryWindow(null, { start: "2020-01-03", fields: ["db_pe", text] });
    expect(window.toRows().map((row) => [row.instrument, row.db_pe, row[text]])).toEqual([
      ["000001.SZ", 6, 7.5],
      ["000002.SZ", 5, 1],
    ]);
  });

  it("show where an expression is wrong", async () => {
    const snapshot = await openSnapshot("data-fixtures/snapshot");
    await expect(snapshot.getHistoryWindow(null, { fields: ["Mean($close, 5"] })).rejects.toMatchObject({
      code: "bad-expression",
      message: '"(" is never closed\n  Mean($close, 5\n      ^',
    });
    await expect(snapshot.getHistoryWindow(null, { fields: ["Mean($clsoe, 5)"] })).rejects.toMatchObject({
      code: "unknown-field",
      message: expect.stringMatching(/did you mean "\$close"\?\n {2}Mean\(\$clsoe, 5\)\n {7}\^$/),
      details: { suggestion: "$close", position: 5 },
    });
  });

  it("name a field that two panels have by its panel", async () => {
    const snapshot = await openSnapshot("data-fixtures/snapshot");
    const request = { bars: 3, fields: ["Ref($db_pe_ttm, 1)"] };
    await expect(snapshot.getHistoryWindow(["000004.SZ"], request)).rejects.toMatchObject({
      code: "ambiguous-field",
      message:
        'field "$db_pe_ttm" is in 2 panels; ask for "$daily_basic.db_pe_ttm" or "$static_factors.db_pe_ttm"\n' +
        "  Ref($db_pe_ttm, 1)\n      ^",
    });
    const named = "Ref($daily_basic.db_pe_ttm, 1)";
    const fields = ["daily_basic.db_pe_ttm", named];
    const window = await snapshot.getHistoryWindow(["000004.SZ"], { bars: 3, fields });
    const [asStored, shifted] = fields.map((field) => [...window.column(field).values]);
    expect(asStored).toHaveLength(3);
    expect(shifted!.slice(1)).toEqual(asStored!.slice(0, 2));
    const misspelled = { fields: ["Mean($daily_basic.db_pe_tm, 5)"] };
    await expect(snapshot.getHistoryWindow(null, misspelled)).rejects.toMatchObject({
      code: "unknown-field",
      details: { suggestion: "$daily_basic.db_pe_ttm", position: 5 },
    });
  });

  it("tell which look ahead, but for labels", async () => {
    const snapshot = await openSnapshot("data-fixtures/snapshot");
    const label = "Ref($close, -2)/Ref($close, -1) - 1";
    const fields = ["close", "Mean($close, 5)", label];
    const window = await snapshot.getHistoryWindow("csi8", { bars: 2, fields });
    expect(window.notes).toEqual([`"${label}" looks ahead; if it is a label, name it in labels`]);
    const declared = await snapshot.getHistoryWindow("csi8", { bars: 2, fields, labels: [label] });
    expect(declared.notes).toEqual([]);
  });

  it("and fields may have names of their own", async () => {
    const snapshot = await openSnapshot("data-fixtures/snapshot");
    const label = "Ref($close, -2)/Ref($close, -1) - 1";
    const fields = { m5: "Mean($close, 5)", again: "Mean($close, 5)", pe: "daily_basic.db_pe", y: label };
    const window = await snapshot.getHistoryWindow("csi8", { bars: 2, fields, labels: ["y"] });
    expect(window.columnNames).toEqual(["m5", "again", "pe", "y"]);
    const asked = ["Mean($close, 5)", "daily_basic.db_pe", label];
    const listed = await snapshot.getHistoryWindow("csi8", { bars: 2, fields: asked, labels: [label] });
    const cells = ["m5", "pe", "y"].map((name) => window.column(name).values);
    expect(cells).toEqual(asked.map((name) => listed.column(name).values));
    expect(window.column("again").values).toEqual(window.column("m5").values);
    expect(window.notes).toEqual([]);
    const { figures } = await snapshot.explain("csi8", { bars: 2, fields, labels: [label] });
    expect(figures.columns).toBe(4);
    const twins = { close: "open", $close: "close" };
    await expect(snapshot.getHistoryWindow(null, { fields: twins })).rejects.toMatchObject({
      code: "column-conflict",
      message:
        'fields: "close" and "$close" are two names of one field; leave one out, or give it another name',
    });
    const map = new Map([["m5", "close"]]) as unknown as string[];
    await expect(snapshot.getHistoryWindow(null, { fields: map })).rejects.toMatchObject({
      message: "fields: m5,close is not a name; give names as text",
    });
  });

  it("stand beside fields that are named with their group, as on a panel", async () => {
    const snapshot = await openSnapshot("data-fixtures/snapshot");
    const fields = ["feature/mom_10d", "combined_factors_df.feature/mom_10d", "combined_factors_df.mom_10d"];
    const window = await snapshot.getHistoryWindow("csi8", { bars: 2, fields });
    const [named, ...others] = fields.map((name) => window.column(name).values);
    expect(others).toEqual([named, named]);
  });
});
