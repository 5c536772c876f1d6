import { type Kysely, sql } from "kysely";
import { DataServiceError } from "../../errors.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import type { MarkTable, StoreTables } from "./store-tables.js";

/** What a column may be asked for: one value, one of several, bounds (both inclusive), or that it has none. */
export type ColumnFilter =
  | string
  | number
  | null
  | readonly (string | number)[]
  | { readonly min?: number | string; readonly max?: number | string };

export interface ListRequest {
  /** By the names of the table's columns; a row matches all. */
  readonly where?: Readonly<Record<string, ColumnFilter>>;
  /** Text that stands anywhere in a name, description or expression, whatever its case; several words must all. */
  readonly search?: string;
  /** A column's name, with `-` before it for the greatest first. Rows without a value come last. */
  readonly sort?: string;
  /** 100 by default. */
  readonly limit?: number;
  readonly offset?: number;
  /** Only rows that the user marked so. */
  readonly favourite?: boolean;
  readonly reviewed?: boolean;
  readonly tag?: string;
  /** Rows that the source no longer has as well. */
  readonly gone?: boolean;
  /** loops: a row for each workspace, and not only the one with values. */
  readonly everyWorkspace?: boolean;
}

const LIST_KEYS: RequestKeys<ListRequest> = {
  where: true,
  search: true,
  sort: true,
  limit: true,
  offset: true,
  favourite: true,
  reviewed: true,
  tag: true,
  gone: true,
  everyWorkspace: true,
};

/** What the user noted of a record; nothing of one that was never marked. */
export interface Marks {
  readonly favourite: boolean;
  readonly reviewed: boolean;
  readonly tags: readonly string[];
  readonly note: string;
}

export type Marked<Row> = Row & { readonly marks: Marks };

export interface ListPage<Row> {
  /** How many match, on all pages. */
  readonly total: number;
  readonly rows: readonly Marked<Row>[];
}

/** The tables that are listed. */
export type ListTable = "factors" | "strategies" | "loops" | "models";

const SEARCHED: Readonly<Record<ListTable, readonly string[]>> = {
  factors: ["name", "description_cn", "formula_hint", "expression", "tags", "experiment_id"],
  strategies: ["strategy_id", "action", "step_name", "market", "template_files", "python_implementation"],
  loops: [
    "task_run_id",
    "workspace_id",
    "action",
    "status",
    "strategy_id",
    "factor_names",
    "summary_value_feedback",
  ],
  models: ["model_id", "task_run_id", "workspace_id", "model_type"],
};

const DEFAULT_SORT: Readonly<Record<ListTable, readonly string[]>> = {
  factors: ["name", "source", "expression_key", "occurrence"],
  strategies: ["strategy_id"],
  loops: ["task_run_id", "loop_id", "workspace_id"],
  models: ["task_run_id", "loop_id", "model_id"],
};

/**
 * A page of a table.
 * @param columns the table's columns, which a filter or sort may name
 * @throws DataServiceError bad-request, unknown-field
 */
export async function listRows<T extends ListTable>(
  db: Kysely<StoreTables>,
  table: T,
  columns: readonly string[],
  request: ListRequest,
): Promise<ListPage<StoreTables[T]>> {
  checkKeys(request, LIST_KEYS, table);
  const { limit = 100, offset = 0 } = request;
  if (!Number.isInteger(limit) || limit < 0 || !Number.isInteger(offset) || offset < 0) {
    throw new DataServiceError("bad-request", `${table}: limit and offset are whole numbers from 0 on`);
  }
  const conditions = conditionsOf(table, columns, request);
  const matching = sql`from ${sql.table(table)} r left join marks m on m.kind = ${table} and m.mark_key = r.mark_key
    where ${sql.join(conditions, sql` and `)}`;
  const { rows: counted } = await sql<{ total: number }>`select count(*) as total ${matching}`.execute(db);
  const order = orderOf(table, columns, request.sort);
  const { rows } = await sql<StoreTables[T] & MarkColumns>`
    select r.*, m.favourite as mark_favourite, m.reviewed as mark_reviewed, m.tags as mark_tags, m.note as mark_note
    ${matching} order by ${order} limit ${limit} offset ${offset}
  `.execute(db);
  return { total: Number(counted[0]?.total ?? 0), rows: rows.map(withMarks) };
}

