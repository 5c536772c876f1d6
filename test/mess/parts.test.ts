import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { convertFile, openPanel, type Panel, panelFromColumns } from "#src/index.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";

const MANY = "data-fixtures/mess/one-table-in-many-files";
const folder = scratchFolder();

describe("one table in many files", () => {
  it("monthly parts, by folder, pattern and paths in any order", async () => {
    const whole = await openPanel(`${MANY}/parts`);
    expect(whole.rowCount).toBe(6);
    const [a, b] = [`${MANY}/parts/2020-01.parquet`, `${MANY}/parts/2020-02.parquet`];
    for (const of of [`${MANY}/parts/*.parquet`, `${MANY}/**/2020-0?.parquet`, [a, b], [b, a]]) {
      expect((await openPanel(of)).toJSON()).toEqual(whole.toJSON());
    }
  });

  it("hive folders, whose values are columns, and which a range leaves closed", async () => {
    const panel = await openPanel(`${MANY}/hive`);
    expect(panel.rowCount).toBe(6);
    const years = panel.toJSON().map(({ datetime, year }) => [String(datetime).slice(0, 4), String(year)]);
    for (const [of, year] of years) expect(year).toBe(of);
    expect((await openPanel(`${MANY}/hive`, { columns: ["year"] })).columnNames).toEqual(["year"]);
    expect((await openPanel(`${MANY}/hive`, { start: "2021-01-01" })).column("year").at(0)).toBe(2021n);
  });

  it("one CSV a stock, with the code in its name or in a column", async () => {
    const panel = await openPanel(`${MANY}/per_stock`);
    expect([panel.rowCount, [...panel.index.instruments]]).toEqual([4, ["sh600000", "sz000001"]]);
    expect(panel.column("close").at(0)).toBe(12.5);
    const keyed = await openPanel("data-fixtures/mess/suggests-another-stock/folder", { codes: "ts" });
    expect([...keyed.index.instruments]).toEqual(["000001.SZ", "600000.SH"]);
    expect(keyed.rowCount).toBe(4);
  });

  it("parts that overlap or disagree are told by their names", async () => {
    const dir = join(folder, "bad");
    mkdirSync(dir);
    writeFileSync(join(dir, "a.csv"), "datetime,instrument,x\n2020-01-02,A,1\n");
    writeFileSync(join(dir, "b.csv"), "datetime,instrument,x\n2020-01-02,A,2\n");
    await expect(openPanel(dir)).rejects.toThrow(
      `${dir}: ${join(dir, "a.csv")} and ${join(dir, "b.csv")} overlap: both have (2020-01-02, A)`,
    );
    writeFileSync(join(dir, "b.csv"), "datetime,instrument,y\n2020-01-03,A,2\n");
    await expect(openPanel(dir)).rejects.toThrow(
      `${join(dir, "b.csv")}: has no column "x" as ${join(dir, "a.csv")} has`,
    );
    await expect(openPanel(join(folder, "none-*.csv"))).rejects.toThrow("no table files");
  });
});

function market(rows: readonly (readonly [day: number, code: number])[]): Panel {
  return panelFromColumns({
    datetime: BigInt64Array.from(rows, ([day]) => BigInt(day) * 86_400_000_000_000n),
    instrument: rows.map(([, code]) => `SH6000${String(code).padStart(2, "0")}`),
    columns: {
      close: Float64Array.from(rows, ([day, code]) => day + code / 100),
      n: BigInt64Array.from(rows, ([day]) => BigInt(day)),
    },
  });
}

test("parts in any order and any division, in any format, are the whole", async () => {
  const rows = fc.uniqueArray(fc.tuple(fc.integer({ min: 18000, max: 18012 }), fc.nat(5)), {
    minLength: 2,
    maxLength: 40,
    selector: ([day, code]) => 100 * day + code,
  });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.integer({ min: 2, max: 4 }),
      fc.constantFrom("arrow", "csv", "h5"),
      async (all, n, extension) => {
        const dir = join(folder, `parts-${round++}`);
        mkdirSync(dir);
        const whole = market(all);
        for (let part = 0; part < n; part++) {
          const own = all.filter((_, i) => i % n === part);
          if (own.length > 0) await market(own).write(join(dir, `part-${n - part}.${extension}`));
        }
        const together = await openPanel(dir);
        expect(together.toJSON()).toEqual(whole.toJSON());
        const window = { start: "2019-04-17", universe: [whole.index.instruments[0]!] };
        expect(together.window(window).toJSON()).toEqual(whole.window(window).toJSON());
      },
    ),
    propertyRuns(1803, 25),
  );
});

describe("convertFile of a table in many files", () => {
  it.each(["parts", "hive", "per_stock", "*/2020-0?.parquet"])("%s", async (name) => {
    const of = `${MANY}/${name}`;
    const whole = await openPanel(of);
    const target = join(folder, "converted.arrow");
    await convertFile(of, target);
    expect((await openPanel(target)).toJSON()).toEqual(whole.toJSON());
    await convertFile(of, join(folder, "in-parts.h5"), { partsAboveBytes: 0, columns: ["close"] });
    expect((await openPanel(join(folder, "in-parts.h5"))).toJSON()).toEqual(whole.select(["close"]).toJSON());
  });
});
