import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Column } from "#src/columns/column.js";
import { writeCsv } from "#src/formats/csv/write.js";
import { openPanel } from "#src/open/open-panel.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { isoNs } from "#src/time.js";
import { scratchFolder } from "../../scratch-folder.js";
import { cells, expectFixture, FIXTURES, writable } from "../fixture-table.js";

const folder = scratchFolder();

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("types, missing cells, quotes, unicode; codes stay text", async () => {
  const path = file(
    "[a]*b?.csv",
    'datetime,instrument,$close,n,flag,名称,when\n20200103,000001,10.5,1,True,"a ""quoted"", name",2020-01-01\n2020-01-02,600000,NaN,,false,平安,\n2020-01-02,000001,1e3,3,,,2020-01-05 09:30:00\n',
  );
  const panel = await openPanel(path);
  expect(panel.index.instruments).toEqual(["000001", "600000"]);
  expect(panel.columnNames.map((name) => [name, panel.column(name).type])).toEqual([
    ["$close", "float64"],
    ["n", "int64"],
    ["flag", "bool"],
    ["名称", "string"],
    ["when", "datetime"],
  ]);
  expect(cells(panel, "$close")).toEqual(["1000", null, "10.5"]);
  expect(cells(panel, "n")).toEqual(["3", null, "1"]);
  expect(cells(panel, "flag")).toEqual([null, "false", "true"]);
  expect(cells(panel, "名称")).toEqual([null, "平安", 'a "quoted", name']);
  expect(cells(panel, "when")).toEqual(["1578216600000000000", null, "1577836800000000000"]);
});

test("columns asked for, semicolons, nanoseconds", async () => {
  const path = file("semicolons.csv", "instrument;datetime;x;y\na;2020-01-02 09:31:00.000000001;1;2\n");
  const panel = await openPanel(path, { columns: ["y"] });
  expect(panel.columnNames).toEqual(["y"]);
  expect(panel.index.datetimes).toEqual(BigInt64Array.of(1577957460000000001n));
});

test("datetimes with an offset keep it as their zone; of several offsets they become UTC", async () => {
  const times = async (...texts: string[]) => {
    const rows = texts.map((text, i) => `${text},a,${i}\n`).join("");
    const { index } = await openPanel(file("offsets.csv", `datetime,instrument,x\n${rows}`));
    return [index.timezone, ...Array.from(index.datetimes, isoNs)];
  };
  expect(await times("2020-01-02 00:00:00+08:00", "2020-01-03 09:30+0800")).toEqual([
    "+08:00",
    "2020-01-02T00:00:00",
    "2020-01-03T09:30:00",
  ]);
  expect(await times("2020-01-03T09:30:00.000000001Z")).toEqual(["UTC", "2020-01-03T09:30:00.000000001"]);
  expect(await times("2020-01-02 00:00:00+08:00", "2020-01-06 09:30-0500")).toEqual([
    "UTC",
    "2020-01-01T16:00:00",
    "2020-01-06T14:30:00",
  ]);
  await expect(times("2020-01-02 00:00:00+08:00", "2020-01-03")).rejects.toThrow(
    'the datetime of row 0 is "2020-01-02 00:00:00+08:00", with an offset, and that of row 1 "2020-01-03", without',
  );
});

test("what is no table with the keys is refused", async () => {
  const flat = file("flat.csv", "when,who,close\n2020-01-02,000001,1\n");
  await expect(openPanel(flat)).rejects.toThrow(
    `${flat}: no key datetime (a timestamp, a date, or text or digits such as 20200102) and no key instrument (text or whole numbers); its columns are "when", "who", "close"; say which columns they are`,
  );
  const bad = file("bad.csv", "datetime,instrument,x\nsoon,000001,1\n");
  await expect(openPanel(bad)).rejects.toThrow(`${bad}: line 2 has "soon" where a datetime is expected`);
});

test("types go by all rows, not by the first many", async () => {
  const rows = Array.from({ length: 30_000 }, (_, i) => `2020-01-02,${String(i).padStart(6, "0")},,1,`);
  const last = "2020-01-03,000001,2.5,1.5,text";
  const path = file("late.csv", ["datetime,instrument,a,b,c", ...rows, last, ""].join("\n"));
  const panel = await openPanel(path);
  expect(["a", "b", "c"].map((name) => panel.column(name).type)).toEqual(["float64", "float64", "string"]);
  expect(["a", "b", "c"].map((name) => panel.column(name).at(30_000))).toEqual([2.5, 1.5, "text"]);
});

/** A column x: `cell` in more rows than types are first judged by, then `late` in one. */
async function lateCell(cell: string, late: string): Promise<[type: string, first: unknown, last: unknown]> {
  const rows = Array.from({ length: 20_479 }, (_, i) => `2024-01-02,${String(i).padStart(6, "0")},${cell}`);
  const path = file(
    "late-cell.csv",
    ["datetime,instrument,x", ...rows, `2024-01-03,000001,${late}`, ""].join("\n"),
  );
  const x = (await openPanel(path)).column("x");
  return [x.type, x.at(0), x.at(20_479)];
}

test.each([
  ["1", "1.5", ["float64", 1, 1.5]],
  ["1", "0.99", ["float64", 1, 0.99]],
  ["True", "1", ["string", "True", "1"]],
  ["600000", "000123", ["string", "600000", "000123"]],
  ["000123", "1.5", ["float64", 123, 1.5]],
  ["1", "18446744073709551615", ["uint64", 1n, 18446744073709551615n]],
  ["2020-01-02", "9999-12-31", ["datetime", undefined, undefined]],
  ["2020-01-02", "epoch", ["string", "2020-01-02", "epoch"]],
  ["", "2.5", ["float64", Number.NaN, 2.5]],
])(
  "a late cell is not bent to what those before it are: %s, then %s",
  async (cell, late, [type, first, last]) => {
    if (type === "datetime") {
      await expect(lateCell(cell, late)).rejects.toThrow("9999-12-31");
      return;
    }
    expect(await lateCell(cell, late)).toEqual([type, first, last]);
  },
);

