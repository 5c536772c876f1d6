import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openPanel } from "#src/open/open-panel.js";
import type { Panel } from "#src/panel/panel.js";

const FOLDER = "data-fixtures/parquet";
type Cells = readonly (string | number | boolean | null)[];

/** What pyarrow 25 reads of the frame that each of the files holds. */
const EXPECTED: Readonly<Record<string, Cells>> = JSON.parse(readFileSync(`${FOLDER}/expected.json`, "utf8"));

/** Columns of types that a panel cannot hold, and how SQL calls these. */
const REFUSED: Readonly<Record<string, string>> = {
  binary: "BLOB",
  time: "TIME",
  list: "INTEGER[]",
  record: "STRUCT(a BIGINT, b VARCHAR)",
  map: "MAP(VARCHAR, BIGINT)",
};

const TYPES = {
  ...{ f32: "float32", f64: "float64", i8: "int8", i16: "int16", i32: "int32", i64: "int64" },
  ...{ u8: "uint8", u16: "uint16", u32: "uint32", u64: "uint64", flag: "bool", text: "string" },
  ...{ day: "datetime", ts_us: "datetime", dec9: "float64", dec18: "float64", dec30: "string" },
  ...{ half: "float32", nothing: "float64" },
};

/** 8 hours: DuckDB keeps no zone, and INT96 none either, so that these show UTC. */
const SHANGHAI_NS = 28_800_000_000_000n;

/** The format's first version has no uint32, and DuckDB no columns of nulls: other whole numbers stand for them. */
function isOther(file: string, name: string): boolean {
  return (
    (file.startsWith("version_1") && name === "u32") || (file.startsWith("duckdb") && name === "nothing")
  );
}

/** A cell as `expected.json` has it. */
function cell(panel: Panel, name: string, row: number): unknown {
  const value = panel.column(name).at(row);
  if (value === null || Number.isNaN(value)) return null;
  return typeof value === "bigint" ? String(value) : value;
}

function expected(file: string, name: string, row: number): unknown {
  const value = EXPECTED[name]![row]!;
  if (value === null) return null;
  const ns = () => BigInt(value as string);
  if (name === "zoned" && /^(duckdb|int96)/.test(file)) return String(ns() - SHANGHAI_NS);
  if (file.startsWith("version_1") && /^ts_|zoned/.test(name)) return String(ns() - (ns() % 1_000_000n));
  return value;
}

/** Narrow integers and decimals are text there, so that 64 bits are exact. */
function same(own: unknown, there: unknown): boolean {
  return own === there || (typeof own === "number" && typeof there === "string" && own === Number(there));
}

describe("what pyarrow, DuckDB and polars write", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".parquet"));

  test.each(files)("%s", async (file) => {
    const panel = await openPanel(`${FOLDER}/${file}`);
    expect(panel.rowCount).toBe(60);
    for (const name of panel.columnNames) {
      const type = REFUSED[name];
      if (type !== undefined) {
        expect(() => panel.column(name).values, name).toThrow(
          `"${name}" holds values of the type ${type}, which`,
        );
        continue;
      }
      if (name in TYPES && !isOther(file, name))
        expect(panel.column(name).type, name).toBe(TYPES[name as keyof typeof TYPES]);
      const rows = Array.from({ length: 60 }, (_, row) => row);
      const wrong = rows.filter((row) => !same(cell(panel, name, row), expected(file, name, row)));
      expect(
        wrong.map((row) => [row, cell(panel, name, row), expected(file, name, row)]),
        name,
      ).toEqual([]);
    }
  });

  test.each(files)("%s: any rows alone, and all after them", async (file) => {
    const [piecewise, whole] = [await openPanel(`${FOLDER}/${file}`), await openPanel(`${FOLDER}/${file}`)];
    const { instruments } = whole.index;
    for (const name of piecewise.columnNames.filter((one) => !(one in REFUSED))) {
      const all = whole.column(name);
      const column = piecewise.column(name);
      for (const [first, last] of [
        [31, 33],
        [0, 1],
        [20, 55],
        [59, 60],
      ] as const) {
        expect(column.read(first, last).values, name).toEqual(all.read(first, last).values);
      }
      const rows = Uint32Array.of(2, 3, 17, 40, 58);
      expect(column.gather(rows).values, name).toEqual(all.gather(rows).values);
      const some = { universe: [instruments[1]!, instruments[4]!] };
      expect(piecewise.window(some).column(name).values).toEqual(whole.window(some).column(name).values);
      expect(column.values, name).toEqual(all.values);
      expect(column.mask, name).toEqual(all.mask);
    }
  });

  test("decimals that float64 cannot hold are text, which a note says", async () => {
    const panel = await openPanel(`${FOLDER}/plain.parquet`);
    expect(panel.notes).toEqual([
      `${FOLDER}/plain.parquet: column "dec30" holds decimals that float64 cannot; they are read as text`,
    ]);
  });
});
