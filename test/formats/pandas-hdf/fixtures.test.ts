import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ColumnValues } from "#src/columns/table.js";
import { openPanel } from "#src/open/open-panel.js";
import type { Panel } from "#src/panel/panel.js";
import { isoNs } from "#src/time.js";

const FOLDER = "data-fixtures/hdf5";

/** What pandas found in a file, written beside it by data-fixtures' make_hdf.py. */
interface Expectation {
  readonly rows: number;
  readonly dates: number;
  readonly instruments: number;
  readonly columns: readonly { name: string; dtype: string }[];
  readonly sums: Readonly<Record<string, number | string>>;
  readonly nans: Readonly<Record<string, number>>;
  readonly sample: readonly { row: number; datetime: string; instrument: string; values: unknown[] }[];
}

const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".expected.json"))
  .map((name) => name.slice(0, -".expected.json".length));

describe("files that pandas wrote hold what pandas says", () => {
  it("has a corpus of both pandas generations and both formats", () => {
    for (const part of ["fixed_", "table_"]) {
      for (const tag of [".pd15", ".pd23"]) {
        expect(names.filter((name) => name.startsWith(part) && name.endsWith(tag)).length).toBeGreaterThan(5);
      }
    }
  });

  it.each(names)("%s", async (name) => {
    const expected = JSON.parse(readFileSync(join(FOLDER, `${name}.expected.json`), "utf8")) as Expectation;
    const panel = await openPanel(join(FOLDER, `${name}.h5`));
    expect(panel.rowCount).toBe(expected.rows);
    expect(panel.index.sessionCount).toBe(expected.dates);
    expect(panel.index.instruments.length).toBe(expected.instruments);
    expect(panel.columnNames).toEqual(expected.columns.map((column) => column.name));
    for (const { name: column, dtype } of expected.columns) {
      expect(panel.column(column).type).toBe(dtype);
      const { sum, missing } = totals(panel.column(column).values);
      expect(missing).toBe(expected.nans[column]);
      const wanted = number(expected.sums[column]);
      if (Number.isFinite(wanted)) {
        expect(Math.abs(sum - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
      } else expect(sum).toBe(wanted);
    }
    for (const { row, datetime, instrument, values } of expected.sample) {
      expect(keyOf(panel, row)).toEqual([datetime.replace(/[+-]\d\d:\d\d$/, ""), instrument]);
      const cells = expected.columns.map((column) => plain(panel, column.name, row));
      expect(cells).toEqual(values.map((value) => (typeof value === "string" ? number(value) : value)));
    }
  });

  it("converts times with a zone to its wall clock, and says which zone", async () => {
    const panel = await openPanel(join(FOLDER, "table_tz.pd23.h5"));
    expect(panel.index.timezone).toBe("Asia/Shanghai");
    expect(isoNs(panel.index.datetimes[0]!)).toBe("2019-01-02T00:00:00");
  });
});

function keyOf(panel: Panel, row: number): [string, string] {
  const { index } = panel;
  let session = 0;
  while (index.startOf(session + 1) <= row) session++;
  const code = index.codesOf(row, row + 1)[0]!;
  return [isoNs(index.datetimes[session]!), index.instruments[code]!];
}

function plain(panel: Panel, name: string, row: number): unknown {
  const cell = panel.column(name).values[row];
  if (panel.column(name).type === "bool") return cell === 1;
  return typeof cell === "bigint" ? Number(cell) : cell;
}

function totals(values: ColumnValues): { sum: number; missing: number } {
  let [sum, missing] = [0, 0];
  for (const value of values) {
    if (value === null || Number.isNaN(value)) missing++;
    else sum += Number(value);
  }
  return { sum, missing };
}

/** JSON has no NaN and no infinities; the files spell them as text. */
function number(value: number | string | undefined): number {
  return Number(value);
}
