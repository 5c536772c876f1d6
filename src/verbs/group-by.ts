import { inspect } from "node:util";
import { type Cell, Column } from "../columns/column.js";
import { datetimesOf } from "../columns/key-columns.js";
import { DataServiceError } from "../errors.js";
import { namedEntries } from "../names/named-entries.js";
import type { Panel } from "../panel/panel.js";
import { formatCell } from "../text/figures.js";
import { layTable } from "../text/text-table.js";
import { type Aggregation, aggregateColumn, presentCells } from "./aggregation.js";
import type { RowGroups } from "./row-groups.js";

/** The keys of a panel that rows can be grouped by, beside its columns. */
export const KEYS = ["session", "instrument"] as const;

/** @see Panel.groupBy */
export class GroupBy {
  readonly #panel: Panel;
  readonly #names: readonly string[];

  /** @throws DataServiceError unknown-field, bad-request */
  constructor(panel: Panel, names: readonly string[]) {
    if (names.length === 0) {
      const problem = 'groupBy: by what? Give "session", "instrument" or the name of a column';
      throw new DataServiceError("bad-request", problem);
    }
    for (const name of names) if (!isKey(name)) panel.fieldName(name);
    this.#panel = panel;
    this.#names = names;
  }

  /**
   * One row a group, ascending by its keys: pandas' `groupby(names).agg({ … })`. Rows of which a key is missing are in none.
   * @throws DataServiceError unknown-field, bad-request
   */
  aggregate(how: Readonly<Record<string, Aggregation>>): GroupTable {
    const panel = this.#panel;
    const keys = this.#names.map((name) => keyColumn(panel, name));
    const { groups, firstRows } = groupRows(panel, keys);
    const columns = namedEntries(how, "aggregate").map(([name, aggregation]) => {
      return [name, aggregateColumn(name, panel.column(name), groups, aggregation, "aggregate")] as const;
    });
    return new GroupTable(
      new Map(keys.map(({ name, column }) => [name, column.reorder(firstRows)])),
      new Map(columns),
      groups.count,
    );
  }
}

/** One row a group: the keys of the group, then a column for each aggregation. */
export class GroupTable {
  constructor(
    /** By the names that rows were grouped by; sessions are datetimes, epoch nanoseconds. */
    readonly keys: ReadonlyMap<string, Column>,
    readonly columns: ReadonlyMap<string, Column>,
    readonly rowCount: number,
  ) {}

  /** One object a group; its keys come first. @throws DataServiceError column-conflict if a column has the name of a key */
  toRows(): Record<string, Cell>[] {
    const twice = [...this.keys.keys()].find((name) => this.columns.has(name));
    if (twice !== undefined) {
      const problem = `toRows: "${twice}" is a key of the groups and a column of theirs; take them from \`keys\` and \`columns\``;
      throw new DataServiceError("column-conflict", problem, { field: twice });
    }
    const all = [...this.keys, ...this.columns];
    return Array.from({ length: this.rowCount }, (_, row) => {
      return Object.fromEntries(all.map(([name, column]) => [name, column.at(row)]));
    });
  }

  /** As text, for people. */
  toString(): string {
    const all = [...this.keys, ...this.columns];
    const rows = Array.from({ length: this.rowCount }, (_, row) => {
      return all.map(([, column]) => formatCell(column.at(row), column.type === "datetime"));
    });
    const align = all.map(([, { type }]) => (type === "string" ? ("left" as const) : ("right" as const)));
    return layTable(
      all.map(([name]) => name),
      rows,
      align,
    ).join("\n");
  }

  /** What a console shows: `toString`. */
  [inspect.custom](): string {
    return this.toString();
  }
}

interface KeyColumn {
  readonly name: string;
  readonly column: Column;
}

function isKey(name: string): name is (typeof KEYS)[number] {
  return (KEYS as readonly string[]).includes(name);
}

function keyColumn(panel: Panel, name: string): KeyColumn {
  const { index } = panel;
  if (name === "session")
    return { name, column: Column.of("datetime", datetimesOf(index, 0, index.rowCount)) };
  if (name !== "instrument") return { name, column: panel.column(name) };
  return {
    name,
    column: Column.of(
      "string",
      Array.from(index.codes, (code) => index.instruments[code]!),
    ),
  };
}

/** The groups of the rows, ascending by their keys, and a row of each. */
function groupRows(
  { rowCount }: Panel,
  keys: readonly KeyColumn[],
): { readonly groups: RowGroups; readonly firstRows: Uint32Array } {
  let of = new Int32Array(rowCount);
  let count = 1;
  for (const { column } of keys) {
    const codes = codesOf(column);
    // A pair of group so far and code of the next key is one number: both are fewer than the rows.
    const seen = new Map<number, number>();
    const pairs = of.map((group, row) => {
      if (group < 0 || codes.of[row]! < 0) return -1;
      const pair = group * codes.count + codes.of[row]!;
      const known = seen.get(pair);
      if (known !== undefined) return known;
      seen.set(pair, seen.size);
      return seen.size - 1;
    });
    const order = [...seen.keys()].sort((a, b) => a - b);
    const rank = new Int32Array(order.length);
    for (const [place, pair] of order.entries()) rank[seen.get(pair)!] = place;
    of = pairs.map((pair) => (pair < 0 ? -1 : rank[pair]!));
    count = order.length;
  }
  const firstRows = new Uint32Array(count);
  for (let row = rowCount - 1; row >= 0; row--) if (of[row]! >= 0) firstRows[of[row]!] = row;
  return { groups: { of, count }, firstRows };
}

/** The place of each cell among the distinct ones, ascending; -1 where it is missing. */
function codesOf(column: Column): RowGroups {
  const { values } = column;
  const present = presentCells(column);
  const distinct = new Set<string | number | bigint>();
  for (let row = 0; row < values.length; row++) if (present(row)) distinct.add(values[row]!);
  const places = new Map(
    [...distinct].sort((a, b) => (a < b ? -1 : 1)).map((value, place) => [value, place]),
  );
  const of = new Int32Array(values.length);
  for (let row = 0; row < of.length; row++) of[row] = present(row) ? places.get(values[row]!)! : -1;
  return { of, count: distinct.size };
}
