import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { asofJoin, openPanel, type Panel } from "#src/index.js";
import { parseTimeText } from "#src/time.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";

const MESS = "data-fixtures/mess";
const folder = scratchFolder();

function file(name: string, bytes: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const codes = ({ index }: Panel) => [...index.instruments];

describe("CSV as exported", () => {
  it.each([
    ["csv-as-exported/keys_gbk.csv", 2, ["SZ000001"]],
    ["csv-as-exported/keys.csv.gz", 1, undefined],
    ["csv-as-exported/keys.tsv", 1, ["SZ000001"]],
    ["csv-as-exported/space_header.csv", 2, ["SZ000001"]],
    ["csv-as-exported/excel_text_codes.csv", 2, ["000001"]],
    ["csv-as-exported/caps_header.csv", 1, ["SZ000001"]],
    ["csv-as-exported/na_ticker.csv", 3, ["AAPL", "NA"]],
    ["csv-as-exported/minute_8_space.csv", 2, ["IBM"]],
    ["key-names/tushare.csv", 3, ["000001.SZ", "600000.SH"]],
    ["key-names/akshare.csv", 3, ["000001", "600000"]],
    ["qlib-reserved-tickers/prn.csv", 4, ["AAPL", "PRN"]],
    ["wide-csv/wide_800.csv", 3, undefined],
  ] as const)("%s", async (name, rows, instruments) => {
    const panel = await openPanel(`${MESS}/${name}`);
    expect(panel.rowCount).toBe(rows);
    if (instruments) expect(codes(panel)).toEqual(instruments);
  });

  it("the text of a file in GBK is what it says", async () => {
    const panel = await openPanel(`${MESS}/csv-as-exported/keys_gbk.csv`);
    expect(panel.columnNames).toEqual(["收盘", "名称"]);
    expect(panel.column("名称").at(0)).toBe("平安银行");
  });

  it("times with an offset keep their zone, and an as-of join onto another sees no future", async () => {
    const announced = await openPanel(`${MESS}/csv-offset-dropped/ann_z.csv`);
    expect(announced.index.timezone).toBe("UTC");
    expect((await openPanel(`${MESS}/csv-offset-dropped/utc_offset.csv`)).index.timezone).toBe("UTC");
    const bars = await openPanel(`${MESS}/csv-offset-dropped/bars_sh.h5`);
    const roe = asofJoin(bars, announced).panel.column("roe");
    expect([0, 1, 2].map((row) => roe.at(row))).toEqual([null, 5n, 5n]);
  });
});

const TABLE =
  'datetime,instrument,收盘,名称\n2020-01-02,SZ000001,16.87,平安\n2020-01-03,SZ000001,17.18,"a, ""b"""\n';

/** A zip archive of one file, as its format is (APPNOTE). */
function zipped(name: string, text: Buffer): Buffer {
  const data = deflateRawSync(text);
  const [local, central, end] = [Buffer.alloc(30), Buffer.alloc(46), Buffer.alloc(22)];
  local.writeUInt32BE(0x504b0304, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  central.writeUInt32BE(0x504b0102, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(data.length, 20);
  central.writeUInt16LE(name.length, 28);
  end.writeUInt32BE(0x504b0506, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(30 + name.length + data.length, 16);
  return Buffer.concat([local, Buffer.from(name), data, central, Buffer.from(name), end]);
}

describe("however it is packed and encoded", () => {
  const utf16 = Buffer.from(`\ufeff${TABLE}`, "utf16le");
  const big = Buffer.from(utf16).swap16();
  const ways: [name: string, bytes: Buffer][] = [
    ["plain.csv", Buffer.from(TABLE)],
    ["mark.csv", Buffer.from(`\ufeff${TABLE}`)],
    ["returns.csv", Buffer.from(TABLE.replaceAll("\n", "\r\n"))],
    ["no-end.csv", Buffer.from(TABLE.trimEnd())],
    ["semicolons.csv", Buffer.from(TABLE.replace(/,(?! )/g, ";"))],
    ["tabs.tsv", Buffer.from(TABLE.replace(/,(?! )/g, "\t"))],
    ["le.csv", utf16],
    ["be.csv", big],
    ["packed.csv.gz", gzipSync(TABLE)],
    ["packed.csv.zip", zipped("a.csv", Buffer.from(TABLE))],
  ];
  it.each(ways)("%s", async (name, bytes) => {
    const panel = await openPanel(file(name, bytes));
    expect(panel.toJSON()).toEqual([
      { datetime: "2020-01-02", instrument: "SZ000001", 收盘: 16.87, 名称: "平安" },
      { datetime: "2020-01-03", instrument: "SZ000001", 收盘: 17.18, 名称: 'a, "b"' },
    ]);
  });

  it("an encoding that is given is taken, and one that is not known refused", async () => {
    const path = join(folder, "given.csv");
    copyFileSync(`${MESS}/csv-as-exported/keys_gbk.csv`, path);
    expect((await openPanel(path, { encoding: "gbk" })).columnNames).toEqual(["收盘", "名称"]);
    await expect(openPanel(path, { encoding: "utf-8" })).rejects.toThrow("line 1 is neither UTF-8 nor GBK");
    await expect(openPanel(path, { encoding: "klingon" })).rejects.toThrow(
      'encoding: "klingon" is not known',
    );
  });
});

test("every form of a date, with every form of a time of day, is the same time", () => {
  const dates = ["2020-01-02", "2020/1/2", "2020.01.02", "20200102", "2020年1月2日"];
  const times: [text: string, seconds: number][] = [
    ["", 0],
    [" 09:31", 34260],
    [" 9:31:05", 34265],
    ["T09:31:05.250", 34265.25],
  ];
  const zones: [text: string, minutes: number | undefined][] = [
    ["", undefined],
    ["Z", 0],
    ["+08:00", 480],
    ["-0330", -210],
  ];
  for (const date of dates) {
    for (const [time, seconds] of times) {
      for (const [zone, offsetMinutes] of time === "" ? zones.slice(0, 1) : zones) {
        expect([date + time + zone, parseTimeText(date + time + zone)]).toEqual([
          date + time + zone,
          { ns: BigInt(1577923200 * 1e9) + BigInt(seconds * 1e9), offsetMinutes },
        ]);
      }
    }
  }
  expect(parseTimeText("20200102093500000")).toEqual({ ns: 1577957700000000000n, offsetMinutes: undefined });
  for (const none of ["2020-02-30", "20201301", "600000", "soon", "", "2020-01-02 25:00", "1577923200000"]) {
    expect(parseTimeText(none)).toBeUndefined();
  }
});

test("numbers are what strtod and Number make of them", async () => {
  const cell = fc.oneof(
    fc.double({ noNaN: true }).map(String),
    fc.tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat(24)).map(([digits, point]) => {
      const text = String(digits < 0n ? -digits : digits).padStart(point + 1, "0");
      return `${digits < 0n ? "-" : ""}${text.slice(0, text.length - point)}.${text.slice(text.length - point)}`;
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 40 }), async (cells) => {
      const rows = cells.map((text, i) => `2020-01-02,${i},${text},0.5\n`).join("");
      const panel = await openPanel(
        file("numbers.csv", `datetime,instrument,x,y\n2020-01-02,zz,0.5,1\n${rows}`),
      );
      for (const [i, text] of cells.entries()) {
        const row = panel.rowOf("2020-01-02", String(i));
        expect(panel.column("x").at(row)).toBe(Number(text));
      }
    }),
    propertyRuns(1807, 40),
  );
});

test("cells survive any quoting", async () => {
  const text = fc.string({ unit: fc.constantFrom('"', ",", "\n", "a", "平", " ", "\t", ";"), maxLength: 12 });
  const cells = fc.array(text, { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(cells, async (texts) => {
      const rows = texts.map((cell, i) => `2020-01-02,${i},"x${cell.replaceAll('"', '""')}",1\n`);
      const panel = await openPanel(file("quotes.csv", `datetime,instrument,c,d\n${rows.join("")}`));
      for (const [i, cell] of texts.entries()) {
        expect(panel.column("c").at(panel.rowOf("2020-01-02", String(i)))).toBe(`x${cell}`);
      }
    }),
    propertyRuns(1808, 60),
  );
});

test("a wide file has all its columns", async () => {
  const text = readFileSync(`${MESS}/wide-csv/wide_800.csv`, "utf8");
  const panel = await openPanel(`${MESS}/wide-csv/wide_800.csv`);
  expect(panel.columnNames.length).toBe(text.slice(0, text.indexOf("\n")).split(",").length - 2);
});
