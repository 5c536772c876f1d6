import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  Column,
  type ColumnsInput,
  DataServiceError,
  getHistoryWindow,
  type Panel,
  panelFromColumns,
} from "#src/index.js";

/** 3 sessions × 3 instruments with two holes; given unsorted, as research often does. */
function market(): Panel {
  const rows: [string, string, number, number, boolean, string | null][] = [
    ["2020-03-03", "600000.SH", 11.5, 300, true, "bank"],
    ["2020-03-02", "000001.SZ", 15.25, 100, false, "bank"],
    ["2020-03-02", "430047.BJ", Number.NaN, 7, true, null],
    ["2020-03-04", "000001.SZ", 15.75, 120, false, "bank"],
    ["2020-03-02", "600000.SH", 11, 290, true, "bank"],
    ["2020-03-04", "430047.BJ", 8.125, 9, true, null],
    ["2020-03-03", "000001.SZ", 15.5, 110, false, "bank"],
  ];
  return panelFromColumns({
    datetime: rows.map((r) => r[0]),
    instrument: rows.map((r) => r[1]),
    columns: {
      $close: Float32Array.from(rows, (r) => r[2]),
      volume: rows.map((r) => r[3]),
      listed: rows.map((r) => r[4]),
      industry: rows.map((r) => r[5]),
    },
  });
}

