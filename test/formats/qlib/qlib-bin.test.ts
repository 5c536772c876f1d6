import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { openQlibBin } from "#src/formats/qlib/open.js";
import { writeQlibBin } from "#src/formats/qlib/write.js";
import { otherSpelling } from "#src/names/instrument-code.js";
import { openPanel } from "#src/open/open-panel.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { scratchFolder } from "../../scratch-folder.js";
import { writable } from "../fixture-table.js";

const PROVIDER = "data-fixtures/snapshot/qlib_bin";
const FIELDS = ["$close", "$factor", "$high", "$low", "$open", "$volume"];
const folder = scratchFolder();

describe("the provider folder of the snapshot", () => {
  test("equals daily_pv.h5 on its rows; the others are fillers, all NaN", async () => {
    const [bin, pv] = await Promise.all([
      openPanel(PROVIDER),
      openPanel("data-fixtures/snapshot/daily_pv.h5"),
    ]);
    expect(bin.columnNames).toEqual(FIELDS);
    expect(bin.index.instruments).toEqual(pv.index.instruments.map((code) => otherSpelling(code)).sort());
    const found = new Uint8Array(bin.rowCount);
    const there = Uint32Array.from({ length: pv.rowCount }, (_, row) => {
      const { datetime, instrument } = pv.keyAt(row);
      return bin.rowOf(datetime, otherSpelling(instrument)!);
    });
    for (const row of there) found[row] = 1;
    const fillers = Uint32Array.from([...found.keys()].filter((row) => found[row] === 0));
    expect(fillers.length).toBe(bin.rowCount - pv.rowCount);
    const empty = new Uint8Array(pv.rowCount).fill(1);
    for (const field of FIELDS) {
      const values = bin.column(field).values as Float32Array;
      const theirs = pv.column(field).values as Float32Array;
      expect(Float32Array.from(there, (row) => values[row]!)).toEqual(theirs);
      expect(fillers.every((row) => Number.isNaN(values[row]))).toBe(true);
      for (const [row, value] of theirs.entries()) if (!Number.isNaN(value)) empty[row] = 0;
    }
    const dense = await openPanel(PROVIDER, { keepEmptyRows: false });
    expect(dense.rowCount).toBe(pv.rowCount - empty.reduce((sum, flag) => sum + flag, 0));
  });

  test("a list with several spans leaves out the rows between them", async () => {
    const all = await openPanel(PROVIDER);
    const some = await openPanel(PROVIDER, { freq: "day", instruments: "csi8", columns: ["close"] });
    const calendar = readFileSync(`${PROVIDER}/calendars/day.txt`, "utf8").trim().split("\n");
    const lines = readFileSync(`${PROVIDER}/instruments/csi8.txt`, "utf8").trim().split("\n");
    const [expected, found]: [unknown[], unknown[]] = [[], []];
    for (const line of lines) {
      const [code, start, end] = line.split("\t") as [string, string, string];
      for (const day of calendar) {
        const there = day < start || day > end ? -1 : all.rowOf(day, code);
        if (there < 0) continue;
        expected.push(all.column("$close").at(there));
        found.push(some.column("$close").at(some.rowOf(day, code)));
      }
    }
    expect(found).toEqual(expected);
    expect(some.rowCount).toBe(expected.length);
    expect(some.columnNames).toEqual(["close"]);
  });

  test("a date range", async () => {
    const part = await openPanel(PROVIDER, {
      start: "2019-03-01",
      end: "2019-03-29",
      columns: ["$open", "close"],
    });
    const window = (await openPanel(PROVIDER)).window({
      start: "2019-03-01",
      end: "2019-03-29",
      fields: ["$open", "$close"],
    });
    expect(part.rowCount).toBe(window.rowCount);
    for (const field of ["$open", "$close"])
      expect(part.column(field).values).toEqual(window.column(field).values);
  });

  test("reads of parts equal the whole", async () => {
    const source = (await openQlibBin(PROVIDER, {})).columns.get("$close")!;
    const whole = source.read(0, source.length).values as Float32Array;
    expect(source.read(1000, 5003).values).toEqual(whole.subarray(1000, 5003));
    const rows = Uint32Array.of(3, 700, 701, 9000);
    expect(source.gather(rows).values).toEqual(Float32Array.from(rows, (row) => whole[row]!));
    expect(source.read(7, 7).values).toHaveLength(0);
  });

  test("an unknown frequency, list and field", async () => {
    await expect(openPanel(PROVIDER, { freq: "1min" })).rejects.toThrow(
      `${PROVIDER}: no frequency "1min"; calendars holds "day"`,
    );
    await expect(openPanel(PROVIDER, { instruments: "csi9" })).rejects.toThrow(
      `${PROVIDER}: no instrument list "csi9"; did you mean "csi8"?`,
    );
    await expect(openPanel(PROVIDER, { instruments: "../calendars/day" })).rejects.toThrow(
      `${PROVIDER}: no instrument list "../calendars/day"; instruments holds "all", "csi8"`,
    );
    await expect(openPanel(PROVIDER, { columns: ["clsoe"] })).rejects.toThrow(
      `unknown field "clsoe" in ${PROVIDER}; did you mean "$close"?`,
    );
  });
});

