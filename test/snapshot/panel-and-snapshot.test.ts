import { describe, expect, it } from "vitest";
import { arrayOf } from "#src/columns/cells.js";
import { CELL_BYTES, type ColumnType, type ColumnValues } from "#src/columns/table.js";
import { DataServiceError } from "#src/errors.js";
import { OPERATORS, type Operator } from "#src/expression/operators.js";
import { Column, type Panel, panelFromColumns } from "#src/index.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import type { Snapshot } from "#src/snapshot/snapshot.js";

const INSTRUMENTS = ["000001.SZ", "000002.SZ", "600000.SH"];
const SESSIONS = 12;
const TYPES = Object.keys(CELL_BYTES) as ColumnType[];

/** The cells of a type in some rows; values repeat, and some floats are missing. */
function cellsOf(type: ColumnType, rows: readonly number[]): Column {
  const numbers = rows.map((row) => (row * 7) % 5);
  if (type === "string")
    return Column.of(
      type,
      numbers.map((number) => `s${number}`),
    );
  const Cells = arrayOf(type) as unknown as { from(cells: readonly unknown[]): ColumnValues };
  const is64 = type === "int64" || type === "uint64" || type === "datetime";
  const isFloat = type.startsWith("float");
  const cells = numbers.map((number) => {
    if (is64) return BigInt(number);
    if (type === "bool") return number > 2 ? 1 : 0;
    return isFloat && number === 4 ? Number.NaN : number + (isFloat ? 0.25 : 0);
  });
  return Column.of(type, Cells.from(cells));
}

/** A column of every type; every `without`th row is left out. */
function panelOfTypes(suffix: string, without: number): Panel {
  const rows = Array.from({ length: SESSIONS * INSTRUMENTS.length }, (_, row) => row).filter(
    (row) => row % without !== without - 1,
  );
  const columns = TYPES.map((type) => [`${type}${suffix}`, cellsOf(type, rows)]);
  return panelFromColumns({
    datetime: rows.map((row) => `2020-01-${String(1 + Math.floor(row / 3)).padStart(2, "0")}`),
    instrument: rows.map((row) => INSTRUMENTS[row % 3]!),
    columns: Object.fromEntries(columns),
  });
}

function callOf(name: string, { parameters }: Operator, field: string): string {
  const args = parameters.map((parameter, i) => {
    if (parameter === "series") return i === 0 ? field : "$float64";
    if (parameter === "score") return "0.5";
    return parameter === "instrument" ? "'000002.SZ'" : "3";
  });
  return `${name}(${args.join(", ")})`;
}

/** The cells, or why there are none. */
async function outcomeOf(compute: () => Panel | Promise<Panel>): Promise<unknown> {
  try {
    return [...(await compute()).column("x").values];
  } catch (error) {
    if (!(error instanceof DataServiceError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const base = panelOfTypes("", 7);
const other = panelOfTypes("_other", 5);
const joined = base.join(other);

async function snapshot(): Promise<Snapshot> {
  return (await openSnapshot("test/snapshot")).add("daily_pv", base).add("other", other);
}

describe("a panel and a snapshot compute the same", () => {
  it("has columns of every type", () => {
    expect(base.columnNames.map((name) => base.column(name).type)).toEqual(TYPES);
  });

  it.each(TYPES)("of %s", async (type) => {
    const market = await snapshot();
    for (const field of [`$${type}`, `$${type}_other`]) {
      const calls = Array.from(OPERATORS, ([name, operator]) => callOf(name, operator, field));
      const more = [`${field} & ($float32 > 2)`, `Not(${field})`, `${field} + 1`, `If(${field} > 1, 1, 0)`];
      const computed: unknown[] = [];
      for (const x of [...calls, ...more]) {
        const expected = await outcomeOf(() => joined.evaluate({ x }));
        const found = await outcomeOf(() => market.getHistoryWindow(null, { fields: { x } }));
        expect(found, x).toEqual(expected);
        if (Array.isArray(found)) computed.push(x);
      }
      const isNumber = type !== "string" && type !== "datetime";
      expect(computed.length > calls.length / 2, field).toBe(isNumber);
      expect(computed.includes(more[0]), field).toBe(type === "bool");
    }
  });

  it("and a few instruments alone, with the warm-up of the whole calendar", async () => {
    const market = await snapshot();
    const universe = ["000002.SZ"];
    for (const x of ["Mean($bool, 3)", "$bool_other & ($int8 > 2)", "Ref($float32, 2)"]) {
      const request = { start: "2020-01-05", fields: { x } };
      const found = await market.getHistoryWindow(universe, request);
      const expected = joined.evaluate({ x }, { start: "2020-01-05", universe });
      expect([...found.column("x").values], x).toEqual([...expected.column("x").values]);
    }
  });
});
