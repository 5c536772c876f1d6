import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { asofJoin, checkFactors, joinPanels, type OpenOptions, openPanel, type Panel } from "#src/index.js";

// Every file of the situations that people met, against what their expected.json says; a file that no test opens fails the
// last one. Details of a kind are in the other tests of this folder.

const MESS = "data-fixtures/mess";
const seen = new Set<string>();

type Expected = Readonly<Record<string, unknown>>;

function expected(kind: string): Expected {
  seen.add(join(MESS, kind, "expected.json"));
  return JSON.parse(readFileSync(join(MESS, kind, "expected.json"), "utf8"));
}

function open(path: string, options?: OpenOptions): Promise<Panel> {
  seen.add(join(MESS, path));
  return openPanel(join(MESS, path), options);
}

const cells = (panel: Panel, name: string) =>
  panel.toJSON().map((row) => (typeof row[name] === "number" && Number.isNaN(row[name]) ? null : row[name]));
const keysOf = (panel: Panel) =>
  Array.from({ length: panel.rowCount }, (_, row) => {
    const { datetime, instrument } = panel.keyAt(row);
    return [datetime.toISOString().slice(0, 10), instrument];
  });
const codes = ({ index }: Panel) => [...index.instruments];
const closes = (panel: Panel, instrument: string) => cells(panel.series(instrument), "$close");

const SIX = ["2020-01-02", "2020-01-03", "2020-01-06"].flatMap((day) => [
  [day, "SH600000"],
  [day, "SZ000001"],
]);

