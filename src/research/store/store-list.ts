import { type Kysely, type RawBuilder, sql } from "kysely";
import { DataServiceError } from "../../errors.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { searchConditions } from "./full-text.js";
import { columnOf, type ListTable, orderOf, partsOf } from "./list-order.js";
import { cursorOf, cursorText } from "./page-cursor.js";
import type { MarkTable, StoreTables } from "./store-tables.js";

/** What a column may be asked for: one value, one of several, bounds (both inclusive), a part of it, or that it has none. */
export type ColumnFilter =
  | string
  | number
  | null
  | readonly (string | number)[]
  | { readonly min?: number | string; readonly max?: number | string }
  | { readonly contains: string };

/** Which part of a list of the store is wanted. */
export interface ListRequest {
  /** By the names of the table's columns; a row matches all. */
  readonly where?: Readonly<Record<string, ColumnFilter>>;
  /**
   * Words that all stand in a name, description or expression, whatever their case. A word is found by its beginning (flow
   * finds FlowRatio and MoneyFlow), Chinese wherever it stands.
   */
  readonly search?: string;
  /** A column's name, with `-` before it for the greatest first. Rows without a value come last. */
  readonly sort?: string;
  /** 100 by default. */
  readonly limit?: number;
  /** How many rows to pass over; a far page takes longer so than by `cursor`. */
  readonly offset?: number;
  /** `next` of the page before: goes on after its last row, whatever came or went before it. The total is not counted again. */
  readonly cursor?: string;
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
  cursor: true,
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

/** A row, and the passages of it that a search found. */
export type Marked<Row> = Row & { readonly marks: Marks };

/** A part of a list, and where the next begins. */
export interface ListPage<Row> {
  /** How many match, on all pages, as they were counted with the first. */
  readonly total: number;
  readonly rows: readonly Marked<Row>[];
  /** What the next page is asked for by; undefined on the last. */
  readonly next: string | undefined;
}

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
  const { limit = 100, offset = 0, cursor } = request;
  if (!Number.isInteger(limit) || limit < 0 || !Number.isInteger(offset) || offset < 0) {
    throw new DataServiceError("bad-request", `${table}: limit and offset are whole numbers from 0 on`);
  }
  const order = orderOf(table, columns, request.sort);
  const list = await listOf(db, table, columns, request);
  const count = async (more: RawBuilder<unknown> = sql`1 = 1`): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*) as n ${list} and ${more}`.execute(db);
    return Number(rows[0]!.n);
  };
  const after = cursor === undefined ? undefined : cursorOf(cursor, request.sort ?? "", order.columns.length);
  const total = after?.total ?? (await count());
  const wanted = limit + 1; // one more tells whether there is a next page
  const keys: string[] = [];
  let skipped = offset;
  for (const part of partsOf(order, after?.values)) {
    if (keys.length === wanted || limit === 0) break;
    const found = await sql<{ record_key: string }>`
      select r.record_key ${list} and ${part.where} order by ${part.by} limit ${wanted - keys.length} offset ${skipped}
    `.execute(db);
    for (const { record_key } of found.rows) keys.push(record_key);
    if (found.rows.length === 0 && skipped > 0) skipped -= Math.min(skipped, await count(part.where));
    else skipped = 0;
  }
  const rows = await rowsOf(db, table, keys.slice(0, limit));
  const last = rows.at(-1);
  const next =
    keys.length > limit && last !== undefined
      ? cursorText({
          sort: request.sort ?? "",
          total,
          values: order.columns.map((column) => valueIn(last, column)),
        })
      : undefined;
  return { total, rows, next };
}

const valueIn = (row: object, column: string): string | number | null =>
  (row as Record<string, string | number | null>)[column] ?? null;

/** The rows of keys, in their order. */
async function rowsOf<T extends ListTable>(
  db: Kysely<StoreTables>,
  table: T,
  keys: readonly string[],
): Promise<Marked<StoreTables[T]>[]> {
  const byKey = new Map<string, Marked<StoreTables[T]>>();
  for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
    const { rows } = await sql<StoreTables[T] & MarkColumns>`
      select r.*, m.favourite as mark_favourite, m.reviewed as mark_reviewed, m.tags as mark_tags, m.note as mark_note
      from ${sql.table(table)} r left join marks m on m.kind = ${table} and m.mark_key = r.mark_key
      where r.record_key in (${sql.join(keys.slice(at, at + KEYS_AT_ONCE))})
    `.execute(db);
    for (const row of rows) byKey.set(row.record_key, withMarks(row));
  }
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

/** Values of one statement; PostgreSQL takes 65,535, SQLite 32,766. */
const KEYS_AT_ONCE = 10_000;

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

/** The rows that a request asks for. */
async function listOf(
  db: Kysely<StoreTables>,
  table: ListTable,
  columns: readonly string[],
  request: ListRequest,
): Promise<RawBuilder<unknown>> {
  const conditions: RawBuilder<unknown>[] = [sql`1 = 1`];
  if (!request.gone) conditions.push(sql`r.gone_at_utc is null`);
  if (table === "loops" && !request.everyWorkspace) conditions.push(sql`r.is_best = 1`);
  for (const [column, filter] of Object.entries(request.where ?? {})) {
    conditions.push(filterOf(columnOf(table, columns, column), filter));
  }
  conditions.push(...(await searchConditions(db, table, request.search ?? "")));
  conditions.push(...markConditions(table, request));
  return sql`from ${sql.table(table)} r where ${sql.join(conditions, sql` and `)}`;
}

/** Marks are few: the rows are looked up from them. */
function markConditions(table: ListTable, request: ListRequest): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [];
  for (const mark of ["favourite", "reviewed"] as const) {
    const wanted = request[mark];
    if (wanted === undefined) continue;
    const marked = sql`(select m.mark_key from marks m where m.kind = ${table} and ${sql.ref(`m.${mark}`)} = 1)`;
    conditions.push(wanted ? sql`r.mark_key in ${marked}` : sql`r.mark_key not in ${marked}`);
  }
  if (request.tag !== undefined) {
    const quoted = `%${JSON.stringify(request.tag).replace(/[\\%_]/g, "\\$&")}%`;
    conditions.push(sql`r.mark_key in (
      select m.mark_key from marks m where m.kind = ${table} and m.tags like ${quoted} escape '\\'
    )`);
  }
  return conditions;
}

function filterOf(column: string, filter: ColumnFilter) {
  const ref = sql.ref(`r.${column}`);
  if (filter === null) return sql`${ref} is null`;
  if (typeof filter !== "object") return sql`${ref} = ${filter}`;
  if (Array.isArray(filter)) return filter.length === 0 ? sql`1 = 0` : sql`${ref} in (${sql.join(filter)})`;
  if ("contains" in filter) {
    const pattern = `%${filter.contains.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
    return sql`lower(cast(${ref} as text)) like ${pattern} escape '\\'`;
  }
  const { min, max } = filter as { min?: number | string; max?: number | string };
  const bounds = [sql`${ref} is not null`];
  if (min !== undefined) bounds.push(sql`${ref} >= ${min}`);
  if (max !== undefined) bounds.push(sql`${ref} <= ${max}`);
  return sql.join(bounds, sql` and `);
}
