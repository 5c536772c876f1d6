import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { openPanel, type Panel, panelFromColumns } from "#src/index.js";
import { convertFile } from "#src/open/convert.js";
import { convertInParts } from "#src/open/convert-in-parts.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();
const PARQUET = "data-fixtures/snapshot/static_factors.parquet";
const GROUPED = "data-fixtures/snapshot/combined_factors_df.parquet";
const PROVIDER = "data-fixtures/snapshot/qlib_bin";

function cellsOf(panel: Panel): unknown {
  return {
    datetimes: panel.index.datetimes,
    keys: Array.from(panel.index.codes, (code) => panel.index.instruments[code]),
    columns: panel.columnNames.map((name) => [name, panel.column(name).type, panel.column(name).values]),
  };
}

describe("files whose format reads into memory", () => {
  it("are converted some sessions at a time, with every cell in its place", async () => {
    const whole = await openPanel(PARQUET);
    const parts = join(folder, "parts.arrow");
    const seen: number[] = [];
    const cellsAtOnce = 7 * 40 * 60; // about 60 sessions of 7 columns and 40 instruments
    await convertInParts(PARQUET, parts, { onProgress: ({ rows }) => seen.push(rows) }, cellsAtOnce);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)).toBe(whole.rowCount);
    expect(cellsOf(await openPanel(parts))).toEqual(cellsOf(whole));
  });

  it("convert a CSV file in parts", async () => {
    const whole = await openPanel(PARQUET);
    const csv = join(folder, "factors.csv");
    await whole.write(csv);
    const seen: number[] = [];
    const parts = join(folder, "csv-parts.arrow");
    await convertInParts(csv, parts, { onProgress: ({ rows }) => seen.push(rows) }, 7 * 40 * 60);
    expect(seen.length).toBeGreaterThan(3);
    const back = await openPanel(parts);
    expect(cellsOf(back)).toEqual(cellsOf(await openPanel(csv)));
    expect(back.rowCount).toBe(whole.rowCount);
  });

  it.each([".h5", ".arrow", ".csv", ""])(
    "are converted by way of the parts, which does not stay: %s",
    async (extension) => {
      const own = mkdtempSync(join(folder, "aistock-convert-"));
      const to = join(own, `out${extension}`);
      const written = await convertFile(PARQUET, to, {
        partsAboveBytes: 0,
        columns: ["db_pb"],
        start: "2020-01-01",
      });
      expect(readdirSync(own)).toEqual([`out${extension}`]);
      const expected = (await openPanel(PARQUET)).window({ fields: ["db_pb"], start: "2020-01-01" });
      if (extension !== "") expect(written.rowCount).toBe(expected.rowCount);
      const row = expected.rowCount - 1;
      const { datetime, instrument } = expected.keyAt(row);
      const back = written.column("db_pb").at(written.rowOf(datetime, instrument));
      expect(Math.fround(back as number)).toBe(expected.column("db_pb").at(row));
    },
  );

  it.each([undefined, ["vol_20d"]])("keep the groups of their columns: %s", async (columns) => {
    const to = join(folder, "grouped.arrow");
    const written = await convertFile(GROUPED, to, { partsAboveBytes: 0, columns });
    const whole = await openPanel(GROUPED, { columns });
    expect(written.info.groups!.size).toBe(whole.columnNames.length);
    expect(written.info.groups).toEqual(whole.info.groups);
    expect(cellsOf(written)).toEqual(cellsOf(whole));
  });

  it("are not read into memory for the cache's sake", async () => {
    const cache = join(folder, "cache");
    await convertInParts(PARQUET, join(folder, "uncached.arrow"), { cache });
    expect(existsSync(cache)).toBe(false);
  });
});

describe("a qlib folder keeps the name of its bars", () => {
  const minutes = join(folder, "minutes");
  const names = (dir: string) => [
    readdirSync(join(dir, "calendars")),
    readdirSync(join(dir, "features", "sz000004")),
  ];

  it("which can be given another", async () => {
    const named = await convertFile(PROVIDER, minutes, { columns: ["close"], targetFreq: "1min" });
    expect(names(minutes)).toEqual([["1min.txt"], ["close.1min.bin"]]);
    expect(cellsOf(named)).toEqual(cellsOf(await openPanel(PROVIDER, { columns: ["close"] })));
  });

  it("and otherwise has that of the folder it came of", async () => {
    const again = join(folder, "again");
    const written = await convertFile(minutes, again, { freq: "1min" });
    expect(names(again)).toEqual(names(minutes));
    expect(cellsOf(written)).toEqual(cellsOf(await openPanel(minutes, { freq: "1min" })));
    await expect(convertFile(minutes, join(folder, "a.csv"), { targetFreq: "1min" })).rejects.toMatchObject({
      code: "bad-request",
      message: `${join(folder, "a.csv")}: the option "targetFreq" is for a qlib folder, whose name has no extension; leave it out`,
    });
  });
});

it("what is written is not copied into the cache", async () => {
  const cache = join(folder, "own-cache");
  const [instruments, rows] = [1024, 1 << 16];
  const large = panelFromColumns({
    datetime: BigInt64Array.from({ length: rows }, (_, row) => BigInt(Math.floor(row / instruments))),
    instrument: Array.from({ length: rows }, (_, row) => `i${row % instruments}`),
    // more than the 16 MB that a file has which is cached unasked
    columns: Object.fromEntries(Array.from({ length: 33 }, (_, k) => [`x${k}`, new Float64Array(rows)])),
  });
  const from = join(folder, "large.parquet");
  await large.write(from);
  vi.stubEnv("AISTOCK_DATA_CACHE", cache);
  try {
    const written = await convertFile(from, join(folder, "large.h5"), { partsAboveBytes: 0 });
    expect(written.rowCount).toBe(rows);
    expect(existsSync(cache)).toBe(false);
  } finally {
    vi.unstubAllEnvs();
  }
});