interface MarkColumns {
  readonly mark_favourite: MarkTable["favourite"] | null;
  readonly mark_reviewed: MarkTable["reviewed"] | null;
  readonly mark_tags: string | null;
  readonly mark_note: string | null;
}

function withMarks<Row>(row: Row & MarkColumns): Marked<Row> {
  const { mark_favourite, mark_reviewed, mark_tags, mark_note, ...rest } = row;
  const marks: Marks = {
    favourite: mark_favourite === 1,
    reviewed: mark_reviewed === 1,
    tags: mark_tags === null ? [] : (JSON.parse(mark_tags) as string[]),
    note: mark_note ?? "",
  };
  return { ...(rest as unknown as Row), marks };
}

function conditionsOf(table: ListTable, columns: readonly string[], request: ListRequest) {
  const conditions = [sql`1 = 1`];
  if (!request.gone) conditions.push(sql`r.gone_at_utc is null`);
  if (table === "loops" && !request.everyWorkspace) conditions.push(sql`r.is_best = 1`);
  for (const [column, filter] of Object.entries(request.where ?? {})) {
    conditions.push(filterOf(columnOf(table, columns, column), filter));
  }
  for (const word of (request.search ?? "").split(/\s+/).filter(Boolean)) {
    const pattern = `%${word.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
    const places = SEARCHED[table].map(
      (column) => sql`lower(${sql.ref(`r.${column}`)}) like ${pattern} escape '\\'`,
    );
    conditions.push(sql`(${sql.join(places, sql` or `)})`);
  }
  for (const mark of ["favourite", "reviewed"] as const) {
    const wanted = request[mark];
    if (wanted !== undefined) conditions.push(sql`coalesce(${sql.ref(`m.${mark}`)}, 0) = ${wanted ? 1 : 0}`);
  }
  if (request.tag !== undefined) {
    const quoted = `%${JSON.stringify(request.tag).replace(/[\\%_]/g, "\\$&")}%`;
    conditions.push(sql`m.tags like ${quoted} escape '\\'`);
  }
  return conditions;
}

function filterOf(column: string, filter: ColumnFilter) {
  const ref = sql.ref(`r.${column}`);
  if (filter === null) return sql`${ref} is null`;
  if (typeof filter !== "object") return sql`${ref} = ${filter}`;
  if (Array.isArray(filter)) return filter.length === 0 ? sql`1 = 0` : sql`${ref} in (${sql.join(filter)})`;
  const { min, max } = filter as { min?: number | string; max?: number | string };
  const bounds = [sql`${ref} is not null`];
  if (min !== undefined) bounds.push(sql`${ref} >= ${min}`);
  if (max !== undefined) bounds.push(sql`${ref} <= ${max}`);
  return sql.join(bounds, sql` and `);
}

function orderOf(table: ListTable, columns: readonly string[], sort: string | undefined) {
  const rest = DEFAULT_SORT[table].map((column) => sql`${sql.ref(`r.${column}`)}`);
  if (sort === undefined) return sql.join(rest);
  const isDescending = sort.startsWith("-");
  const ref = sql.ref(`r.${columnOf(table, columns, isDescending ? sort.slice(1) : sort)}`);
  const first = isDescending ? sql`${ref} desc` : sql`${ref}`;
  return sql.join([sql`case when ${ref} is null then 1 else 0 end`, first, ...rest]);
}

function columnOf(table: ListTable, columns: readonly string[], column: string): string {
  if (columns.includes(column)) return column;
  const near = nearestName(column, columns);
  throw new DataServiceError("unknown-field", `${table} has no column "${column}"${suggestion(near)}`, {
    field: column,
    found: columns,
    ...(near !== undefined && { suggestion: near }),
  });
}
