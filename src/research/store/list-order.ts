import { type RawBuilder, sql } from "kysely";
import { DataServiceError } from "../../errors.js";
import { nearestName, suggestion } from "../../names/nearest.js";

/** The tables that are listed. */
export type ListTable = "factors" | "strategies" | "loops" | "models";

/** Of columns that always have a value; `record_key` tells rows apart that are equal in these. */
export const DEFAULT_ORDER: Readonly<Record<ListTable, readonly string[]>> = {
  factors: ["name"],
  strategies: ["strategy_id"],
  loops: ["task_run_id", "loop_id", "workspace_id"],
  models: ["model_id"],
};

export interface ListOrder {
  /** Compared one after the other, all in one direction; they tell any two rows apart. */
  readonly columns: readonly string[];
  readonly isDescending: boolean;
  /** Whether the first may be without a value. */
  readonly isNullable: boolean;
}

/**
 * The order that a list is asked in.
 * @param sort a column's name, with `-` before it for the greatest first
 * @throws DataServiceError unknown-field
 */
export function orderOf(table: ListTable, columns: readonly string[], sort: string | undefined): ListOrder {
  if (sort === undefined) {
    return { columns: [...DEFAULT_ORDER[table], "record_key"], isDescending: false, isNullable: false };
  }
  const isDescending = sort.startsWith("-");
  const column = columnOf(table, columns, isDescending ? sort.slice(1) : sort);
  const rest = DEFAULT_ORDER[table].filter((one) => one !== column);
  return { columns: [column, ...rest, "record_key"], isDescending, isNullable: true };
}

/** Rows of an order that stand together, and how they are sorted. */
export interface OrderPart {
  readonly where: RawBuilder<unknown>;
  readonly by: RawBuilder<unknown>;
}

/** An order as ranges of indexes: rows with a value, then those without; of each what stands after a cursor's values. */
export function partsOf(
  { columns, isDescending, isNullable }: ListOrder,
  after: readonly unknown[] | undefined,
): OrderPart[] {
  const refs = columns.map((column) => sql.ref(`r.${column}`));
  const step = isDescending ? sql`<` : sql`>`;
  const directed = (some: readonly RawBuilder<unknown>[]) =>
    sql.join(isDescending ? some.map((ref) => sql`${ref} desc`) : some);
  const by = directed(refs);
  const beyond = sql`(${sql.join(refs)}) ${step} (${sql.join(after ?? [])})`;
  if (!isNullable) return [{ where: after === undefined ? sql`1 = 1` : beyond, by }];
  const [first, ...rest] = refs;
  const isNull = sql`${first} is null`;
  const withoutValue = { where: isNull, by: directed(rest) };
  if (after === undefined) return [{ where: sql`${first} is not null`, by }, withoutValue];
  if (after[0] !== null) return [{ where: beyond, by }, withoutValue];
  const later = sql`(${sql.join(rest)}) ${step} (${sql.join(after.slice(1))})`;
  return [{ ...withoutValue, where: sql`${isNull} and ${later}` }];
}

/** A column that a request names. @throws DataServiceError unknown-field */
export function columnOf(table: ListTable, columns: readonly string[], column: string): string {
  if (columns.includes(column)) return column;
  const near = nearestName(column, columns);
  throw new DataServiceError("unknown-field", `${table} has no column "${column}"${suggestion(near)}`, {
    field: column,
    found: columns,
    ...(near !== undefined && { suggestion: near }),
  });
}
