import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { FileTable } from "#src/columns/table.js";
import { openPandasHdf } from "#src/formats/pandas-hdf/open.js";
import { parsePickle } from "#src/formats/pickle/attribute.js";
import { PickledObject } from "#src/formats/pickle/values.js";
import { isoNs, NAT_NS } from "#src/time.js";
import { scratchFolder } from "../../scratch-folder.js";

describe("pickled attributes", () => {
  it("lists, tuples, dicts, texts and numbers of protocol 0", () => {
    expect(parsePickle("(lp0\nVdatetime\np1\naVinstrument\np2\na.")).toEqual(["datetime", "instrument"]);
    expect(parsePickle("(I6\nI0\ntp0\n.")).toEqual([6, 0]);
    expect(parsePickle("N.")).toBeNull();
    expect(parsePickle("I01\n.")).toBe(true);
    expect(parsePickle("V\\u6536\\u76d8\n.")).toBe("收盘");
    const zone = "(dp0\nVdatetime\np1\n(dp2\nVtz\np3\nVAsia/Shanghai\np4\nss.";
    expect(parsePickle(zone)).toEqual(new Map([["datetime", new Map([["tz", "Asia/Shanghai"]])]]));
  });

  it("calls nothing: what a pickle would call stays an opaque mark", () => {
    expect(parsePickle("cposix\nsystem\np0\n(Vtouch /tmp/x\np1\ntp2\nRp3\n.")).toBeInstanceOf(PickledObject);
  });

  it("text that is no pickle, and damaged ones, give undefined", () => {
    for (const text of ["", ".", "UTF-8.", "(l", "(lp0\nVa", "a.", "s.", "g9\n.", "I\n.", "Ix\n.", "t."]) {
      expect(parsePickle(text)).toBeUndefined();
    }
  });
});

/** The first Python that has pandas and PyTables. */
const python = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import pandas, tables"]).status === 0,
);

const SCRIPT = `
import sys, datetime, numpy as np, pandas as pd
days = pd.to_datetime(["2020-01-02", "2020-01-03"])
index = pd.MultiIndex.from_product([days, ["000001.SZ", "600000.SH"]], names=["datetime", "instrument"])
df = pd.DataFrame({"a": [1.0, 2.0, 3.0, np.nan], "b": [5.0, 6.0, 7.0, 8.0]}, index=index)
def put(name, frame, key="data", mode="w", **kw): frame.to_hdf(sys.argv[1] + "/" + name + ".h5", key=key, mode=mode, **kw)
put("blosc_zlib", df, complevel=5, complib="blosc:zlib")
put("blosc_snappy", df, complevel=5, complib="blosc:snappy")
rich = df.assign(name=["x", None, "zz", "x"], when=[days[0], pd.NaT, days[1], days[1]], u=np.arange(4, dtype="uint8"))
put("table_text", rich, format="table")
put("table_text_data_columns", rich, format="table", data_columns=True)
put("fixed_text", rich)
put("series_table", df["a"], format="table")
put("series_table_unnamed", df["a"].rename(None), format="table")
put("two_part_names", pd.concat({"feature": df, "label": df[["a"]].rename(columns={"a": "y"})}, axis=1))
put("repeated_names", pd.concat({"feature": df, "label": df[["a"]]}, axis=1))
put("whole_number_columns", df.rename(columns={"a": 0, "b": 1}))
put("whole_number_instruments", df.set_index(index.set_levels([1, 600000], level=1)))
put("python_dates", df.set_index(index.set_levels([d.date() for d in days], level=0)))
text_times = df.set_index(index.set_levels([str(d.date()) for d in days], level=0))
put("text_times", text_times); put("text_times_table", text_times, format="table")
put("text_times_turned", text_times.swaplevel())
wide = df["b"].unstack()
put("wide", wide); put("wide_table", wide, format="table")
put("three_levels", df.assign(k=1).set_index("k", append=True))
put("nested", df, key="research/day")
put("two", df, key="x"); put("two", df, key="y", mode="a")
put("several", df, key="x"); put("several", df, key="data", mode="a")
put("no_columns", df[[]])
put("no_rows_no_levels", pd.DataFrame({"a": np.array([], dtype="float32")}, index=pd.MultiIndex.from_arrays([pd.DatetimeIndex([]), pd.Index([], dtype=object)], names=index.names)))
put("category", df.assign(c=pd.Categorical(["x", "y", "x", "y"])), format="table")
put("category_instruments", df.set_index(pd.MultiIndex.from_arrays([index.get_level_values(0), pd.CategoricalIndex(index.get_level_values(1))], names=index.names)), format="table")
put("many", pd.DataFrame(np.arange(4 * 300.0).reshape(4, 300), index=index, columns=["c%d" % i for i in range(300)]), format="table")
`;