const SITUATIONS: Readonly<Record<string, (want: Expected) => Promise<void>>> = {
  "advice-that-makes-1970": async () => {
    for (const file of ["idx_int_datetime.parquet", "int_dates.h5"]) {
      expect(keysOf(await open(`advice-that-makes-1970/${file}`))).toEqual(SIX);
    }
  },
  "asof-look-ahead-by-zones": async (want) => {
    const [bars, announced] = [
      await open("asof-look-ahead-by-zones/bars_sh.h5"),
      await open("asof-look-ahead-by-zones/ann_utc.h5"),
    ];
    expect(cells(asofJoin(bars, announced).panel, "roe")).toEqual(want.roe_shanghai_bars);
    expect(() => asofJoin(bars.withZone(undefined), announced)).toThrow("in no zone");
  },
  "categories-in-hdf5-tables": async (want) => {
    const panel = await open("categories-in-hdf5-tables/cat_column_t.h5");
    expect(cells(panel, "industry")).toEqual(want.industry);
    const level = await open("categories-in-hdf5-tables/categorical_level_table.h5");
    expect([codes(level), level.rowCount]).toEqual([want["instruments of categorical_level_table"], 6]);
  },
  "code-conventions": async (want) => {
    const left = await open("code-conventions/ts.h5");
    const matched = want.matchedOf30 as Readonly<Record<string, number | string>>;
    for (const name of ["joinquant", "yahoo", "choice_dash"]) {
      const { ledger } = joinPanels([left, await open(`code-conventions/code_${name}.h5`)]);
      expect([name, ledger.panels[1]!.used]).toEqual([name, matched[name]]);
    }
    for (const name of ["bare", "ints"]) {
      const ruled = await open(`code-conventions/code_${name}.h5`, { codes: { as: "ts", bare: "stocks" } });
      expect(joinPanels([left, ruled]).ledger.panels[1]!.used).toBe(30);
    }
  },
  "csv-as-exported": async () => {
    const rows = {
      "caps_header.csv": [1, ["SZ000001"]],
      "excel_text_codes.csv": [2, ["000001"]],
      "keys.csv.gz": [1, ["SZ000001"]],
      "keys.tsv": [1, ["SZ000001"]],
      "keys_gbk.csv": [2, ["SZ000001"]],
      "minute_8_space.csv": [2, ["IBM"]],
      "na_ticker.csv": [3, ["AAPL", "NA"]],
      "space_header.csv": [2, ["SZ000001"]],
    };
    for (const [file, want] of Object.entries(rows)) {
      const panel = await open(`csv-as-exported/${file}`);
      expect([file, panel.rowCount, codes(panel)]).toEqual([file, ...want]);
    }
  },
  "csv-offset-dropped": async (want) => {
    const announced = await open("csv-offset-dropped/ann_z.csv");
    expect(announced.index.timezone).toBe(want.timezone);
    expect((await open("csv-offset-dropped/utc_offset.csv")).index.timezone).toBe(want.timezone);
    const bars = await open("csv-offset-dropped/bars_sh.h5");
    expect(cells(asofJoin(bars, announced).panel, "roe")).toEqual(want.asof_onto_bars_sh_roe);
  },
  decimals: async (want) => {
    expect(cells(await open("decimals/decimal18_3.parquet"), "amt")).toEqual(want.amt);
  },
  "index-or-column-called-datetime": async (want) => {
    const panel = await open("index-or-column-called-datetime/idx_and_column_datetime.parquet");
    expect(keysOf(panel)[0]).toEqual(want["first key of idx_and_column_datetime"]);
    expect(panel.rename({ datetime: "announced" }).toJSON()).toHaveLength(6);
  },
  "join-of-two-zones": async (want) => {
    const [utc, sh] = [
      await open("join-of-two-zones/hours_utc.h5"),
      await open("join-of-two-zones/hours_sh.h5"),
    ];
    const { panel, ledger } = joinPanels([utc, sh]);
    expect(ledger.panels[1]!.used).toBe(want.matched);
    expect(cells(panel, "close")).toEqual(cells(panel, "same_close"));
  },
  "key-names": async (want) => {
    const rows = want.rows as Readonly<Record<string, number>>;
    expect((await open("key-names/tushare.csv")).rowCount).toBe(rows["tushare.csv"]);
    expect((await open("key-names/akshare.csv")).rowCount).toBe(rows["akshare.csv"]);
    for (const file of ["cols_text_datetime.parquet", "cols_tushare_int.parquet"]) {
      expect(keysOf(await open(`key-names/${file}`))).toEqual(SIX);
    }
  },
  "look-ahead-of-one-day": async (want) => {
    const market = await open("look-ahead-of-one-day/daily_pv.h5");
    seen.add(join(MESS, "look-ahead-of-one-day/next_return"));
    const [check] = await checkFactors(market, join(MESS, "look-ahead-of-one-day/next_return"));
    expect(want.status).toContain(check!.status);
    expect(check!.problems.join()).toMatch(/next|tomorrow|ahead/);
  },
  "object-columns-of-times": async (want) => {
    const panel = await open("object-columns-of-times/object_timestamps.h5");
    expect(cells(panel, "lst")).toEqual(want.lst);
    const amounts = cells(await open("object-columns-of-times/object_decimal.h5"), "amt");
    expect(amounts.slice(0, 3)).toEqual([1.1, 2.25, null]);
  },
  "one-bin-beyond-the-calendar": async (want) => {
    const panel = await open("one-bin-beyond-the-calendar/provider");
    for (const code of codes(panel)) expect(closes(panel, code)).toEqual(want[`${code} $close`]);
    expect(panel.notes.join()).toContain("SH600000");
  },
  "one-table-in-many-files": async (want) => {
    const rows = want.rows as Readonly<Record<string, number>>;
    for (const name of ["hive", "parts", "per_stock"]) {
      expect([name, (await open(`one-table-in-many-files/${name}`)).rowCount]).toEqual([name, rows[name]]);
    }
  },
  pickles: async (want) => {
    const panel = await open("pickles/pred.pkl");
    expect([panel.rowCount, panel.columnNames]).toEqual([want.rows, want.columns]);
  },
  "qlib-reserved-tickers": async (want) => {
    const panel = await open("qlib-reserved-tickers/provider");
    expect(codes(panel)).toEqual(want.instruments);
    expect(closes(panel, "PRN")).toEqual(want["PRN $close"]);
    expect(codes(await open("qlib-reserved-tickers/prn.csv"))).toEqual(want.instruments);
  },
  "qlib-spellings": async () => {
    for (const freq of ["1d", "d", "day"])
      expect((await open("qlib-spellings/day", { freq })).rowCount).toBe(10);
    const path = "qlib-spellings/lists";
    expect((await open(path, { instruments: "CSI300", columns: ["$Close"] })).columnNames).toEqual([
      "$Close",
    ]);
    expect((await open(path, { instruments: "ts" })).rowCount).toBe(5);
    await expect(open(path, { instruments: "header" })).rejects.toThrow(
      '"start_datetime" where a date is expected',
    );
    for (const file of readdirSync(join(MESS, path, "instruments"))) {
      if (file === "header.txt") continue;
      expect([file, (await open(path, { instruments: file.replace(".txt", "") })).rowCount > 0]).toEqual([
        file,
        true,
      ]);
    }
  },
  "rolling-with-alpha": async (want) => {
    const x = (await open("rolling-with-alpha/market.h5")).evaluate({ x: "Mean($close,0.5)" });
    const first = Array.from(x.series("SH600000").column("x").values.slice(0, 3) as Float32Array);
    expect(first).toEqual(want["Mean($close,0.5) SH600000 first 3"]);
    for (const file of ["exprs.json", "ref15.json"]) seen.add(join(MESS, "rolling-with-alpha", file)); // expressions.test.ts
  },
  "stray-file-in-provider": async (want) => {
    const panel = await open("stray-file-in-provider/provider");
    expect(closes(panel, "SH600000")).toEqual(want["SH600000 $close"]);
  },
  "suggests-another-operator": async (want) => {
    const market = await open("suggests-another-operator/market.h5");
    for (const name of ["Delay", "ts_rank", "ts_mean", "MA", "Lag"]) {
      expect(() => market.evaluate({ x: `${name}($close, 5)` })).toThrow(`did you mean "${want[name]}"`);
    }
    expect(() => market.evaluate({ x: "Sqrt($close)" })).toThrow('did you mean "Power($close, 0.5)"');
    expect(() => market.evaluate({ x: "Max($close,$open)" })).toThrow(String(want["Max($close,$open)"]));
  },
  "suggests-another-stock": async () => {
    const panel = await open("suggests-another-stock/int_instruments.h5");
    expect(() => panel.series("SZ000001")).toThrow(/did you mean "1"|in .*int_instruments\.h5; onUnknown/);
    expect(() => panel.series("SZ000001")).not.toThrow('"600000"');
    expect(codes(await open("suggests-another-stock/folder"))).toEqual(["SH600000", "SZ000001"]);
  },
  "three-level-index": async (want) => {
    for (const file of ["three_levels.parquet", "three_levels_rolling_series.h5"]) {
      const panel = await open(`three-level-index/${file}`);
      expect([panel.rowCount, keysOf(panel)]).toEqual([want.rows, SIX]);
      expect(panel.columnNames).not.toContain("instrument");
    }
  },
  "two-reports-on-one-day": async (want) => {
    const bars = await open("two-reports-on-one-day/ts.h5");
    const reports = await open("two-reports-on-one-day/ann_dup.h5", { duplicates: "keep" });
    const known = asofJoin(bars, reports).panel.window({ start: "2020-04-28", universe: ["600000.SH"] });
    expect(new Set(cells(known, "roe"))).toEqual(new Set([want["roe of 600000.SH from 2020-04-28"]]));
  },
  "what-a-file-is": async () => {
    const told = {
      "a.npz": "an archive of numpy arrays (.npz)",
      "v1.feather": "a Feather file of version 1",
      "mixed_columns.h5": "the column names in /data/axis0 are of several kinds",
      "dates_by_field_instrument.h5": 'in pandas, df.stack().rename_axis(["datetime", "instrument"]) before',
    };
    for (const [file, text] of Object.entries(told)) {
      await expect(open(`what-a-file-is/${file}`)).rejects.toThrow(text);
    }
  },
  "wide-csv": async (want) => {
    const panel = await open("wide-csv/wide_800.csv");
    expect([panel.rowCount, panel.columnNames.length]).toEqual([want.rows, 800]);
  },
  "zone-lost-in-parquet-and-arrow": async () => {
    const panel = await open("zone-lost-in-parquet-and-arrow/utc.parquet");
    expect([panel.rowCount, panel.index.timezone]).toEqual([6, "UTC"]);
  },
};

describe("every situation", () => {
  it.each(Object.keys(SITUATIONS))("%s", (kind) => SITUATIONS[kind]!(expected(kind)));
});

/** The files of a folder that are in none that was opened. */
function unseen(path: string): string[] {
  if (seen.has(path)) return [];
  if (!statSync(path).isDirectory()) return path.endsWith("README.md") ? [] : [path];
  return readdirSync(path).flatMap((name) => unseen(join(path, name)));
}

afterAll(() => {
  expect(readdirSync(MESS).filter((name) => statSync(join(MESS, name)).isDirectory())).toEqual(
    Object.keys(SITUATIONS).sort(),
  );
  expect(unseen(MESS)).toEqual([]);
});
