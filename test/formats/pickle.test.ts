import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isKnownName } from "#src/formats/pickle/known-names.js";
import { plainData } from "#src/formats/pickle/plain-data.js";
import { readPickle } from "#src/formats/pickle/read-pickle.js";
import { NotAPickle, type PickleValue, UnknownName } from "#src/formats/pickle/values.js";
import { openPanel } from "#src/open/open-panel.js";
import { openPickle } from "#src/open/open-pickle.js";
import { formatNs } from "#src/time.js";
import { mulberry32 } from "../panel/random-panel.js";
import { scratchFolder } from "../scratch-folder.js";
import { sharedFixtures } from "../shared-fixtures.js";

const FOLDER = "data-fixtures/pickles";
const scratch = scratchFolder();

interface Expected {
  readonly report: { readonly columns: string[]; readonly index: string[]; readonly values: number[][] };
  readonly pred: number[];
  readonly pred_index: [string, string][];
  readonly positions_days: string[];
}

describe.each(["pd11", "pd15", "pd22"])("pickles of pandas, %s", (tag) => {
  const expected = JSON.parse(readFileSync(join(FOLDER, tag, "expected.json"), "utf8")) as Expected;

  it.each(["pred.pkl", "pred_series.pkl"])("%s is a panel", async (name) => {
    const panel = await openPanel(join(FOLDER, tag, name));
    expect([...panel.column(panel.columnNames[0]!).floats()]).toEqual(expected.pred);
    const keys = panel.toRows().map(({ datetime, instrument }) => [datetime, instrument]);
    const wanted = expected.pred_index.map(([date, code]) => [date, code]);
    expect(
      keys.map(([time, code]) => [formatNs(BigInt((time as Date).getTime()) * 1_000_000n), code]),
    ).toEqual(wanted);
  });

  it("label.pkl keeps its float32", async () => {
    const panel = await openPanel(join(FOLDER, tag, "label.pkl"));
    expect(panel.columnNames).toEqual(["LABEL0"]);
    expect(panel.column("LABEL0").type).toBe("float32");
  });

  it.each(["ret.pkl", "ret_protocol2.pkl", "report_normal_1day.pkl"])(
    "%s is a table by date",
    async (name) => {
      const opened = await openPickle(join(FOLDER, tag, name));
      if (opened.kind !== "table") throw new Error(`a ${opened.kind}`);
      const { columns } = opened;
      expect([...columns.keys()].slice(1)).toEqual(expected.report.columns);
      const dates = columns.get([...columns.keys()][0]!)!.read(0, expected.report.index.length).values;
      expect(Array.from(dates as BigInt64Array, formatNs)).toEqual(expected.report.index);
      for (const [i, column] of expected.report.columns.entries()) {
        const { values } = columns.get(column)!.read(0, expected.report.index.length);
        expect(Array.from(values as Float64Array), column).toEqual(
          expected.report.values.map((row) => row[i]),
        );
      }
      expect(opened.toArrow().numRows).toBe(expected.report.index.length);
    },
  );

  it("positions are plain data by date", async () => {
    const opened = await openPickle(join(FOLDER, tag, "positions_normal_1day.pkl"));
    if (opened.kind !== "data") throw new Error(`a ${opened.kind}`);
    const days = opened.data as Record<string, { cash: number; stocks: Record<string, { amount: number }> }>;
    expect(Object.keys(days)).toEqual(expected.positions_days);
    const [first] = Object.values(days);
    expect(first!.cash).toBe(4964756.996903326);
    expect(Object.values(first!.stocks).every(({ amount }) => amount > 0)).toBe(true);
  });

  it("every other one opens: columns of whole numbers and None, two-level labels, series by date", async () => {
    for (const name of readdirSync(join(FOLDER, tag)).filter((file) => file.endsWith(".pkl"))) {
      const opened = await openPickle(join(FOLDER, tag, name));
      if (opened.kind === "table") expect(opened.toArrow().numRows, name).toBeGreaterThan(0);
    }
  });
});