function errorOf(act: () => unknown): DataServiceError {
  try {
    act();
  } catch (error) {
    if (error instanceof DataServiceError) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}

describe("panelFromColumns", () => {
  it("sorts by (datetime, instrument) and keeps types", () => {
    const panel = market();
    expect(panel.rowCount).toBe(7);
    expect(panel.columnNames).toEqual(["$close", "volume", "listed", "industry"]);
    expect(panel.columnNames.map((name) => panel.column(name).type)).toEqual([
      "float32",
      "float64",
      "bool",
      "string",
    ]);
    expect([...panel.column("volume").values]).toEqual([100, 7, 290, 110, 300, 120, 9]);
    expect([...panel.column("industry").values]).toEqual([
      "bank",
      null,
      "bank",
      "bank",
      "bank",
      "bank",
      null,
    ]);
    expect(panel.index.instruments).toEqual(["000001.SZ", "430047.BJ", "600000.SH"]);
    expect([...panel.index.offsets]).toEqual([0, 3, 5, 7]);
    expect([...panel.index.codes]).toEqual([0, 1, 2, 0, 2, 0, 1]);
  });

  it("shares the arrays of sorted rows", () => {
    const close = Float32Array.of(1, 2);
    const panel = panelFromColumns({
      datetime: BigInt64Array.of(1n, 2n),
      instrument: ["a", "a"],
      columns: { close },
    });
    expect(panel.column("close").values).toBe(close);
  });

  it("refuses duplicate keys, naming how many and the first", () => {
    const error = errorOf(() =>
      panelFromColumns({
        datetime: ["2020-03-02", "2020-03-03", "2020-03-02", "2020-03-02"],
        instrument: ["a", "a", "a", "b"],
        columns: {},
      }),
    );
    expect(error.code).toBe("duplicate-keys");
    expect(error.details).toMatchObject({ count: 1, found: ["(2020-03-02, a)"] });
    expect(error.message).toBe(
      'these columns: 1 row repeats the (datetime, instrument) key of another, first (2020-03-02, a); drop one of each in pandas with df[~df.index.duplicated()], or keep all for the right side of asofJoin with duplicates: "keep"',
    );
  });

  it("refuses rows without a datetime", () => {
    const nat = -(2n ** 63n);
    const error = errorOf(() =>
      panelFromColumns({ datetime: BigInt64Array.of(1n, nat), instrument: ["a", "a"], columns: {} }),
    );
    expect(error.code).toBe("missing-keys");
    expect(error.details).toMatchObject({ count: 1, position: 1 });
    expect(error.message).toBe(
      'these columns: 1 row has no datetime, first row 1; drop such rows in pandas with df[df.index.get_level_values("datetime").notna()]',
    );
  });

  it("refuses columns that do not fit", () => {
    const keys = { datetime: ["2020-03-02"], instrument: ["a"] };
    expect(errorOf(() => panelFromColumns({ ...keys, columns: { x: [1, 2] } })).message).toBe(
      'panelFromColumns: column "x" has 2 cells for 1 rows',
    );
    expect(errorOf(() => panelFromColumns({ ...keys, instrument: [], columns: {} })).message).toBe(
      "panelFromColumns: 1 datetimes but 0 instruments; give one of each a row",
    );
    for (const x of [[1, "a"], null, 5, "a", {}, new Set([1])]) {
      const columns = { x: x as number[] };
      for (const act of [() => panelFromColumns({ ...keys, columns }), () => market().withColumns(columns)]) {
        expect(errorOf(act).message).toBe(
          'column "x": give a Column, a typed array, or an array of only numbers, only booleans or only strings',
        );
      }
    }
    for (const [columns, found] of [
      [undefined, "undefined"],
      [new Map([["x", [1]]]), "Map"],
      [[[1]], "Array"],
    ] as const) {
      const given = columns as unknown as Record<string, number[]>;
      const said = `expected an object of names and values, got ${found}`;
      expect(errorOf(() => panelFromColumns({ ...keys, columns: given })).message).toBe(
        `panelFromColumns: columns: ${said}`,
      );
      expect(errorOf(() => market().withColumns(given)).message).toBe(`withColumns: ${said}`);
    }
  });

  it("refuses keys that are no lists of times and codes", () => {
    const columns = { x: [1] };
    const errorFor = (keys: object) =>
      errorOf(() => panelFromColumns({ ...keys, columns } as unknown as ColumnsInput));
    expect(errorFor({ datetime: ["2020-03-02"], instrument: [undefined] })).toMatchObject({
      code: "missing-keys",
      details: { count: 1, position: 0 },
    });
    expect(errorFor({ datetime: ["2020-03-02"], instrument: [600000] }).message).toBe(
      'panelFromColumns: instrument 600000 is a number; give codes as text, such as "000001.SZ"',
    );
    expect(errorFor({ datetime: ["2020-03-02"], instrument: "a" }).message).toBe(
      "panelFromColumns: instrument is a; give a list with one a row",
    );
    expect(errorFor({ instrument: ["a"] }).message).toBe(
      "panelFromColumns: datetime is undefined; give a list with one a row",
    );
  });
});

describe("a Panel", () => {
  it("finds keys by row and rows by key, in either spelling", () => {
    const panel = market();
    expect(panel.keyAt(4)).toEqual({ datetime: new Date("2020-03-03T00:00:00Z"), instrument: "600000.SH" });
    expect(panel.rowOf("2020-03-03", "600000.SH")).toBe(4);
    expect(panel.rowOf("2020-03-03", "SH600000")).toBe(4);
    expect(panel.rowOf(new Date("2020-03-03T00:00:00Z"), "sh600000")).toBe(4);
    const lower = panelFromColumns({ datetime: ["2020-03-03"], instrument: ["sh600000"], columns: {} });
    expect(["600000.SH", "SH600000", "sh600000"].map((code) => lower.rowOf("2020-03-03", code))).toEqual([
      0, 0, 0,
    ]);
    expect(panel.rowOf("2020-03-03", "430047.BJ")).toBe(-1);
    expect(panel.rowOf("2020-03-05", "600000.SH")).toBe(-1);
    expect(errorOf(() => panel.keyAt(7)).message).toBe("row 7 of this panel, which has 7 rows");
  });

  it("gives cross-sections and series", () => {
    const panel = market();
    const section = panel.crossSection("2020-03-04");
    expect([...section.column("close").values]).toEqual([15.75, 8.125]);
    expect(section.index.usedInstruments()).toEqual(["000001.SZ", "430047.BJ"]);
    expect([...panel.series("BJ430047").column("volume").values]).toEqual([7, 9]);
    const error = errorOf(() => panel.crossSection("2020-03-07"));
    expect(error.code).toBe("unknown-session");
    expect(error.message).toBe("no session at 2020-03-07 in this panel; the nearest is 2020-03-04");
    expect(errorOf(() => panel.crossSection("2020-03-03 10:00")).message).toBe(
      "no session at 2020-03-03 10:00:00 in this panel; the nearest are 2020-03-03 and 2020-03-04",
    );
  });

  it("selects, renames and adds columns without copying", () => {
    const panel = market();
    const chosen = panel.select(["volume", "close"]);
    expect(chosen.columnNames).toEqual(["volume", "close"]);
    expect(chosen.column("close").values).toBe(panel.column("$close").values);
    const renamed = panel.rename({ close: "price" });
    expect(renamed.columnNames).toEqual(["price", "volume", "listed", "industry"]);
    expect(panel.rename({ close: "volume", volume: "close" }).columnNames.slice(0, 2)).toEqual([
      "volume",
      "close",
    ]);
    expect(errorOf(() => panel.rename({ $close: "a", close: "b" })).message).toBe(
      'rename names column "$close" of this panel twice, for "a" and "b"',
    );
    expect(errorOf(() => panel.rename({ close: "volume" })).message).toBe(
      'rename would give this panel two columns "volume"',
    );
    const doubled = panel.withColumns({
      twice: Float64Array.from([2, 4, 6, 8, 10, 12, 14]),
      volume: [1, 2, 3, 4, 5, 6, 7],
    });
    expect(doubled.columnNames).toEqual(["$close", "volume", "listed", "industry", "twice"]);
    expect(doubled.column("volume").at(6)).toBe(7);
    expect(panel.column("volume").at(6)).toBe(9);
    expect(errorOf(() => panel.withColumns({ short: [1] })).message).toBe(
      'column "short" has 1 cells for 7 rows',
    );
  });

  it("does not let a column take the place of a key", () => {
    const panel = market().withColumns({ instrument: [1, 2, 3, 4, 5, 6, 7] });
    for (const call of ["toRows", "toArrow"] as const) {
      const { code, message } = errorOf(() => panel[call]());
      expect(code).toBe("column-conflict");
      expect(message).toBe(`${call}: a column "instrument" beside the key of that name; rename it`);
    }
    expect(panel.rename({ instrument: "rank" }).toRows()[0]).toMatchObject({
      instrument: "000001.SZ",
      rank: 1,
    });
  });

  it("unstacks to a dense matrix, NaN where there is no row", () => {
    const matrix = market().unstack("volume");
    expect(matrix.instruments).toEqual(["000001.SZ", "430047.BJ", "600000.SH"]);
    expect([...matrix.values]).toEqual([100, 7, 290, 110, Number.NaN, 300, 120, 9, Number.NaN]);
    expect(market().unstack("$close").values).toBeInstanceOf(Float32Array);
    const two = market()
      .window({ universe: ["600000.SH", "430047.BJ"], end: "2020-03-03" })
      .unstack("close");
    expect(two.instruments).toEqual(["430047.BJ", "600000.SH"]);
    expect([...two.values]).toEqual([Number.NaN, 11, Number.NaN, 11.5]);
    expect(errorOf(() => market().unstack("industry")).message).toBe(
      'unstack: column "industry" is string; a matrix holds numbers',
    );
  });

  it("gives row objects", () => {
    expect(
      market()
        .window({ universe: ["430047.BJ"] })
        .toRows(),
    ).toEqual([
      {
        datetime: new Date("2020-03-02T00:00:00Z"),
        instrument: "430047.BJ",
        $close: Number.NaN,
        volume: 7,
        listed: true,
        industry: null,
      },
      {
        datetime: new Date("2020-03-04T00:00:00Z"),
        instrument: "430047.BJ",
        $close: 8.125,
        volume: 9,
        listed: true,
        industry: null,
      },
    ]);
  });

  it("prints as a DataFrame does", () => {
    expect(inspect(market())).toBe(
      `Panel: 7 rows, 4 columns, 3 sessions, 3 instruments
  2020-03-02 .. 2020-03-04

  column    type       missing
  $close    float32  1 (14.3%)
  volume    float64          0
  listed    bool             0
  industry  string   2 (28.6%)

  datetime    instrument  $close  volume  listed  industry
  2020-03-02  000001.SZ    15.25     100   false  bank
  2020-03-02  430047.BJ      NaN       7    true  <NA>
  2020-03-02  600000.SH       11     290    true  bank
  2020-03-03  000001.SZ     15.5     110   false  bank
  2020-03-03  600000.SH     11.5     300    true  bank
  2020-03-04  000001.SZ    15.75     120   false  bank
  2020-03-04  430047.BJ    8.125       9    true  <NA>`,
    );
    expect(String(market().window({ end: "2020-01-01", fields: ["close"] }))).toBe(
      "Panel: 0 rows, 1 column, 0 sessions, 0 instruments\n  empty\n\n  column  type     missing\n  close   float32        0",
    );
  });

  it("masks missing booleans and integers", () => {
    const flags = Column.of("bool", Uint8Array.of(1, 0, 1), Uint8Array.of(1, 1, 0));
    expect([flags.at(0), flags.at(1), flags.at(2), flags.at(3)]).toEqual([true, false, null, null]);
    expect(flags.countMissing()).toBe(1);
    expect([...flags.slice(1, 3).mask!]).toEqual([1, 0]);
    expect([...flags.take(Uint32Array.of(0, 2)).mask!]).toEqual([1, 0]);
  });
});

describe("a window", () => {
  it("shares memory where its rows are contiguous", () => {
    const panel = market();
    const window = panel.window({ start: "2020-03-03" });
    const [part, whole] = [window.column("close").values, panel.column("close").values] as Float32Array[];
    expect(part!.buffer).toBe(whole!.buffer);
    expect(part!.byteOffset).toBe(3 * 4);
    expect(window.index.codes.buffer).toBe(panel.index.codes.buffer);
    expect(window.index.offsets.buffer).toBe(panel.index.offsets.buffer);
    expect(window.index.datetimes.buffer).toBe(panel.index.datetimes.buffer);
  });

  it("spells fields as asked and instruments as the panel does", () => {
    const window = getHistoryWindow(market(), ["SZ000001"], { fields: ["close", "$volume"], bars: 1 });
    expect(window.columnNames).toEqual(["close", "$volume"]);
    expect(window.keyAt(0)).toEqual({ datetime: new Date("2020-03-04T00:00:00Z"), instrument: "000001.SZ" });
  });

  it("names the nearest field or instrument for one it does not know", () => {
    const panel = market();
    const field = errorOf(() => panel.window({ fields: ["clsoe"] }));
    expect(field.code).toBe("unknown-field");
    expect(field.message).toBe('unknown field "clsoe" in this panel; did you mean "$close"?');
    expect(field.details).toMatchObject({ field: "clsoe", suggestion: "$close" });
    const code = errorOf(() => panel.window({ universe: ["600001.SH"] }));
    expect(code.code).toBe("unknown-instrument");
    expect(code.message).toBe(
      'unknown instrument "600001.SH" in this panel; onUnknown: "skip" leaves unknown ones out',
    );
    const skipped = panel.window({ universe: ["600001.SH", "600000.SH"], onUnknown: "skip" });
    expect(skipped.rowCount).toBe(2);
    expect(skipped.unknownInstruments).toEqual(["600001.SH"]);
  });

  it("refuses what cannot be meant", () => {
    const panel = market();
    expect(errorOf(() => panel.window({ bars: 0 })).message).toBe(
      "bars: 0 is not a positive whole number of bars",
    );
    expect(errorOf(() => panel.window({ start: "2020-02-30" })).message).toBe(
      'start: "2020-02-30" is not a time; give an ISO date or time such as "2020-03-02" or "2020-03-02 09:31" (exchange wall clock, without a zone), a Date, or epoch nanoseconds as a bigint',
    );
    expect(errorOf(() => panel.window({ barsPer: "day" as "session" })).message).toBe(
      'barsPer: "day" is not known; it is "instrument", "session"',
    );
    expect(errorOf(() => panel.window({ onUnknown: "skp" as "skip" })).message).toBe(
      'onUnknown: "skp" is not known; it is "error", "skip"; did you mean "skip"?',
    );
    for (const universe of [null, 5]) {
      const error = errorOf(() => panel.window({ universe: universe as unknown as string[] }));
      expect([error.code, error.message]).toEqual([
        "bad-request",
        `universe: ${universe} is not a list of instruments; leave it out for all of them`,
      ]);
    }
    for (const fields of [null, "close"]) {
      const error = errorOf(() => panel.window({ fields: fields as unknown as string[] }));
      expect([error.code, error.message]).toEqual([
        "bad-request",
        `fields: ${JSON.stringify(fields)} is not a list of names; give one such as ["close"]`,
      ]);
    }
  });

  it("is empty and valid where nothing fits", () => {
    const panel = market();
    expect(panel.window({ universe: [] }).rowCount).toBe(0);
    expect(panel.window({ start: "2020-03-05" }).rowCount).toBe(0);
    expect(panel.window({ start: "2020-03-05", end: "2020-03-06" }).rowCount).toBe(0);
    const none = panel.window({ universe: ["430047.BJ"], start: "2020-03-03", end: "2020-03-03" });
    expect(none.rowCount).toBe(0);
    expect(none.toRows()).toEqual([]);
  });

  it("takes in the whole day of a bare end date, but not more than the given time otherwise", () => {
    const panel = panelFromColumns({
      datetime: ["2020-03-02 09:31", "2020-03-02 15:00", "2020-03-03 09:31"],
      instrument: ["a", "a", "a"],
      columns: { x: [1, 2, 3] },
    });
    const end = (text: string) => [...panel.window({ end: text }).column("x").values];
    expect(end("2020-03-02")).toEqual([1, 2]);
    expect(end("20200302")).toEqual([1, 2]);
    expect(end("2020-03-02 09:31")).toEqual([1]);
    expect(end("2020-03-02T09:31:00.000000001")).toEqual([1]);
  });
});
