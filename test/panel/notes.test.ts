import { describe, expect, it } from "vitest";
import { asofJoin, joinPanels, type Panel, panelFromColumns } from "#src/index.js";
import { appendSessions } from "#src/verbs/append-sessions.js";

const market = panelFromColumns({
  datetime: ["2020-01-02", "2020-01-03", "2020-01-06"],
  instrument: ["000001.SZ", "000001.SZ", "000001.SZ"],
  columns: { $close: [1, 2, 4] },
});
const AHEAD = "looks ahead; if it is a label, name it in labels";
const labelled = market.evaluate({ ret: "Ref($close, -1) / $close - 1", ma: "Mean($close, 2)" });

describe("the note of a column", () => {
  it("stays with it through windows, selections and other names, and ends with it", () => {
    expect(labelled.notes).toEqual([`"ret" ${AHEAD}`]);
    expect(labelled.window({ bars: 1 }).notes).toEqual([`"ret" ${AHEAD}`]);
    expect(labelled.crossSection("2020-01-03").notes).toEqual([`"ret" ${AHEAD}`]);
    expect(labelled.rename({ ret: "x" }).notes).toEqual([`"x" ${AHEAD}`]);
    expect(labelled.select(["$ret"]).notes).toEqual([`"$ret" ${AHEAD}`]);
    expect(labelled.select(["ma"]).notes).toEqual([]);
    expect(labelled.window({ fields: ["ma"] }).notes).toEqual([]);
    expect(labelled.withColumns({ other: [1, 2, 3] }).notes).toEqual([`"ret" ${AHEAD}`]);
    expect(labelled.withColumns({ ret: [1, 2, 3] }).notes).toEqual([]);
  });

  it("comes along in joins, by the name that the column has there", () => {
    const noted = (panel: Panel) => panel.notes;
    expect(noted(market.join(labelled))).toEqual([`"ret" ${AHEAD}`]);
    expect(noted(labelled.join(market))).toEqual([`"ret" ${AHEAD}`]);
    expect(noted(joinPanels([market, labelled.select(["ma"])]).panel)).toEqual([]);
    expect(noted(asofJoin(market, labelled).panel)).toEqual([`"ret" ${AHEAD}`]);
    const own = market.rename({ $close: "ret" });
    expect(noted(own.join(labelled, { onConflict: "suffix" }))).toEqual([`"ret_right" ${AHEAD}`]);
    expect(noted(own.join(labelled, { onConflict: "prefer-left" }))).toEqual([]);
    expect(noted(own.join(labelled, { onConflict: "prefer-right" }))).toEqual([`"ret" ${AHEAD}`]);
  });

  it("comes along from either part of a panel that grew, once", () => {
    const early = labelled.window({ end: "2020-01-03" });
    const late = labelled.window({ start: "2020-01-06" });
    expect(appendSessions(early, late).notes).toEqual([`"ret" ${AHEAD}`]);
    const declared = market.evaluate(
      { ret: "Ref($close, -1) / $close - 1", ma: "$close" },
      { labels: ["ret"] },
    );
    expect(appendSessions(declared.window({ end: "2020-01-03" }), late).notes).toEqual([`"ret" ${AHEAD}`]);
  });

  it("holds for what is computed from it, unless that is a label", () => {
    const THROUGH = 'is computed from "ret", which looks ahead; if it is a label, name it in labels';
    const factors = { m: "Mean($ret, 2)", n: "Mean($ma, 2)", l: "$ret * 2" };
    const computed = labelled.evaluate(factors, { labels: ["l"] });
    expect(computed.notes).toEqual([`"m" ${THROUGH}`]);
    expect(computed.evaluate({ k: "$m + 1" }).notes).toEqual([`"k" ${THROUGH.replace("ret", "m")}`]);
    expect(labelled.evaluate(factors, { labels: ["l"], universe: ["SZ000001"] }).notes).toEqual(
      computed.notes,
    );
    const early = labelled.window({ end: "2020-01-03" });
    const grown = appendSessions(early, labelled.window({ start: "2020-01-06" }));
    const previous = early.evaluate(factors, { labels: ["l"] });
    expect(grown.evaluate(factors, { labels: ["l"], previous }).notes).toEqual(computed.notes);
  });
});

describe("the unknown instruments of a join", () => {
  it("are those of its panels that none of them brings in", () => {
    const universe = ["000001.SZ", "000002.SZ", "000003.SZ"];
    const asked = market.window({ universe, onUnknown: "skip" });
    const other = panelFromColumns({
      datetime: ["2020-01-02"],
      instrument: ["SZ000002"],
      columns: { pe: [1] },
    });
    expect(asked.join(other).unknownInstruments).toEqual(["000002.SZ", "000003.SZ"]);
    expect(other.join(asked, { how: "outer" }).unknownInstruments).toEqual(["000003.SZ"]);
  });
});
