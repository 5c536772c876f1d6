import fc from "fast-check";
import type { Cell } from "#src/columns/column.js";
import { Column, type Panel, panelFromColumns } from "#src/index.js";
import { canonicalCode } from "#src/names/instrument-code.js";
import { type Spelling, spelledAs, spellingOf } from "#src/names/spelling.js";
import { codeOf, mulberry32 } from "../panel/random-panel.js";

/** A row as a naive program holds it: its key, and its cells by column. */
export interface NaiveRow {
  readonly ns: bigint;
  readonly instrument: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** A panel, and the same rows for a naive program. */
export interface Table {
  readonly panel: Panel;
  readonly rows: readonly NaiveRow[];
}

const DAY_NS = 86_400_000_000_000n;
const EPOCH = 1_577_836_800_000_000_000n;

/** Times of day apart by half days, so that tables share some sessions and not others. */
export function timeOf(session: number): bigint {
  return EPOCH + (BigInt(session) * DAY_NS) / 2n;
}

/** A panel of every column type under names with the given prefix; some cells missing, some rows NaN. */
export function tableArbitrary(prefix: string): fc.Arbitrary<Table> {
  return fc
    .record({
      spelling: fc.constantFrom<Spelling | "mixed">("ts", "qlib", "qlib-lower", "mixed"),
      firstInstrument: fc.integer({ min: 0, max: 4 }),
      instruments: fc.integer({ min: 1, max: 8 }),
      firstSession: fc.integer({ min: 0, max: 4 }),
      sessions: fc.integer({ min: 0, max: 8 }),
      step: fc.integer({ min: 1, max: 2 }),
      density: fc.constantFrom(0.1, 0.5, 0.9, 1),
      cut: fc.boolean(),
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    })
    .map(({ spelling, firstInstrument, instruments, firstSession, sessions, step, density, cut, seed }) => {
      const random = mulberry32(seed);
      const rows: NaiveRow[] = [];
      for (let s = 0; s < sessions; s++) {
        for (let i = firstInstrument; i < firstInstrument + instruments; i++) {
          if (random() >= density) continue;
          const own = spelling === "mixed" ? (["ts", "qlib", "qlib-lower"] as const)[i % 3]! : spelling;
          const instrument = i === 3 ? "INDEX" : spelledAs(codeOf(i), own);
          rows.push({ ns: timeOf(firstSession + s * step), instrument, cells: randomCells(prefix, random) });
        }
      }
      return cut ? cutTable(tableOf(prefix, rows), random) : tableOf(prefix, rows);
    });
}

function randomCells(prefix: string, random: () => number): Record<string, Cell> {
  const number = Math.floor(random() * 1000);
  const missing = () => random() < 0.15;
  return {
    [`${prefix}_f32`]: missing() ? Number.NaN : Math.fround(random()),
    [`${prefix}_f64`]: missing() ? Number.NaN : random(),
    [`${prefix}_i32`]: missing() ? null : number - 500,
    [`${prefix}_u8`]: number % 256,
    [`${prefix}_i64`]: BigInt(number) * 2n ** 40n - 5n,
    [`${prefix}_bool`]: missing() ? null : number % 2 === 0,
    [`${prefix}_time`]: missing() ? null : timeOf(number),
    [`${prefix}_text`]: missing() ? null : `n${number}`,
  };
}

/** A window of the table, of either kind, so that indexes with unused instruments and offsets are met. */
function cutTable({ panel, rows }: Table, random: () => number): Table {
  if (rows.length === 0) return { panel, rows };
  const from = rows[Math.floor(random() * rows.length)]!.ns;
  if (random() < 0.5)
    return { panel: panel.window({ start: from }), rows: rows.filter((row) => row.ns >= from) };
  const { instrument } = rows[Math.floor(random() * rows.length)]!;
  return {
    panel: panel.window({ start: from, universe: [instrument] }),
    rows: rows.filter((row) => row.ns >= from && row.instrument === instrument),
  };
}

function tableOf(prefix: string, rows: readonly NaiveRow[]): Table {
  const cells = (type: string) => rows.map((row) => row.cells[`${prefix}_${type}`]!);
  const mask = (type: string) => Uint8Array.from(cells(type), (cell) => (cell === null ? 0 : 1));
  const columns = {
    f32: Column.of("float32", Float32Array.from(cells("f32") as number[])),
    f64: Column.of("float64", Float64Array.from(cells("f64") as number[])),
    i32: Column.of("int32", Int32Array.from(cells("i32") as number[]), mask("i32")),
    u8: Column.of("uint8", Uint8Array.from(cells("u8") as number[])),
    i64: Column.of("int64", BigInt64Array.from(cells("i64") as bigint[])),
    bool: Column.of("bool", Uint8Array.from(cells("bool"), Number), mask("bool")),
    time: Column.of(
      "datetime",
      BigInt64Array.from(cells("time"), (cell) => BigInt(cell ?? 0)),
      mask("time"),
    ),
    text: Column.of("string", cells("text") as (string | null)[]),
  };
  const panel = panelFromColumns({
    datetime: BigInt64Array.from(rows, (row) => row.ns),
    instrument: rows.map((row) => row.instrument),
    columns: Object.fromEntries(Object.entries(columns).map(([type, c]) => [`${prefix}_${type}`, c])),
  });
  return { panel, rows };
}

/** The rows of a Panel, through its public keys and cells. */
export function rowsOf(panel: Panel): NaiveRow[] {
  return Array.from({ length: panel.rowCount }, (_, row) => {
    const { datetime, instrument } = panel.keyAt(row);
    const cells = Object.fromEntries(panel.columnNames.map((name) => [name, panel.column(name).at(row)]));
    return { ns: BigInt(datetime.getTime()) * 1_000_000n, instrument, cells };
  });
}

/** What a missing cell of a joined column reads as. */
export function missingCell(panel: Panel, name: string): Cell {
  return panel.column(name).type.startsWith("float") ? Number.NaN : null;
}

const keyOf = (row: NaiveRow) => `${row.ns} ${canonicalCode(row.instrument)}`;

/** A join as one would write it without care for speed: hash the keys of every table, and look each up. */
export function naiveJoin(tables: readonly Table[], how: "left" | "inner" | "outer" | "right"): NaiveRow[] {
  const byKey = tables.map(({ rows }) => new Map(rows.map((row) => [keyOf(row), row])));
  const keys = new Set<string>();
  if (how === "right") for (const key of byKey.at(-1)!.keys()) keys.add(key);
  else for (const key of byKey[0]!.keys()) keys.add(key);
  if (how === "outer") for (const map of byKey) for (const key of map.keys()) keys.add(key);
  if (how === "inner") for (const key of keys) if (byKey.some((map) => !map.has(key))) keys.delete(key);
  const names = spelledNames(how === "right" ? [tables[0]!, tables.at(-1)!] : tables);
  const joined = [...keys].map((key) => {
    const cells: Record<string, Cell> = {};
    for (const [i, map] of byKey.entries()) {
      const found = map.get(key);
      for (const name of tables[i]!.panel.columnNames) {
        cells[name] = found ? found.cells[name]! : missingCell(tables[i]!.panel, name);
      }
    }
    const [ns, code] = key.split(" ") as [string, string];
    return { ns: BigInt(ns), instrument: names.get(code)!, cells };
  });
  return joined.sort((a, b) => Number(a.ns - b.ns) || (a.instrument < b.instrument ? -1 : 1));
}

/** The spelling of each canonical code in the result: the first table's, or in its style. */
function spelledNames([first, ...others]: readonly Table[]): Map<string, string> {
  const known = first!.panel.index.instruments;
  const names = new Map(known.map((name) => [canonicalCode(name), name]));
  const style = spellingOf(known);
  for (const { panel } of others) {
    for (const name of panel.index.instruments) {
      const canonical = canonicalCode(name);
      if (!names.has(canonical)) names.set(canonical, spelledAs(name, style));
    }
  }
  return names;
}