describe("pickles that are no tables of research", () => {
  it("are refused by the name of what they hold, and nothing is run", async () => {
    const path = join(scratch, "evil.pkl");
    writeFileSync(path, "\x80\x04cposix\nsystem\n(Vtouch /tmp/x\ntR.", "latin1");
    await expect(openPickle(path)).rejects.toMatchObject({
      code: "unsupported",
      details: { field: "posix.system" },
      message: expect.stringContaining("the pickle holds a posix.system, which is not read"),
    });
    await expect(openPanel(path)).rejects.toMatchObject({ details: { field: "posix.system" } });
  });

  it("are told what to do where a frame has no such index", async () => {
    await expect(openPanel(join(FOLDER, "pd22", "ret.pkl"))).rejects.toMatchObject({
      code: "flat-index",
      message: expect.stringContaining("openPickle gives it as an Arrow table"),
    });
  });

  it("give an error of ours or a whole value for any damage", async () => {
    const random = mulberry32(22);
    for (const tag of ["pd11", "pd22"]) {
      for (const name of ["ret.pkl", "pred.pkl", "positions_normal_1day.pkl", "ret_protocol2.pkl"]) {
        const bytes = readFileSync(join(FOLDER, tag, name));
        for (let i = 0; i < 60; i++) {
          const damaged = Uint8Array.from(
            bytes.subarray(0, random() < 0.3 ? Math.floor(random() * bytes.length) : undefined),
          );
          for (let k = 0; k < 3 && damaged.length > 0; k++) {
            damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
          }
          const path = join(scratch, "damaged.pkl");
          writeFileSync(path, damaged);
          const opened = await openPickle(path).catch((error: unknown) => error);
          if (opened instanceof Error) expect(opened.name, String(opened.stack)).toBe("DataServiceError");
        }
      }
    }
  });
});

describe("readPickle", () => {
  const of = (text: string) => Buffer.from(text, "latin1");

  it("puts values together, of any protocol", () => {
    const whole = readPickle(
      of("\x80\x02}q\x00(X\x01\x00\x00\x00aq\x01K\x01X\x01\x00\x00\x00bq\x02]q\x03(K\x02h\x03eu."),
    ) as Map<string, unknown>;
    expect([...whole.keys()]).toEqual(["a", "b"]);
    const list = whole.get("b") as unknown[];
    expect(list).toHaveLength(2);
    expect(list[1]).toBe(list); // it holds itself
    expect(plainData(list as PickleValue)).toBeUndefined();
    expect(readPickle(of("(lp0\nI1\naI01\naL12345678901234567890L\na."))).toEqual([
      1,
      true,
      12345678901234567890n,
    ]);
    expect(readPickle(of("\x80\x04\x8a\x02\xff\x00\x85."))).toEqual([255]);
  });

  it("says which name is not known", () => {
    expect(() => readPickle(of("\x80\x04\x8c\x02os\x8c\x06system\x93."), isKnownName)).toThrow(
      new UnknownName("os.system"),
    );
  });

  it.each([
    "",
    "\x80\x04",
    "\x80\x04.",
    "\x80\x04K\x01K\x02e.",
    "\x80\x04X\xff\xff\xff\x7fa.",
    "\x80\x04h\x01.",
    "Pabc\n.",
  ])("refuses what is no whole pickle: %j", (text) => {
    expect(() => readPickle(of(text))).toThrow(NotAPickle);
  });
});

describe.skipIf(!sharedFixtures("backtest"))("real pickles of qlib and RD-Agent", () => {
  it("all open", async () => {
    const folder = sharedFixtures("backtest")!;
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".pkl"),
    );
    expect(paths.length).toBeGreaterThan(80);
    for (const path of paths) {
      const opened = await openPickle(join(folder, path));
      const expected = /\/positions_normal/.test(path)
        ? "data"
        : /pred|label\.pkl/.test(path)
          ? "panel"
          : undefined;
      if (expected) expect(opened.kind, path).toBe(expected);
    }
  });
});
