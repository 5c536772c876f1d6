import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { convertFile, DataServiceError, openPanel, Panel, panelFromArrow, writeQlibBin } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();

/** Everything of a panel that a round trip must keep. */
function contentOf(panel: Panel): unknown {
  return {
    datetimes: panel.index.datetimes,
    offsets: Array.from({ length: panel.index.sessionCount + 1 }, (_, s) => panel.index.startOf(s)),
    keys: Array.from(panel.index.codes, (code) => panel.index.instruments[code]),
    columns: panel.columnNames.map((name) => {
      const { type, values, mask } = panel.column(name);
      return { name, type, values, mask };
    }),
  };
}

describe("panel.write", () => {
  let market: Panel;
  let mixed: Panel;
  beforeAll(async () => {
    market = await openPanel("data-fixtures/snapshot/daily_pv.h5");
    mixed = await openPanel("data-fixtures/hdf5/fixed_mixed_blocks.pd23.h5");
  });

  it.each([".h5", ".parquet", ".arrow", ".feather", ".csv"])(
    "and openPanel give the same panel back: %s",
    async (extension) => {
      for (const [name, panel] of [
        ["market", market],
        ["mixed", mixed],
      ] as const) {
        const path = join(folder, `${name}${extension}`);
        await panel.write(path);
        const back = await openPanel(path);
        if (extension !== ".csv") expect(contentOf(back)).toEqual(contentOf(panel));
        else {
          // CSV has no types: numbers come back as float64 or int64 with the same values.
          expect(back.columnNames).toEqual(panel.columnNames);
          expect(back.index.datetimes).toEqual(panel.index.datetimes);
          for (const column of panel.columnNames) {
            const [a, b] = [back.column(column), panel.column(column)];
            const single = b.type === "float32";
            const plain = (v: unknown) => (single ? Math.fround(Number(v)) : Number(v));
            expect(Array.from(a.values as ArrayLike<unknown>, plain)).toEqual(
              Array.from(b.values as ArrayLike<unknown>, Number),
            );
          }
        }
      }
    },
  );

  it("writes windows and joins, not only whole files", async () => {
    const window = market.window({
      universe: ["000004.SZ", "600001.SH"],
      bars: 30,
      fields: ["close", "volume"],
    });
    const path = join(folder, "window.arrow");
    await window.write(path);
    expect(contentOf(await openPanel(path))).toEqual(contentOf(window));
  });

  it("writes two-part column names where every column has a group, plain ones otherwise", async () => {
    const factors = await openPanel("data-fixtures/snapshot/combined_factors_df.parquet");
    const grouped = join(folder, "grouped.parquet");
    await factors.select(["mom_10d"]).rename({ mom_10d: "momentum" }).write(grouped);
    expect((await openPanel(grouped)).info.groups).toEqual(new Map([["momentum", "feature"]]));
    for (const extension of [".h5", ".parquet", ".arrow"]) {
      const mixed = join(folder, `mixed${extension}`);
      await market.select(["$close"]).join(factors).write(mixed);
      const back = await openPanel(mixed);
      expect(back.columnNames).toEqual(["$close", "mom_10d", "vol_20d"]);
      expect(back.info.groups?.size ?? 0).toBe(0);
    }
  });

  it.each(["~/a.parquet", "~/a.csv"])("writes into a folder that is called ~: %s", async (path) => {
    const before = process.cwd();
    mkdirSync(join(folder, "~"), { recursive: true });
    process.chdir(folder);
    try {
      await market.write(path);
      expect((await openPanel(path)).rowCount).toBe(market.rowCount);
    } finally {
      process.chdir(before);
    }
    expect(existsSync(join(folder, path))).toBe(true);
  });

  it("refuses a path that is not text", async () => {
    await expect(market.write(undefined as unknown as string)).rejects.toMatchObject({
      code: "bad-request",
      message: "write: undefined is not a path; give one as text",
    });
  });

  it("reports progress up to the last row", async () => {
    const seen: number[] = [];
    await market.write(join(folder, "progress.parquet"), { onProgress: ({ rows }) => seen.push(rows) });
    expect(seen.at(-1)).toBe(market.rowCount);
  });

  it("leaves the old file as it was when a write fails, and nothing beside it", async () => {
    const own = mkdtempSync(join(folder, "aistock-write-"));
    const path = join(own, "kept.h5");
    writeFileSync(path, "the old file");
    const broken = new Panel(
      market.index,
      new Map([
        ["$close", market.column("close")],
        ["name", market.withColumns({ name: Array.from(market.index.codes, String) }).column("name")],
      ]),
    );
    const error = await broken.write(path).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DataServiceError);
    expect((error as DataServiceError).code).toBe("unsupported");
    expect((error as DataServiceError).message).toBe(
      `${path}: column "name" holds text, which pandas' fixed HDF5 format can only pickle; write .parquet or .arrow instead, or leave the column out`,
    );
    expect((error as DataServiceError).details.path).toBe(path);
    expect(readFileSync(path, "utf8")).toBe("the old file");
    expect(readdirSync(own)).toEqual(["kept.h5"]);
  });

  it("names the formats it can write", async () => {
    await expect(market.write(join(folder, "x.xlsx"))).rejects.toThrow(
      `${join(folder, "x.xlsx")}: cannot tell the format to write from ".xlsx"; use .h5, .hdf, .hdf5, .parquet, .pq, .arrow, .feather, .ipc, .csv`,
    );
  });

  it.each([".hdf", ".hdf5", ".pq", ".ipc"])("takes the other names of its formats: %s", async (extension) => {
    const path = join(folder, `names${extension}`);
    await market.select(["$close"]).write(path);
    expect((await openPanel(path)).rowCount).toBe(market.rowCount);
  });

  it("says of a target that cannot be one what it is", async () => {
    const own = mkdtempSync(join(folder, "aistock-write-"));
    mkdirSync(join(own, "dir.csv"));
    for (const write of [
      market.write(join(own, "no", "x.h5")),
      market.write(join(own, "no", "x.csv")),
      writeQlibBin(market, join(own, "no", "x")),
    ]) {
      await expect(write).rejects.toMatchObject({
        code: "write-failed",
        message: expect.stringMatching(/x(\.\w+)?: there is no folder .+no; make it first$/),
      });
    }
    await expect(market.write(join(own, "dir.csv"))).rejects.toThrow(
      `${join(own, "dir.csv")}: a folder; give the name of a file in it`,
    );
    await expect(convertFile("data-fixtures/snapshot/daily_pv.h5", "-")).rejects.toThrow(
      'cannot write to "-" (stdout); name a file, or a folder for qlib',
    );
    expect(readdirSync(own)).toEqual(["dir.csv"]);
  });

  it("replaces a qlib folder as a whole", async () => {
    const path = join(folder, "qlib");
    await writeQlibBin(market.window({ universe: ["000004.SZ", "600001.SH"] }), path);
    await writeQlibBin(market, path); // holds all of the old one
    expect(readdirSync(join(path, "features"))).toHaveLength(48);
    await writeQlibBin(market.window({ universe: ["000004.SZ"] }), path, { replace: true });
    expect(readdirSync(join(path, "features"))).toEqual(["sz000004"]);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("does not replace a qlib folder that holds what the new one would not, but when told to", async () => {
    const path = join(folder, "provider");
    cpSync("data-fixtures/snapshot/qlib_bin", path, { recursive: true });
    writeFileSync(join(path, "calendars", "1min.txt"), "2020-01-02 09:31:00\n");
    writeFileSync(join(path, "features", "sz000004", "close.1min.bin"), new Uint8Array(8));
    const part = (await openPanel(path, { columns: ["close"], start: "2019-01-03" })).window({
      universe: ["SZ000004", "SH600001"],
    });
    await expect(writeQlibBin(part, path)).rejects.toMatchObject({
      code: "bad-request",
      message:
        `${path}: a qlib provider folder with what the new one would not have: the instrument list "csi8"; ` +
        'the calendar "1min"; 5 fields "factor", "high", "low", "open", "volume"; the file "close.1min.bin"; ' +
        '46 instruments "bj430009", "bj430019", "bj430029", "bj430039", "sh600000", "sh600002", "sh600003", "sh600010" and 38 more; ' +
        'the session "2019-01-02"; give a new folder, or lose that with replace: true (convert --force)',
    });
    expect(readdirSync(join(path, "instruments"))).toEqual(["all.txt", "csi8.txt"]);
    await writeQlibBin(part, path, { replace: true });
    expect(readdirSync(join(path, "instruments"))).toEqual(["all.txt"]);
  });

  it("never puts a qlib folder in the place of other files", async () => {
    const own = mkdtempSync(join(folder, "aistock-write-"));
    const file = join(own, "thesis");
    writeFileSync(file, "three years of work");
    await expect(writeQlibBin(market, own)).rejects.toThrow(
      `${own}: a folder that holds "thesis", which a qlib provider folder would replace; give a new folder`,
    );
    await expect(writeQlibBin(market, file)).rejects.toThrow(
      `${file}: a file, which a qlib provider folder would replace; give a new folder`,
    );
    expect(readFileSync(file, "utf8")).toBe("three years of work");
    expect(readdirSync(own)).toEqual(["thesis"]);
  });
});

describe("toArrow and panelFromArrow", () => {
  it.each([null, {}])("refuse what is not a table: %j", (table) => {
    expect(() => panelFromArrow(table as never)).toThrow(
      "panelFromArrow: what was given is not an Arrow table; give one of apache-arrow, such as tableFromIPC(bytes)",
    );
  });

  it("share the panel's buffers both ways", async () => {
    const panel = await openPanel("data-fixtures/snapshot/daily_pv.h5");
    const table = panel.toArrow();
    expect(table.numRows).toBe(panel.rowCount);
    expect(table.schema.fields.slice(0, 2).map(String)).toEqual([
      "datetime: Timestamp<NANOSECOND>",
      "instrument: Dictionary<Int32, Utf8>",
    ]);
    const close = panel.column("$close").values as Float32Array;
    expect((table.getChild("$close")!.data[0]!.values as Float32Array).buffer === close.buffer).toBe(true);
    const back = panelFromArrow(table);
    expect(contentOf(back)).toEqual(contentOf(panel));
    expect((back.column("$close").values as Float32Array).buffer === close.buffer).toBe(true);
  });
});
