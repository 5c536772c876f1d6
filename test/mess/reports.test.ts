import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { asofJoin, joinPanels, openPanel, type Panel } from "#src/index.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";

const REPORTS = "data-fixtures/mess/two-reports-on-one-day";
const folder = scratchFolder();

const kept = () => openPanel(`${REPORTS}/ann_dup.h5`, { duplicates: "keep" });
const cellsOf = (panel: Panel, instrument: string, name: string) => {
  const column = panel.series(instrument).column(name);
  return Array.from({ length: column.length }, (_, row) => column.at(row));
};

describe("several right rows of one key", () => {
  it("are an error unless they are kept, and the error says how", async () => {
    await expect(openPanel(`${REPORTS}/ann_dup.h5`)).rejects.toThrow(
      'keep all for the right side of asofJoin with duplicates: "keep"',
    );
  });

  it("the last counts, as in merge_asof, or the first, or neither", async () => {
    const [bars, reports] = [await openPanel(`${REPORTS}/ts.h5`), await kept()];
    const { panel, ledger } = asofJoin(bars, reports);
    const roe = cellsOf(panel, "600000.SH", "roe");
    const announced = bars.index.sessionAt(BigInt(Date.UTC(2020, 3, 28)) * 1_000_000n);
    expect(roe.slice(announced).every((value) => value === 3.1)).toBe(true);
    expect(ledger.panels[1]).toMatchObject({ rows: reports.rowCount, dropped: 1 });
    const first = asofJoin(bars, reports, { ties: "first" }).panel;
    const before = cellsOf(first, "600000.SH", "roe").slice(announced);
    expect(new Set(before).size).toBe(1);
    expect(before[0]).not.toBe(3.1);
    expect(() => asofJoin(bars, reports, { ties: "error" })).toThrow(
      'several rows of (2020-04-28, 600000.SH), and ties is "error"',
    );
    expect(() => asofJoin(bars, reports, { ties: "lost" as "last" })).toThrow('did you mean "last"');
  });

  it("such a panel shows all its rows, and is for nothing else", async () => {
    const [bars, reports] = [await openPanel(`${REPORTS}/ts.h5`), await kept()];
    expect(reports.toJSON()).toHaveLength(reports.rowCount);
    expect(String(reports)).toContain(`${reports.rowCount} rows`);
    const refused = [
      () => joinPanels([bars, reports]),
      () => asofJoin(reports, bars),
      () => reports.evaluate({ x: "Mean($roe, 2)" }),
      () => reports.window({ bars: 1 }),
      () => reports.unstack("roe"),
      () => reports.toArrowIPC(),
    ];
    for (const use of refused) expect(use).toThrow("for the right side of asofJoin alone");
    await expect(reports.write(join(folder, "reports.parquet"))).rejects.toThrow("asofJoin alone");
    await expect(openPanel(`${REPORTS}/ts.h5`, { duplicates: "drop" as "keep" })).rejects.toThrow(
      'openPanel: duplicates "drop" is not known',
    );
    const unique = await openPanel(`${REPORTS}/ts.h5`, { duplicates: "keep" });
    expect(unique.window({ bars: 1 }).rowCount).toBe(unique.index.instruments.length);
  });
});

test("any reports, on any days, in any order: as a search of the file's rows has it", async () => {
  const report = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom("A", "B"));
  await fc.assert(
    fc.asyncProperty(
      fc.array(report, { minLength: 1, maxLength: 20 }),
      fc.constantFrom("first" as const, "last" as const),
      async (rows, ties) => {
        const path = join(folder, "any.csv");
        const lines = rows.map(([day, code], i) => `2020-01-0${day},${code},${i}\n`);
        writeFileSync(path, `datetime,instrument,row\n${lines.join("")}`);
        const days = [1, 3, 4, 8, 9].flatMap((day) => [`2020-01-0${day},A,1\n`, `2020-01-0${day},B,1\n`]);
        const barsPath = join(folder, "bars.csv");
        writeFileSync(barsPath, `datetime,instrument,close\n${days.join("")}`);
        const reports = await openPanel(path, { duplicates: "keep", timezone: "UTC" });
        const bars = await openPanel(barsPath, { timezone: "Asia/Shanghai" });
        const { panel } = asofJoin(bars.withZone("UTC"), reports, { ties });
        for (const { datetime, instrument, row } of panel.toJSON()) {
          const known = rows.flatMap(([day, code], i) =>
            code === instrument && `2020-01-0${day}` <= String(datetime) ? [[day, i] as const] : [],
          );
          const latest = Math.max(...known.map(([day]) => day));
          const tied = known.filter(([day]) => day === latest).map(([, i]) => i);
          expect(row).toBe((ties === "first" ? tied[0] : tied.at(-1)) ?? null);
        }
      },
    ),
    propertyRuns(1809, 30),
  );
});
