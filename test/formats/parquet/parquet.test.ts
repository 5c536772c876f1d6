import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { WritableTable } from "#src/columns/table.js";
import { DataServiceError } from "#src/errors.js";
import { openParquet } from "#src/formats/parquet/open.js";
import { writeParquet } from "#src/formats/parquet/write.js";
import { openPanel } from "#src/open/open-panel.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { panelFromTable } from "#src/open/panel-from-table.js";
import { isoNs } from "#src/time.js";
import { scratchFolder } from "../../scratch-folder.js";
import { ARROW25, expectFixture, FIXTURES, writable } from "../fixture-table.js";

const folder = scratchFolder();

describe("what pandas and pyarrow write", () => {
  const names = [
    ..."index plain_columns row_groups no_dictionary data_page_2 no_arrow_schema no_metadata shuffled".split(
      " ",
    ),
    ..."gzip zstd brotli lz4 none".split(" ").map((codec) => `codec_${codec}`),
  ];
  test.each(names)("%s", async (name) => {
    const panel = await openPanel(`${FIXTURES}/${name}.parquet`);
    expectFixture(panel);
    expect(panel.columnNames).toEqual([
      "$close",
      "f64",
      "n",
      "big",
      "flag",
      "note",
      "when",
      "maybe",
      "perhaps",
    ]);
    expect(panel.columnNames.map((column) => panel.column(column).type)).toEqual([
      "float32",
      "float64",
      "int32",
      "int64",
      "bool",
      "string",
      "datetime",
      "int16",
      "bool",
    ]);
  });

  test.each([
    ["timestamp_us", 1_000n],
    ["timestamp_ms", 1_000_000n],
    ["int96", 1n],
    ["version_1", 1_000n],
    ["date32", 86_400_000_000_000n],
  ])("%s", async (name, unitNs) => {
    expectFixture(await openPanel(`${FIXTURES}/${name}.parquet`), unitNs);
  });

  test("a zone that the Arrow schema alone tells is the one whose wall clock is shown", async () => {
    const columns = ["when", "utc", "none"];
    const panel = await openPanel(`${ARROW25}/zones.parquet`, { columns });
    expect(panel.index.timezone).toBe("Asia/Shanghai");
    expect(isoNs(panel.index.datetimes[0]!)).toBe("2020-01-02T09:30:00");
    const shown = (name: string) => isoNs(panel.column(name).values[0] as bigint);
    expect([shown("when"), shown("utc")]).toEqual(["2020-01-01T20:30:00", "2020-01-02T01:30:00"]);
    const plain = await openPanel(`${ARROW25}/zones_no_arrow_schema.parquet`, { columns });
    expect([plain.index.timezone, isoNs(plain.index.datetimes[0]!)]).toEqual(["UTC", "2020-01-02T01:30:00"]);
    expect(plain.column("none").type).toBe("float64");
    expect(plain.column("none").values).toEqual(new Float64Array(3).fill(Number.NaN));
  });

  test("decimals of more digits than DuckDB holds are refused, as others are", async () => {
    const panel = await openPanel(`${ARROW25}/zones.parquet`);
    expect(() => panel.column("big").values).toThrow(
      'column "big" holds values of the type DECIMAL(50,2), which a panel cannot hold',
    );
    expect(panel.column("none").type).toBe("float64");
  });

  test("a time zone is shown by its wall clock", async () => {
    const panel = await openPanel(`${FIXTURES}/time_zone.parquet`);
    expect(panel.index.timezone).toBe("Asia/Shanghai");
    expectFixture(panel);
    const part = await openPanel(`${FIXTURES}/time_zone.parquet`, { start: "2020-01-03", end: "2020-01-03" });
    expect(part.keyAt(0).datetime.toISOString()).toBe("2020-01-03T00:00:00.000Z");
    expect(part.rowCount).toBe(10);
  });

  test("two-part column names give name and group", async () => {
    const table = await openParquet(`${FIXTURES}/two_level_columns.parquet`, {
      columns: ["feature/f64", "close"],
    });
    expect([...table.columns.keys()]).toEqual(["f64", "$close"]);
    expect(table.groups).toEqual(
      new Map([
        ["f64", "feature"],
        ["$close", "feature"],
      ]),
    );
    expectFixture(panelFromTable(table));
  });

  test("a date range leaves row groups out while reading", async () => {
    const request = { startNs: 1577923200000000000n, endNs: 1578009600000000000n, columns: ["n"] };
    const table = await openParquet(`${FIXTURES}/row_groups.parquet`, request);
    expect(table.keys.rowCount).toBe(24); // of 40, in row groups of 8
    const panel = await openPanel(`${FIXTURES}/row_groups.parquet`, {
      start: "2020-01-03",
      end: "2020-01-06",
    });
    expect(panel.rowCount).toBe(20);
  });

  test("without the two keys it is refused", async () => {
    const path = `${FIXTURES}/bad_flat_index.parquet`;
    await expect(openPanel(path)).rejects.toThrow(
      `${path}: no key datetime (a timestamp, a date, or text or digits such as 20200102); its columns are "$close", "f64", "n", "big", "flag", "note", "when", "maybe" and 2 more, its index "instrument"; `,
    );
  });
});

