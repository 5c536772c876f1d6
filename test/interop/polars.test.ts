import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { fromPolars, toPolars } from "#src/interop/polars.js";
import { contents, mixedPanel } from "./mixed-panel.js";

describe("polars", () => {
  it("takes a panel and gives it back, types and missing cells kept", () => {
    const panel = mixedPanel();
    const frame = toPolars(panel, pl);
    expect(frame.columns).toEqual(["datetime", "instrument", ...panel.columnNames]);
    expect(frame.dtypes.map(String)).toEqual([
      "DataType(Datetime(ns,))",
      "DataType(String)",
      "DataType(Float32)",
      "DataType(Float64)",
      "DataType(Int8)",
      "DataType(Int32)",
      "DataType(UInt16)",
      "DataType(Int64)",
      "DataType(Bool)",
      "DataType(Datetime(ns,))",
      "DataType(String)",
    ]);
    expect(frame.getColumn("i64").nullCount()).toBe(2);
    expect(contents(fromPolars(frame, pl))).toEqual(contents(panel));
  });

  it("computes with what it was given", () => {
    const frame = toPolars(mixedPanel(), pl);
    const sums = frame.groupBy("instrument").agg(pl.col("i32").sum().alias("sum")).sort("instrument");
    expect(sums.toRecords()).toEqual([
      { instrument: "000001.SZ", sum: 2 },
      { instrument: "600000.SH", sum: 0 },
    ]);
  });

  it("gives frames made elsewhere, in any order of rows", () => {
    const frame = pl.DataFrame({
      datetime: [new Date("2020-03-03T00:00:00Z"), new Date("2020-03-02T00:00:00Z")],
      instrument: ["b", "a"],
      x: [1.5, null],
    });
    const panel = fromPolars(frame, pl);
    expect([...panel.column("x").values]).toEqual([Number.NaN, 1.5]);
    expect(panel.keyAt(0)).toEqual({ datetime: new Date("2020-03-02T00:00:00Z"), instrument: "a" });
  });

  it("shows the wall clock of a time-zone", () => {
    const utc = pl.Series("datetime", BigInt64Array.of(1583112600_000_000_000n) as never, pl.Int64);
    const datetime = utc.cast(pl.Datetime("ns", "Asia/Shanghai"));
    const panel = fromPolars(pl.DataFrame([datetime, pl.Series("instrument", ["a"])]), pl);
    expect(panel.keyAt(0).datetime).toEqual(new Date("2020-03-02T09:30:00Z"));
  });

  it("takes an empty panel", () => {
    const empty = mixedPanel().window({ start: "2021-01-01" });
    expect(contents(fromPolars(toPolars(empty, pl), pl))).toEqual(contents(empty));
  });

  it("refuses frames that are no panel", () => {
    expect(() => fromPolars(pl.DataFrame({ datetime: ["x"], code: ["a"] }), pl)).toThrow(
      'this DataFrame has no column "instrument"; it has "datetime", "code". A panel is keyed by "datetime" and "instrument"; rename its key columns so',
    );
    expect(() => fromPolars(pl.DataFrame({ datetime: [1, 2], instrument: ["a", "b"] }), pl)).toThrow(
      'this DataFrame\'s column "datetime" is Float64; cast it to pl.Datetime("ns")',
    );
    const lists = pl.DataFrame({ datetime: [new Date(0)], instrument: ["a"], all: [[1, 2]] });
    expect(() => fromPolars(lists, pl)).toThrow(
      'fromPolars: column "all" is List; leave it out or cast it to a number, a string or pl.Datetime("ns")',
    );
  });
});
