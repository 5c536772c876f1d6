import * as aq from "arquero";
import { describe, expect, it } from "vitest";
import { fromArquero, toArquero } from "#src/interop/arquero.js";
import { contents, mixedPanel } from "./mixed-panel.js";

describe("arquero", () => {
  it("takes a panel and gives it back; masked integers come back as numbers", () => {
    const panel = mixedPanel();
    const table = toArquero(panel, aq);
    expect(table.columnNames()).toEqual(["datetime", "instrument", ...panel.columnNames]);
    expect(table.array("i32")).toEqual([1, null, -3, 4, null]);
    const back = fromArquero(table);
    expect(contents(back.select(panel.columnNames.filter((name) => name !== "i32")))).toEqual(
      contents(panel.select(panel.columnNames.filter((name) => name !== "i32"))),
    );
    expect([...back.column("i32").values]).toEqual([1, Number.NaN, -3, 4, Number.NaN]);
  });

  it("shares numeric columns", () => {
    const panel = mixedPanel();
    const table = toArquero(panel, aq);
    expect(table.column("f32")).toBe(panel.column("f32").values);
    expect(fromArquero(table).column("f32").values).toBe(panel.column("f32").values);
  });

  it("computes with what it was given, and filters come back", () => {
    const table = toArquero(mixedPanel(), aq).filter((d: { u16: number }) => d.u16 < 4);
    const back = fromArquero(table);
    expect(back.rowCount).toBe(3);
    expect(back.column("f32").values).toEqual(Float32Array.of(1.5, Number.NaN, -2));
    const means = toArquero(mixedPanel(), aq)
      .groupby("instrument")
      .rollup({ mean: aq.op.mean("u16") });
    expect(means.objects()).toEqual([
      { instrument: "000001.SZ", mean: 8 / 3 },
      { instrument: "600000.SH", mean: 65537 / 2 },
    ]);
  });

  it("takes an ordered table", () => {
    const table = toArquero(mixedPanel(), aq).orderby(aq.desc("u16"));
    expect(fromArquero(table).column("u16").values).toEqual(Uint16Array.of(1, 2, 3, 4, 65535));
  });

  it("refuses tables that are no panel", () => {
    expect(() => fromArquero(aq.table({ date: [1], instrument: ["a"] }))).toThrow(
      'this Arquero table has no column "datetime"; it has "date", "instrument". A panel is keyed by "datetime" and "instrument"; rename its key columns so',
    );
    expect(() => fromArquero(aq.table({ datetime: ["2020-03-02"], instrument: [null] }))).toThrow(
      "this Arquero table: row 0 has no instrument but null; leave such rows out",
    );
    const mixed = aq.table({ datetime: ["2020-03-02", "2020-03-03"], instrument: ["a", "a"], x: [1n, 2] });
    expect(() => fromArquero(mixed)).toThrow('column "x" mixes int64 with other cells');
  });
});