describe("the research snapshot", () => {
  test("alpha158.parquet equals alpha158.h5", async () => {
    const [a, b] = await Promise.all(
      ["parquet", "h5"].map((extension) => openPanel(`data-fixtures/snapshot/alpha158.${extension}`)),
    );
    expect(a!.columnNames).toEqual(b!.columnNames);
    expect(a!.index.instruments).toEqual(b!.index.instruments);
    expect(a!.index.datetimes).toEqual(b!.index.datetimes);
    expect(a!.index.codesOf(0, a!.rowCount)).toEqual(b!.index.codesOf(0, b!.rowCount));
    for (const name of a!.columnNames) expect(a!.column(name).values, name).toEqual(b!.column(name).values);
  });

  test("combined_factors_df.parquet holds the columns of result_mom.h5 and result_vol.h5", async () => {
    const combined = await openPanel("data-fixtures/snapshot/combined_factors_df.parquet");
    expect(combined.columnNames).toEqual(["mom_10d", "vol_20d"]);
    const { keys, groups } = combined.table();
    expect(groups).toEqual(
      new Map([
        ["mom_10d", "feature"],
        ["vol_20d", "feature"],
      ]),
    );
    for (const [file, name] of [
      ["result_mom", "mom_10d"],
      ["result_vol", "vol_20d"],
    ] as const) {
      const result = await openPanel(`data-fixtures/snapshot/${file}.h5`);
      for (let row = 0; row < keys.rowCount; row += 97) {
        const { datetime, instrument } = combined.keyAt(row);
        const there = result.rowOf(datetime, instrument);
        expect(combined.column(name).at(row)).toEqual(result.column(name).at(there));
      }
    }
  });

  test("static_factors.parquet holds the columns of daily_basic.h5", async () => {
    const joined = await openPanel("data-fixtures/snapshot/static_factors.parquet", { columns: ["db_pb"] });
    const basic = await openPanel("data-fixtures/snapshot/daily_basic.h5", { columns: ["db_pb"] });
    expect(joined.rowCount).toBeGreaterThanOrEqual(basic.rowCount);
    for (let row = 0; row < basic.rowCount; row += 31) {
      const { datetime, instrument } = basic.keyAt(row);
      expect(joined.column("db_pb").at(joined.rowOf(datetime, instrument))).toBe(
        basic.column("db_pb").at(row),
      );
    }
  });
});

describe("round trips", () => {
  test("every type, groups and masks", async () => {
    const path = join(folder, "ours.parquet");
    const panel = await openPanel(`${FIXTURES}/index.parquet`);
    const groups = new Map([["f64", "feature"]]);
    const seen: number[] = [];
    await writeParquet(path, { ...writable(panel), groups }, ({ rows }) => seen.push(rows));
    expectFixture(await openPanel(path));
    expect((await openParquet(path, {})).groups).toEqual(groups);
    expect(seen).toEqual([40]);
  });

  test("more rows than one row group, in order", async () => {
    const sessions = 700;
    const names = Array.from({ length: 300 }, (_, i) => `${String(i).padStart(6, "0")}.SZ`);
    const rows = sessions * names.length;
    const panel = panelFromColumns({
      datetime: BigInt64Array.from(
        { length: rows },
        (_, row) => BigInt(Math.floor(row / 300)) * 86_400_000_000_000n,
      ),
      instrument: Array.from({ length: rows }, (_, row) => names[row % 300]!),
      columns: { x: Float64Array.from({ length: rows }, (_, row) => row) },
    });
    const path = join(folder, "big.parquet");
    await writeParquet(path, writable(panel));
    const back = await openPanel(path);
    expect(back.column("x").values).toEqual(panel.column("x").values);
    expect(back.index.codesOf(0, rows)).toEqual(panel.index.codesOf(0, rows));
  });

  test("an empty table", async () => {
    const path = join(folder, "empty.parquet");
    const panel = await openPanel(`${FIXTURES}/index.parquet`, { start: "2030-01-01" });
    await writeParquet(path, writable(panel));
    const back = await openPanel(path);
    expect([back.rowCount, back.columnNames]).toEqual([0, panel.columnNames]);
  });

  test("a column that cannot be read stops the write with its own error", async () => {
    const panel = await openPanel(`${FIXTURES}/index.parquet`);
    const error = new DataServiceError("corrupt", "the source is damaged");
    const broken = {
      ...panel.column("n"),
      type: "int32",
      length: panel.rowCount,
      read: () => raise(error),
    } as const;
    const table: WritableTable = {
      keys: panel.index,
      columns: new Map([["n", { ...broken, gather: () => raise(error) }]]),
    };
    await expect(writeParquet(join(folder, "broken.parquet"), table)).rejects.toBe(error);
  });
});

function raise(error: Error): never {
  throw error;
}

describe("damaged files", () => {
  const bytes = readFileSync(`${FIXTURES}/row_groups.parquet`);

  test("cut anywhere", async () => {
    const path = join(folder, "cut.parquet");
    for (let length = 4; length < bytes.length; length += 1501) {
      writeFileSync(path, bytes.subarray(0, length));
      await expect(openParquet(path, {})).rejects.toThrow(DataServiceError);
    }
    writeFileSync(path, bytes.subarray(0, 1000));
    await expect(openParquet(path, {})).rejects.toThrow(`${path}: not a whole Parquet file: `);
  });

  test("bytes changed", async () => {
    const path = join(folder, "flip.parquet");
    let seed = 3;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 40; round++) {
      const mutant = Buffer.from(bytes);
      for (let flips = 1 + random(3); flips > 0; flips--) mutant[random(mutant.length)] = random(256);
      writeFileSync(path, mutant);
      try {
        await openParquet(path, {});
      } catch (error) {
        expect(error).toBeInstanceOf(DataServiceError);
      }
    }
  });
});
