import { copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPanel, openSnapshot } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const MANY = "data-fixtures/mess/one-table-in-many-files";
const PARTS = [`${MANY}/parts/2020-01.parquet`, `${MANY}/parts/2020-02.parquet`] as const;

describe("a table in many files is one panel of a snapshot", () => {
  it.each(["parts", "hive", "per_stock"])("as the folder that is opened: %s", async (name) => {
    const snapshot = await openSnapshot(`${MANY}/${name}`);
    expect(snapshot.panels()).toMatchObject([{ name, freq: "1d", isBase: true }]);
    const whole = await openPanel(`${MANY}/${name}`);
    expect((await snapshot.getHistoryWindow(null)).toJSON()).toEqual(whole.toJSON());
    expect((await snapshot.sql(`SELECT count(*) AS n FROM ${name}`)).toRows()).toEqual([
      { n: BigInt(whole.rowCount) },
    ]);
    expect(snapshot.skipped).toEqual([]);
  });

  it("as a folder of it, or as files that have a name together, beside others", async () => {
    const dir = scratchFolder();
    for (const [i, part] of PARTS.entries()) copyFileSync(part, join(dir, `bars_2020-0${i + 1}.parquet`));
    cpSync(`${MANY}/hive`, join(dir, "more"), { recursive: true });
    mkdirSync(join(dir, "mixed"));
    writeFileSync(join(dir, "mixed", "a.csv"), "datetime,instrument,a\n2020-01-02,SH600000,1\n");
    writeFileSync(join(dir, "mixed", "b.csv"), "datetime,instrument,b\n2020-01-02,SH600000,1\n");
    const snapshot = await openSnapshot(dir, { base: { "1d": "bars" } });
    expect(snapshot.panels().map(({ name }) => name)).toEqual(["bars", "more"]);
    const window = await snapshot.getHistoryWindow(null, { fields: ["bars.close", "more.year"] });
    expect(window.rowCount).toBe(6);
    expect(snapshot.skipped).toMatchObject([
      { file: "mixed", reason: expect.stringContaining("nor files that are called as the parts") },
    ]);
    const explained = await snapshot.explain(null, { fields: ["bars.close"] });
    expect(String(explained)).toContain("6 rows");
  });

  it("folders of years in it are one table of its name, and parts do not take a file's name", async () => {
    const dir = scratchFolder();
    cpSync(`${MANY}/hive`, dir, { recursive: true });
    copyFileSync(PARTS[0], join(dir, "other.parquet"));
    copyFileSync(PARTS[0], join(dir, "other_2020-01.parquet"));
    copyFileSync(PARTS[1], join(dir, "other_2020-02.parquet"));
    const names = (await openSnapshot(dir)).panels().map(({ name }) => name);
    expect(names).toEqual([basename(dir), "other", "other_parts"].sort());
  });

  it("files of the same columns that are called nothing are not answered from the first", async () => {
    const dir = scratchFolder();
    copyFileSync(PARTS[0], join(dir, "january.parquet"));
    copyFileSync(PARTS[1], join(dir, "february.parquet"));
    const snapshot = await openSnapshot(dir);
    await expect(snapshot.getHistoryWindow(null)).rejects.toThrow(
      '"february" and "january" have the same columns, so they may be the parts of one table',
    );
    const one = await openPanel(dir);
    const chosen = await openSnapshot(dir, { base: { "1d": "january" } });
    expect((await chosen.getHistoryWindow(null)).rowCount).toBeLessThan(one.rowCount);
    snapshot.add("daily_pv", one);
    expect((await snapshot.getHistoryWindow(null)).rowCount).toBe(6);
    snapshot.add("daily_pv", `${MANY}/*/2020-0?.parquet`);
    expect((await snapshot.getHistoryWindow(null, { fields: ["close"] })).rowCount).toBe(6);
  });
});