test("cells are what pandas' read_csv takes them for", async () => {
  const of = async (...texts: string[]) => {
    const rows = texts.map((text, i) => `2020-01-0${i + 1},a,${text},1\n`);
    const x = (await openPanel(file("kinds.csv", `datetime,instrument,x,y\n${rows.join("")}`))).column("x");
    return [x.type, ...texts.map((_, row) => x.at(row))];
  };
  const missing = ["#N/A", "n/a", "#NA", "1.#IND", "-1.#QNAN", "-nan", '""'];
  expect(await of("1.5", ...missing)).toEqual(["float64", 1.5, ...missing.map(() => Number.NaN)]);
  expect(await of("+1", "-2")).toEqual(["int64", 1n, -2n]);
  expect(await of("+inf", "-Infinity", "+.5e+3")).toEqual(["float64", Infinity, -Infinity, 500]);
  expect(await of("T", "F")).toEqual(["string", "T", "F"]);
  expect(await of("yes", "no")).toEqual(["string", "yes", "no"]);
  expect(await of("TRUE", "false")).toEqual(["bool", true, false]);
  expect(await of("0x10", "0b1")).toEqual(["string", "0x10", "0b1"]);
  expect(await of("Nan", "1")).toEqual(["string", "Nan", "1"]);
  expect(await of("1_000", "1")).toEqual(["string", "1_000", "1"]);
  expect(await of("99999999999999999999", "1")).toEqual(["string", "99999999999999999999", "1"]);
  expect(await of("", "")).toEqual(["float64", Number.NaN, Number.NaN]);
});

test("a backslash, a # and an apostrophe are characters as others are", async () => {
  const path = file(
    "characters.csv",
    `"datetime","instrument","c"\n"2024-01-01","a","10\\\t\\ "\n2024-01-02,#b,"#x"\n"2024-01-02","a","'it''s"\n`,
  );
  expect(cells(await openPanel(path), "c")).toEqual(["10\\\t\\ ", "#x", "'it''s"]);
});

test("a cell of 3 MB is read", async () => {
  const text = "y".repeat(3_000_000);
  const panel = await openPanel(file("long.csv", `datetime,instrument,x\n2020-01-02,a,"${text}"\n`));
  expect(panel.column("x").at(0)).toBe(text);
});

test.each(["infinity", "epoch"])("%s is no time of a key", async (text) => {
  const path = file("word.csv", `datetime,instrument,x\n${text},a,1\n`);
  await expect(openPanel(path)).rejects.toThrow(`${path}: line 2 has "${text}" where a datetime is expected`);
});

test("ours to ours", async () => {
  const path = join(folder, "ours.csv");
  const panel = await openPanel(`${FIXTURES}/index.parquet`);
  await writeCsv(path, writable(panel));
  expectFixture(
    await openPanel(path, { columns: ["f64", "n", "big", "flag", "note", "when", "maybe", "perhaps"] }),
  );
  const back = await openPanel(path, { columns: ["close"] });
  expect(Float32Array.from(back.column("close").values as Float64Array)).toEqual(
    panel.column("$close").values,
  );
});

test("days are written without a time of day", async () => {
  const panel = panelFromColumns({
    datetime: ["2020-01-02", "2020-01-03"],
    instrument: ["000001.SZ", "000001.SZ"],
    columns: { x: Float32Array.of(0.1, Number.NaN), y: Float64Array.of(Number.POSITIVE_INFINITY, 1e-300) },
  });
  const path = join(folder, "days.csv");
  await writeCsv(path, writable(panel));
  expect(readFileSync(path, "utf8")).toBe(
    "datetime,instrument,x,y\n2020-01-02,000001.SZ,0.1,inf\n2020-01-03,000001.SZ,,1e-300\n",
  );
});

test("ours to ours: times to the nanosecond, the largest and the least of 64 bits", async () => {
  const path = join(folder, "exact.csv");
  const panel = panelFromColumns({
    datetime: [2n ** 63n - 1n, -(2n ** 63n) + 1n, 1577957460000000001n],
    instrument: ["a", "a", "a"],
    columns: {
      when: Column.of("datetime", BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n) + 1n, 1577957460123456789n)),
      holes: Column.of("datetime", BigInt64Array.of(1n, 0n, -1n), Uint8Array.of(1, 0, 1)),
      u64: BigUint64Array.of(2n ** 64n - 1n, 0n, 2n ** 53n + 1n),
      i64: BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n),
      f64: Float64Array.of(1e19, 0.5, -0),
      whole: Float64Array.of(2 ** 64, 1e19, 0),
    },
  });
  await panel.write(path);
  const back = await openPanel(path);
  expect(back.index.datetimes).toEqual(panel.index.datetimes);
  expect(back.columnNames).toEqual(panel.columnNames);
  for (const name of panel.columnNames) {
    expect([name, back.column(name).type]).toEqual([name, panel.column(name).type]);
    expect(cells(back, name)).toEqual(cells(panel, name));
  }
  expect(readFileSync(path, "utf8").split("\n")[1]).toBe(
    "1677-09-21 00:12:43.145224193,a,1677-09-21 00:12:43.145224193,,0,-9223372036854775808,0.5,1e+19",
  );
});