describe("damaged folders", () => {
  const dir = join(folder, "bad");
  const field = join(dir, "features/sz000001/close.day.bin");
  beforeEach(() => {
    rmSync(dir, { recursive: true, force: true });
    for (const part of ["calendars", "instruments", "features/sz000001"])
      mkdirSync(join(dir, part), { recursive: true });
    writeFileSync(join(dir, "calendars/day.txt"), "2020-01-02\n2020-01-03\n2020-01-06\n");
    writeFileSync(join(dir, "instruments/all.txt"), "SZ000001\t2020-01-01\t2020-12-31\nSH600000\n");
    writeFileSync(field, Buffer.from(Float32Array.of(1, 7, 8).buffer));
  });

  test("as it is, it opens; an instrument without a folder has no rows", async () => {
    const panel = await openPanel(dir);
    expect(panel.toRows()).toEqual([
      { datetime: new Date("2020-01-03"), instrument: "SZ000001", $close: 7 },
      { datetime: new Date("2020-01-06"), instrument: "SZ000001", $close: 8 },
    ]);
  });

  test("a list of which no instrument has a folder is refused", async () => {
    writeFileSync(join(dir, "instruments/none.txt"), "SH600000\t2020-01-01\t2020-12-31\n");
    await expect(openPanel(dir, { instruments: "none", columns: ["$close"] })).rejects.toThrow(
      'none of the 1 instruments of the list "none" has a folder in features: it has "SH600000", features "sz000001"',
    );
  });

  test.each([
    [
      "no whole number of values",
      Buffer.alloc(7),
      "it has 7 bytes, which is no whole number of float32 values",
    ],
    ["empty", Buffer.alloc(0), "it has 0 bytes, which is no whole number of float32 values"],
    [
      "no position",
      Buffer.from(Float32Array.of(Number.NaN, 7).buffer),
      "it holds 1 values from position NaN of a calendar of 3 sessions",
    ],
    [
      "before the calendar",
      Buffer.from(Float32Array.of(-1, 7).buffer),
      "it holds 1 values from position -1 of a calendar of 3 sessions",
    ],
  ])("a field file that is %s", async (_, bytes, what) => {
    writeFileSync(field, bytes);
    await expect(openPanel(dir)).rejects.toThrow(
      `${field}: not a qlib field: ${what}; write the folder again`,
    );
  });

  test("lists", async () => {
    const calendar = join(dir, "calendars/day.txt");
    writeFileSync(calendar, "2020-01-03\n2020-01-02\n");
    await expect(openPanel(dir)).rejects.toThrow(
      `${calendar}: line 2 is not after the one before; a calendar is sorted and has no repeats`,
    );
    writeFileSync(calendar, "soon\n");
    await expect(openPanel(dir)).rejects.toThrow(`${calendar}: line 1 has "soon" where a date is expected`);
    writeFileSync(calendar, "2020-01-02\n");
    const list = join(dir, "instruments/all.txt");
    writeFileSync(list, "../../etc\t2020-01-01\t2020-12-31\n");
    await expect(openPanel(dir)).rejects.toThrow(`${list}: line 1 does not begin with an instrument code`);
  });

  test("a span that ends before it starts", async () => {
    const list = join(dir, "instruments/all.txt");
    writeFileSync(list, "SZ000001\t2020-01-06\t2020-01-03\n");
    await expect(openPanel(dir)).rejects.toThrow(
      `${list}: line 1 ends on 2020-01-03, before it starts on 2020-01-06`,
    );
  });

  test("a file that changes between reads", async () => {
    const table = await openQlibBin(dir, {});
    writeFileSync(field, Buffer.from(Float32Array.of(1, 7, 8, 9).buffer));
    expect(() => table.columns.get("$close")!.read(0, 2)).toThrow(
      `${field}: the file was written to since it was opened; open it again`,
    );
  });
});