describe("layouts that this machine's pandas writes", () => {
  const scratch = scratchFolder();
  const open = (name: string, request = {}) => openPandasHdf(join(scratch, `${name}.h5`), request);
  const cells = (table: FileTable, name: string) => [...table.columns.get(name)!.read(0, 4).values];
  const test = it.skipIf(python === undefined);

  beforeAll(() => {
    if (python === undefined)
      return console.warn("no python3 with pandas and tables: other layouts are not tested");
    const { stderr } = spawnSync(python, ["-W", "ignore", "-c", SCRIPT, scratch], { encoding: "utf8" });
    expect(stderr).toBe("");
  }, 60_000);

  test("blosc's zlib codec is read, its snappy codec refused by name", async () => {
    expect(cells(await open("blosc_zlib"), "b")).toEqual([5, 6, 7, 8]);
    await expect(open("blosc_snappy")).rejects.toThrow(
      'is compressed with the filter "blosc:snappy", which cannot be read here; write the file again with complib="zlib" or "blosc:lz4", or without compression',
    );
  });

  test.each(["table_text", "table_text_data_columns"])("%s: text, times and bytes", async (name) => {
    const table = await open(name);
    expect([...table.columns.keys()]).toEqual(["a", "b", "name", "when", "u"]);
    expect(cells(table, "name")).toEqual(["x", null, "zz", "x"]);
    expect(cells(table, "u")).toEqual([0, 1, 2, 3]);
    const when = cells(table, "when") as bigint[];
    expect([isoNs(when[0]!), when[1]]).toEqual(["2020-01-02T00:00:00", NAT_NS]);
    expect(table.columns.get("when")!.read(0, 4).mask).toEqual(Uint8Array.of(1, 0, 1, 1));
    expect(table.columns.get("name")!.gather(Uint32Array.of(1, 2)).values).toEqual([null, "zz"]);
  });

  test("text in fixed format, which pandas pickles", async () => {
    const table = await open("fixed_text");
    expect(cells(table, "name")).toEqual(["x", null, "zz", "x"]);
    expect(cells(await open("fixed_text", { columns: ["b", "u"] }), "u")).toEqual([0, 1, 2, 3]);
  });

  test("series of table format", async () => {
    expect(cells(await open("series_table"), "a").slice(0, 3)).toEqual([1, 2, 3]);
    expect(cells(await open("series_table_unnamed"), "data").slice(0, 3)).toEqual([1, 2, 3]);
  });

  test("column names of two parts, repeated, whole numbers, many, none", async () => {
    const { columns, groups } = await open("two_part_names");
    expect([...columns.keys()]).toEqual(["a", "b", "y"]);
    expect([...groups!]).toEqual([
      ["a", "feature"],
      ["b", "feature"],
      ["y", "label"],
    ]);
    const repeated = await open("repeated_names");
    expect([...repeated.columns.keys()]).toEqual(["feature/a", "b", "label/a"]);
    expect(cells(repeated, "label/a")).toEqual([1, 2, 3, Number.NaN]);
    expect([...(await open("repeated_names", { columns: ["feature"] })).columns.keys()]).toEqual([
      "feature/a",
      "b",
    ]);
    expect([...(await open("whole_number_columns")).columns.keys()]).toEqual(["0", "1"]);
    expect(cells(await open("many"), "c299")).toEqual([299, 599, 899, 1199]);
    expect((await open("no_columns")).columns.size).toBe(0);
  });

  test("other level types", async () => {
    expect((await open("whole_number_instruments")).keys.instruments).toEqual(["1", "600000"]);
    expect(isoNs((await open("python_dates")).keys.datetimes[1]!)).toBe("2020-01-03T00:00:00");
    expect((await open("no_rows_no_levels")).keys.rowCount).toBe(0);
    for (const name of ["text_times", "text_times_turned", "text_times_table"]) {
      const { datetimes, instruments } = (await open(name)).keys;
      expect([isoNs(datetimes[0]!), instruments[0]]).toEqual(["2020-01-02T00:00:00", "000001.SZ"]);
    }
    for (const [name, index] of [["wide", 'a flat index "datetime"']] as const) {
      await expect(open(name)).rejects.toThrow(
        `"data" has ${index}, not the (datetime, instrument) index; in pandas, df.stack().rename_axis(["datetime", "instrument"]).to_frame("close") before writing it`,
      );
    }
    await expect(open("wide_table")).rejects.toThrow(
      '"data" has a flat index, not the (datetime, instrument) index; in pandas, df.stack().rename_axis(["datetime", "instrument"]).to_frame("close")',
    );
    await expect(open("three_levels")).rejects.toThrow(
      "not the (datetime, instrument) index; in pandas, df.droplevel([",
    );
  });

  test("keys: nested ones, the default one, and which one where there are several", async () => {
    await expect(open("nested")).rejects.toThrow(
      'no key "data"; the file holds "research/day"; say which with the key option',
    );
    expect((await open("nested", { key: "research/day" })).keys.rowCount).toBe(4);
    expect((await open("several")).keys.rowCount).toBe(4);
    await expect(open("two")).rejects.toThrow('the file holds "x", "y"; say which with the key option');
  });

  test("a category column is text, and so are instruments that are categories", async () => {
    const table = await open("category");
    expect(cells(table, "b")).toEqual([5, 6, 7, 8]);
    const { values } = table.columns.get("c")!.read(0, 4);
    expect(new Set(values as string[]).size).toBeGreaterThan(1);
    expect((await open("category_instruments")).keys.instruments).toEqual(["000001.SZ", "600000.SH"]);
  });
});
