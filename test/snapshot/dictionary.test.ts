import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FieldDictionary, isDictionaryName } from "#src/snapshot/field-dictionary.js";
import { frequencyOfName, parseFrequency } from "#src/snapshot/frequency.js";
import { scratchFolder } from "../scratch-folder.js";

const dir = scratchFolder();

function dictionaryOf(file: string, text: string): FieldDictionary {
  const path = join(dir, file);
  writeFileSync(path, text);
  const dictionary = new FieldDictionary();
  dictionary.read(path);
  return dictionary;
}

describe("field dictionaries", () => {
  it("are read under the headings in use, with quotes, a byte-order mark and Windows line ends", () => {
    const text =
      '\uFEFFField,Description_CN,Unit,Source\r\ndb_pe,"市盈率, ""静态""\n(倍)",倍,daily_basic\r\n$close,收盘价,,\r\n';
    const dictionary = dictionaryOf("aistock_field_map.csv", text);
    expect(dictionary.of("db_pe")).toEqual({
      meaning: '市盈率, "静态"\n(倍)',
      unit: "倍",
      sourceTable: "daily_basic",
    });
    expect(dictionary.of("close")).toEqual({ meaning: "收盘价", unit: undefined, sourceTable: undefined });
    expect(dictionary.of("nothing")).toEqual({});
  });

  it("take a quote in a cell without quotes for a character, as Python's csv does", () => {
    const dictionary = dictionaryOf(
      "quotes_schema.csv",
      'name,meaning\rx,first\r\ny,5" tube\nz,"4"" "or "5"\n',
    );
    const meanings = ["x", "y", "z"].map((name) => dictionary.of(name).meaning);
    expect(meanings).toEqual(["first", '5" tube', '4" or "5"']);
  });

  it("take a unit from the end of the meaning where there is no other", () => {
    const dictionary = dictionaryOf(
      "a_schema.csv",
      "字段,中文含义\ndb_total_mv,总市值(万元)\ndb_pb,市净率(总市值/净资产)\n",
    );
    expect(dictionary.of("db_total_mv").unit).toBe("万元");
    expect(dictionary.of("db_pb").unit).toBe(undefined);
  });

  it("may be JSON: records, records under a name, or an object by field", () => {
    const record = '{"name": "x", "meaning": "某值", "source_table": "t"}';
    const wanted = { meaning: "某值", unit: undefined, sourceTable: "t" };
    expect(dictionaryOf("a_schema.json", `[${record}]`).of("x")).toEqual(wanted);
    expect(dictionaryOf("b_schema.json", `{"version": 1, "fields": [${record}]}`).of("x")).toEqual(wanted);
    expect(dictionaryOf("c_schema.json", '{"x": {"meaning": "某值", "table": "t"}}').of("x")).toEqual(wanted);
    expect(dictionaryOf("d_schema.json", '{"x": "某值"}').of("x").meaning).toBe("某值");
  });

  it("say when a file is none", () => {
    const path = join(dir, "e_schema.csv");
    expect(() => dictionaryOf("e_schema.csv", "a,b\n1,2\n")).toThrow(
      `${path}: no field is named in it; a field dictionary has a column "name" or "field"`,
    );
  });

  it("say where a quoted cell does not end", () => {
    const text = 'name,meaning\nx,"two\nlines"\ny,"tube\nz,third\n';
    expect(() => dictionaryOf("f_schema.csv", text)).toThrow(
      `${join(dir, "f_schema.csv")}: line 4 begins a quoted cell that does not end; close its quotes`,
    );
  });

  it("are known by their names", () => {
    const names = [
      "static_factors_schema.csv",
      "static_factors_schema.json",
      "aistock_field_map.csv",
      "daily_pv.h5",
    ];
    expect(names.map(isDictionaryName)).toEqual([true, true, true, false]);
  });
});

describe("frequencies", () => {
  it("have many names", () => {
    const texts = [
      "1d",
      "day",
      "Daily",
      "1min",
      "1m",
      "minute",
      "5min",
      "30 minutes",
      "1h",
      "weekly",
      "tick",
      "0m",
      "",
    ];
    expect(texts.map(parseFrequency)).toEqual([
      "1d",
      "1d",
      "1d",
      "1m",
      "1m",
      "1m",
      "5m",
      "30m",
      "1h",
      "1w",
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("are told from the names of files", () => {
    const names = [
      "minute_1min",
      "minute",
      "bars_5min",
      "bars-15m",
      "daily_pv",
      "result_mom_20d",
      "min_vol",
      "alpha158",
    ];
    expect(names.map(frequencyOfName)).toEqual(["1m", "1m", "5m", "15m", "1d", "1d", "1d", "1d"]);
  });
});