describe("writing", () => {
  test("gives the bytes of the folder it was read from", async () => {
    const dir = join(folder, "copy");
    const source = join(folder, "source");
    cpSync(PROVIDER, source, { recursive: true });
    const panel = await openPanel(source);
    await writeQlibBin(dir, writable(panel));
    for (const path of [
      "calendars/day.txt",
      "features/sh600010/close.day.bin",
      "features/bj430029/volume.day.bin",
    ]) {
      expect(readFileSync(join(dir, path)).equals(readFileSync(join(PROVIDER, path))), path).toBe(true);
    }
    const list = (from: string) => readFileSync(join(from, "instruments/all.txt"), "utf8").split("\n").sort();
    expect(list(dir)).toEqual(list(PROVIDER));
    const back = await openPanel(dir);
    expect(back.index.codesOf(0, back.rowCount)).toEqual(panel.index.codesOf(0, panel.rowCount));
    for (const field of FIELDS) expect(back.column(field).values).toEqual(panel.column(field).values);
  });

  test("rows that are not there become NaN, other numbers float32", async () => {
    const dir = join(folder, "holes");
    const panel = panelFromColumns({
      datetime: ["2020-01-03", "2020-01-06", "2020-01-07", "2020-01-07"],
      instrument: ["000001.SZ", "600000.SH", "000001.SZ", "600000.SH"],
      columns: { Close: Float64Array.of(1, 3, 2, 4), n: Int32Array.of(4, 5, 6, 7) },
    });
    await writeQlibBin(dir, writable(panel));
    expect(readFileSync(join(dir, "instruments/all.txt"), "utf8")).toBe(
      "SZ000001\t2020-01-03\t2020-01-07\nSH600000\t2020-01-06\t2020-01-07\n",
    );
    expect(readFileSync(join(dir, "features/sz000001/close.day.bin"))).toEqual(
      Buffer.from(Float32Array.of(0, 1, Number.NaN, 2).buffer),
    );
    expect(readFileSync(join(dir, "features/sh600000/n.day.bin"))).toEqual(
      Buffer.from(Float32Array.of(1, 5, 7).buffer),
    );
    expect((await openPanel(dir, { keepEmptyRows: false })).rowCount).toBe(4);
  });

  test("folders are found in any case, and a list that spaces part is told", async () => {
    const dir = join(folder, "case");
    const panel = panelFromColumns({
      datetime: ["2020-01-02"],
      instrument: ["SZ000001"],
      columns: { x: Float32Array.of(1) },
    });
    await writeQlibBin(dir, writable(panel));
    renameSync(join(dir, "features/sz000001"), join(dir, "features/SZ000001"));
    expect((await openPanel(dir)).column("x").at(0)).toBe(1);
    writeFileSync(join(dir, "instruments/spaces.txt"), "SZ000001 2020-01-02 2020-01-02\n");
    await expect(openPanel(dir, { instruments: "spaces" })).rejects.toThrow(
      'the list "spaces" has the instrument "SZ000001 2020-01-02 2020-01-02", and none that has a folder in features; its lines are a code, the first and the last day, with tabs between them',
    );
  });

  test("what qlib cannot hold is refused", async () => {
    const key = { datetime: ["2020-01-03", "2020-01-03"], instrument: ["000001.SZ", "SZ000001"] };
    const write = (columns: Record<string, Float32Array | string[]>, instrument = key.instrument) =>
      writeQlibBin(join(folder, "refused"), writable(panelFromColumns({ ...key, instrument, columns })));
    const x = Float32Array.of(1, 2);
    await expect(write({ x })).rejects.toThrow(
      'two instruments would both be "SZ000001" in a qlib folder; rename or leave out one',
    );
    await expect(write({ $x: x, X: x }, ["a", "b"])).rejects.toThrow(
      'two columns would both be "x" in a qlib folder; rename or leave out one',
    );
    await expect(write({ s: ["a", "b"] }, ["a", "b"])).rejects.toThrow(
      'column "s" is of type string; a qlib folder holds numbers only, leave it out with select',
    );
    await expect(write({ x }, ["a", "../b"])).rejects.toThrow(
      'instrument "../b" cannot be the name of a folder',
    );
    for (const name of [" a ", "a,b", "a\u00a0"]) {
      await expect(write({ x }, [name, "c"])).rejects.toThrow(
        `instrument ${JSON.stringify(name)} cannot be the name of a folder and a part of a line in an instrument list; rename it`,
      );
    }
  });
});
