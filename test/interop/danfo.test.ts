import * as dfd from "danfojs-node";
import { describe, expect, it } from "vitest";
import { panelFromColumns } from "#src/index.js";
import { fromDanfo, toDanfo } from "#src/interop/danfo.js";
import { mixedPanel } from "./mixed-panel.js";

describe("danfo", () => {
  it("takes a panel and gives it back in its four types", () => {
    const panel = mixedPanel();
    const frame = toDanfo(panel, dfd);
    expect(frame.shape).toEqual([5, 11]);
    expect(frame.columns).toEqual(["datetime", "instrument", ...panel.columnNames]);
    expect(frame.dtypes).toEqual([
      ...["string", "string"],
      ...["float32", "float32", "int32", "float32", "int32", "float32", "boolean", "string", "string"],
    ]);
    const back = fromDanfo(frame);
    expect(back.toRows().map(({ datetime, instrument }) => ({ datetime, instrument }))).toEqual(
      panel.toRows().map(({ datetime, instrument }) => ({ datetime, instrument })),
    );
    expect(back.columnNames.map((name) => back.column(name).type)).toEqual([
      ...["float64", "float64", "int32", "float64", "int32", "float64", "bool", "string", "string"],
    ]);
    const nan = Number.NaN;
    expect([...back.column("f32").values]).toEqual([...panel.column("f32").values]);
    expect([...back.column("f64").values]).toEqual([0.1, 2, nan, 4, 5]);
    expect([...back.column("i32").values]).toEqual([1, nan, -3, 4, nan]);
    expect([...back.column("u16").values]).toEqual([1, 2, 3, 4, 65535]);
    expect([...back.column("i64").values]).toEqual([1, nan, -3, 2 ** 40, nan]);
    expect([0, 1, 2, 3, 4].map((row) => back.column("flag").at(row))).toEqual([
      true,
      null,
      false,
      true,
      null,
    ]);
    expect([...back.column("text").values]).toEqual(["a", null, "", "银行", "e"]);
    expect([...back.column("day").values]).toEqual([
      "1970-01-01",
      null,
      "1970-01-02",
      "1970-01-01 00:00:00.001",
      null,
    ]);
  });

  it("computes with what it was given", () => {
    const means = toDanfo(mixedPanel(), dfd).groupby(["instrument"]).col(["u16"]).mean();
    expect(means.column("u16_mean").values).toEqual([8 / 3, 65537 / 2]);
  });

  it("refuses what it cannot carry", () => {
    const large = panelFromColumns({
      datetime: ["2020-03-02"],
      instrument: ["a"],
      columns: { id: BigInt64Array.of(2n ** 53n + 1n) },
    });
    expect(() => toDanfo(large, dfd)).toThrow(
      'toDanfo: column "id" has 9007199254740993 in row 0, which a number cannot hold; leave the column out or make it a string',
    );
    expect(() => fromDanfo(new dfd.DataFrame({ x: [1, 2] }))).toThrow(
      'this DataFrame has no column "datetime"; it has "x". A panel is keyed by "datetime" and "instrument"; rename its key columns so',
    );
  });
});
