import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeLosses } from "#src/formats/write-losses.js";
import { openPanel } from "#src/index.js";
import { formatNs, parseTimeNs, utcToWallClock, wallClockToUtc } from "#src/time.js";
import { cli } from "../../cli/run-cli.js";
import { scratchFolder } from "../../scratch-folder.js";

const ZONED = "data-fixtures/hdf5/table_tz.pd15.h5";
const folder = scratchFolder();

describe("the UTC times of a wall clock", () => {
  const times = (...texts: string[]) => BigInt64Array.from(texts, (text) => parseTimeNs(text, "time"));
  const utc = (zone: string, ...texts: string[]) => {
    const found = wallClockToUtc(times(...texts), zone);
    return found && Array.from(found, formatNs);
  };

  it("are those at which the clocks of the zone show it, beside changes of the clock too", () => {
    expect(utc("Asia/Shanghai", "2020-01-02", "2020-06-01 09:30")).toEqual([
      "2020-01-01 16:00:00",
      "2020-06-01 01:30:00",
    ]);
    expect(utc("+05:30", "2020-01-02 05:30")).toEqual(["2020-01-02"]);
    const change = times("2020-11-01 00:30", "2020-11-01 01:30", "2020-11-01 02:30", "2020-03-08 03:00");
    const there = wallClockToUtc(change, "America/New_York")!;
    expect(Array.from(there, formatNs)).toEqual([
      "2020-11-01 04:30:00",
      "2020-11-01 05:30:00", // the earlier of two
      "2020-11-01 07:30:00",
      "2020-03-08 07:00:00",
    ]);
    expect(utcToWallClock(there, "America/New_York")).toEqual(change);
  });

  it("are none where they never show it, or there is no such zone", () => {
    expect(utc("America/New_York", "2020-03-08 02:30")).toBeUndefined();
    expect(utc("Mars/Base", "2020-03-08")).toBeUndefined();
  });
});

/** The first Python that has pandas and PyTables. */
const python = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import pandas, tables"]).status === 0,
);

describe("a table with a time zone", () => {
  it("keeps it in HDF5, Parquet and Arrow", async () => {
    const panel = await openPanel(ZONED);
    expect(panel.index.timezone).toBe("Asia/Shanghai");
    for (const extension of [".h5", ".parquet", ".arrow"]) {
      const path = join(folder, `zoned${extension}`);
      await panel.write(path);
      const back = await openPanel(path);
      expect(back.index.timezone).toBe("Asia/Shanghai");
      expect(back.index.datetimes).toEqual(panel.index.datetimes);
      expect(writeLosses(path, panel.table())).toEqual([]);
    }
  });

  it.skipIf(python === undefined)("in HDF5 is the same to pandas as the one it wrote", async () => {
    const path = join(folder, "for-pandas.h5");
    await (await openPanel(ZONED)).write(path);
    const script = `
import sys, pandas as pd
a, b = (pd.read_hdf(p, "data").sort_index().index.get_level_values("datetime") for p in sys.argv[1:])
print(a.dtype, b.dtype, a.equals(b))`;
    const run = spawnSync(python!, ["-W", "ignore", "-c", script, ZONED, path], { encoding: "utf8" });
    expect(run).toMatchObject({
      stdout: "datetime64[ns, Asia/Shanghai] datetime64[ns, Asia/Shanghai] True\n",
      stderr: "",
    });
  });

  it("and one with column groups: what CSV and qlib folders do not keep is said", async () => {
    for (const [out, name] of [
      ["zoned.csv", ".csv"],
      ["zoned", "a qlib folder"],
    ] as const) {
      const { stderr, status } = cli("convert", ZONED, join(folder, out), "-c", "close");
      expect(stderr).toContain(
        `aistock-data: the time zone Asia/Shanghai is not kept in ${name}; times are its wall clock\n`,
      );
      expect(status).toBe(0);
    }
    const grouped = "data-fixtures/snapshot/combined_factors_df.parquet";
    expect(cli("convert", grouped, join(folder, "grouped.csv")).stderr).toContain(
      'aistock-data: column groups ("feature") are not kept in .csv\n',
    );
  });
});
