import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { datetimesOf } from "#src/columns/key-columns.js";
import type { WritableTable } from "#src/columns/table.js";
import type { Panel } from "#src/panel/panel.js";

export const FIXTURES = "data-fixtures/formats";
/** Files of pyarrow 25 that pandas does not write. */
export const ARROW25 = "data-fixtures/arrow25";

interface Expected {
  readonly rows: number;
  readonly datetimes: readonly string[];
  readonly instruments: readonly string[];
  readonly dtypes: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, readonly (number | string | boolean | null)[]>>;
}

/** The frame that every file of data-fixtures/formats was written from, by make_formats.py. */
export const EXPECTED: Expected = JSON.parse(readFileSync(`${FIXTURES}/expected.json`, "utf8"));

/** Checks the keys and every column the panel has against the frame; `unitNs`: what the file cut times to. */
export function expectFixture(panel: Panel, unitNs = 1n): void {
  const { index, rowCount } = panel;
  const cut = (ns: string) => BigInt(ns) - (BigInt(ns) % unitNs);
  expect([...datetimesOf(index, 0, rowCount)]).toEqual(EXPECTED.datetimes.map(cut));
  const instruments = Array.from(index.codesOf(0, rowCount), (code) => index.instruments[code]);
  expect(instruments).toEqual(EXPECTED.instruments);
  for (const name of panel.columnNames) expect(cells(panel, name), name).toEqual(expectedCells(name));
}

function expectedCells(name: string): unknown[] {
  return EXPECTED.columns[name]!.map((cell) => (cell === null ? null : String(cell)));
}

/** Cells as text, missing ones (NaN too) as null. */
export function cells(panel: Panel, name: string): (string | null)[] {
  const column = panel.column(name);
  return Array.from({ length: panel.rowCount }, (_, row) => {
    const cell = column.at(row);
    return cell === null || (typeof cell === "number" && Number.isNaN(cell)) ? null : String(cell);
  });
}

/** What a writer takes of a panel. */
export function writable(panel: Panel): WritableTable {
  return { keys: panel.index, columns: new Map(panel.columnNames.map((name) => [name, panel.column(name)])) };
}
