import { describe, expect, it } from "vitest";
import { asofJoin, joinPanels, openSnapshot, type Panel, panelFromColumns } from "#src/index.js";

const DAYS = ["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"];
const panelOf = (column: string, times: readonly string[], code = "000001.SZ"): Panel =>
  panelFromColumns({
    datetime: times,
    instrument: times.map(() => code),
    columns: { [column]: times.map((_, i) => i) },
  });
const market = panelOf("close", DAYS);
const at = (time: string) =>
  panelOf(
    "pe",
    DAYS.map((day) => `${day} ${time}`),
  );
const why = (other: Panel): readonly string[] => market.join(other).notes;
const minutes = (shift: number): string[] =>
  DAYS.flatMap((day) =>
    Array.from({ length: 90 }, (_, i) =>
      new Date(Date.parse(`${day}T09:31:00Z`) + 60_000 * (i - 60 * shift)).toISOString().slice(0, 19),
    ),
  );

describe("a join in which no row of a panel matches tells why", () => {
  it("where the times of day lie apart", () => {
    expect(why(at("15:00"))).toEqual([
      "panel 2: no row matches; its sessions lie 15 h after those of panel 1",
    ]);
    const utc = DAYS.map((day) => new Date(Date.parse(day) - 8 * 3_600_000).toISOString().slice(0, 19));
    expect(why(panelOf("pe", utc))).toEqual([
      "panel 2: no row matches; its sessions lie 8 h before those of panel 1",
    ]);
    const bars = panelOf("close", minutes(0));
    expect(bars.join(panelOf("pe", minutes(8))).notes).toEqual([
      "panel 2: no row matches; its sessions lie 8 h before those of panel 1",
    ]);
    const sparse = panelOf("pe", ["2020-01-02 15:00", "2020-01-07 15:00"]);
    expect(why(sparse)).toEqual(["panel 2: no row matches; its sessions lie 15 h after those of panel 1"]);
    expect(sparse.join(market).notes).toEqual([
      "panel 2: no row matches; its sessions lie 15 h before those of panel 1",
    ]);
    expect(why(panelOf("pe", ["2020-01-06 15:30"]))).toEqual([
      "panel 2: no row matches; its sessions lie 930 min after those of panel 1",
    ]);
  });

  it("where the sessions are others, or the instruments", () => {
    expect(why(panelOf("pe", ["2021-01-04", "2021-01-05"]))).toEqual([
      "panel 2: no row matches; it has no session of panel 1: it spans 2021-01-04 .. 2021-01-05, panel 1 2020-01-02 .. 2020-01-07",
    ]);
    expect(why(panelOf("pe", DAYS, "000001"))).toEqual([
      'panel 2: no row matches; it spells "000001.SZ" of panel 1 as "000001"',
    ]);
    expect(why(panelOf("pe", DAYS, "1"))).toEqual([
      'panel 2: no row matches; it spells "000001.SZ" of panel 1 as "1"',
    ]);
    expect(why(panelOf("pe", DAYS, "AAPL"))).toEqual([
      'panel 2: no row matches; it has no instrument of panel 1: it has "AAPL", panel 1 "000001.SZ"',
    ]);
    expect(why(panelOf("pe", ["2020-01-02 15:00"], "000001"))).toEqual([
      'panel 2: no row matches; its sessions lie 15 h after those of panel 1, and it spells "000001.SZ" of panel 1 as "000001"',
    ]);
    const two = panelFromColumns({
      datetime: ["2020-01-02", "2020-01-03"],
      instrument: ["000001.SZ", "000002.SZ"],
      columns: { close: [1, 2] },
    });
    expect(two.join(panelOf("pe", ["2020-01-03"])).notes).toEqual([
      "panel 2: no row matches; it has sessions and instruments of panel 1, but none of its rows",
    ]);
  });

  it("in every kind of join, of the panel that is meant, and as long as its columns are there", () => {
    const late = at("15:00");
    const said = ["panel 2: no row matches; its sessions lie 15 h after those of panel 1"];
    for (const how of ["left", "inner", "outer"] as const)
      expect(market.join(late, { how }).notes).toEqual(said);
    expect(market.join(late, { how: "right" }).notes).toEqual([
      "panel 1: no row matches; its sessions lie 15 h before those of panel 2",
    ]);
    const some = panelOf("pb", ["2020-01-03"]);
    const joined = joinPanels([market, some, late]).panel;
    expect(joined.notes).toEqual(["panel 3: no row matches; its sessions lie 15 h after those of panel 1"]);
    expect(joined.select(["close", "pb"]).notes).toEqual([]);
    expect(market.join(market.window({ start: "2030-01-01" }).rename({ close: "none" })).notes).toEqual([]);
    expect(asofJoin(market, late).panel.notes).toEqual([]);
    expect(asofJoin(market.window({ bars: 1 }), at("15:00").window({ bars: 1 })).panel.notes).toEqual([
      "panel 2: no row matches; its rows all come after those of their instruments in panel 1",
    ]);
    expect(asofJoin(market, panelOf("pe", DAYS, "000001"), { tolerance: "1d" }).panel.notes).toEqual([
      'panel 2: no row matches; it spells "000001.SZ" of panel 1 as "000001"',
    ]);
  });
});

describe("a window of a snapshot tells it too", () => {
  it("of the panels of fields and of what expressions name", async () => {
    const snapshot = (await openSnapshot("test/snapshot"))
      .add("daily_pv", market)
      .add("at_1500", at("15:00"), { freq: "1d" })
      .add("basic", panelOf("pb", DAYS.slice(0, 2)));
    const notesOf = async (fields: string[], start?: string) =>
      (await snapshot.getHistoryWindow(null, { fields, start })).notes;
    const said = ["at_1500: no row matches; its sessions lie 15 h after those of daily_pv"];
    expect(await notesOf(["close", "pe", "pb"])).toEqual(said);
    expect(await notesOf(["Mean($pe, 2)", "$pb * $close"])).toEqual(said);
    expect(await notesOf(["close", "pb"], "2020-01-06")).toEqual([
      "basic: no row matches; it has none of the rows asked for; it spans 2020-01-02 .. 2020-01-03",
    ]);
    expect(await notesOf(["close"])).toEqual([]);
  });
});
