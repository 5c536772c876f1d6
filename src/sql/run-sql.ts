import type { DuckDBConnection } from "@duckdb/node-api";
import { type Advice, DataServiceError } from "../errors.js";
import { sqlName, withDuckDB } from "../formats/duckdb/duckdb.js";
import { listNames } from "../names/field.js";
import { nearestName, suggestion } from "../names/nearest.js";
import { checkKeys, type RequestKeys } from "../names/request-keys.js";
import { inOneZone } from "../panel/one-zone.js";
import type { Panel } from "../panel/panel.js";
import { bindValues, type SqlValues } from "./bind-values.js";
import { PanelScan } from "./panel-scan.js";
import { Deadline, memorySetting, type QueryLimits } from "./query-limits.js";
import { readResult } from "./read-result.js";
import type { SqlResult } from "./sql-result.js";
import { columnNamesFor, listsTables, tablesNamed } from "./table-names.js";

/** A panel that a query may name. */
export interface SqlTable {
  readonly name: string;
  open(): Promise<Panel>;
}

export interface SqlOptions extends QueryLimits {
  /** Values for `?` or `$1` (an array), or for `$name` (an object). They are bound, never pasted into the text. */
  readonly values?: SqlValues | undefined;
  /** Whether the query may read and write files and attach databases; false by default. */
  readonly externalAccess?: boolean | undefined;
}

const OPTION_KEYS: RequestKeys<SqlOptions> = {
  values: true,
  externalAccess: true,
  signal: true,
  timeoutMs: true,
  memoryLimit: true,
};

/**
 * Runs one SQL statement on an embedded DuckDB of its own, with panels as tables: `datetime` (TIMESTAMP_NS,
 * exchange wall clock), `instrument`, and the columns, `$close` as `"$close"` or, where the query does not
 * write that, as `close`. Only panels that the text names are opened and only columns that it uses are read; `SHOW TABLES`
 * opens none.
 * Where tables that a query names are in several zones, all show the clocks of the first one's.
 * NaN is NULL in SQL, so that aggregates skip it, and NULL is NaN in the result.
 * @throws DataServiceError sql, with DuckDB's own message; over-budget (`memoryLimit`); timeout, cancelled;
 *   zone-conflict; bad-request; and what opening and reading a panel throws
 */
export async function runSql(
  tables: readonly SqlTable[],
  query: string,
  options: SqlOptions = {},
): Promise<SqlResult> {
  if (typeof query !== "string") throw new DataServiceError("bad-request", "sql: give a query as text");
  if (isEmpty(query))
    throw new DataServiceError("bad-request", "sql: the query is empty; give one statement");
  checkKeys(options, OPTION_KEYS, "sql");
  const deadline = new Deadline(options);
  const memory = memorySetting(options);
  deadline.check();
  const named = tablesNamed(query, tables);
  const opened = await Promise.all(named.map((table) => table.open()));
  const names = named.map(({ name }) => name);
  const { panels } = inOneZone(opened, names, "sql");
  const scans: PanelScan[] = [];
  try {
    return await withDuckDB(async (connection) => {
      const run = async (): Promise<SqlResult> => {
        for (const [i, { name }] of named.entries()) {
          const panel = panels[i]!;
          const scan = new PanelScan(panel, columnNamesFor(query, panel.columnNames));
          scans.push(scan);
          scan.register(connection, `panel_rows_${i}`);
          await connection.run(`CREATE VIEW ${sqlName(name)} AS SELECT * FROM panel_rows_${i}()`);
        }
        if (listsTables(query)) {
          for (const { name } of tables) {
            await connection.run(`CREATE VIEW IF NOT EXISTS ${sqlName(name)} AS SELECT NULL AS unread`);
          }
        }
        await connection.run("SET TimeZone = 'UTC'");
        if (options.externalAccess !== true) await connection.run("SET enable_external_access = false");
        await connection.run("SET lock_configuration = true");
        deadline.check();
        return await runOne(connection, query, options);
      };
      return await deadline.during(() => connection.interrupt(), run);
    }, memory);
  } catch (error) {
    const thrown = scans.find((scan) => scan.error !== undefined)?.error ?? error;
    if (thrown instanceof DataServiceError) throw thrown;
    throw sqlError(thrown, tables, panels);
  }
}

async function runOne(
  connection: DuckDBConnection,
  query: string,
  { values }: SqlOptions,
): Promise<SqlResult> {
  const statements = await connection.extractStatements(query);
  if (statements.count !== 1) {
    throw new DataServiceError(
      "sql",
      `the text holds ${statements.count} statements; give one, without a semicolon inside`,
      { count: statements.count },
    );
  }
  const prepared = await statements.prepare(0);
  try {
    if (values !== undefined) bindValues(prepared, values);
    return await readResult(await prepared.run());
  } finally {
    prepared.destroySync();
  }
}

/** Whether a text has no statement: comments and semicolons alone, for which DuckDB has no error of its own. */
function isEmpty(query: string): boolean {
  const blank = /(?:[\s;]+|--.*)*/y; // a comment of several lines is sought by its end: a pattern would seek it from each beginning
  for (let at = 0; ; ) {
    blank.lastIndex = at;
    blank.test(query);
    at = blank.lastIndex;
    if (at === query.length) return true;
    const end = query.startsWith("/*", at) ? query.indexOf("*/", at + 2) : -1;
    if (end < 0) return false;
    at = end + 2;
  }
}

function sqlError(error: unknown, tables: readonly SqlTable[], panels: readonly Panel[]): DataServiceError {
  const said = error instanceof Error ? error.message : String(error);
  const missing = /Table with name (.+) does not exist/.exec(said)?.[1];
  if (missing !== undefined) {
    // DuckDB knows only the tables that the query names, so that its own suggestion is of no use.
    const names = tables.map(({ name }) => name).sort();
    const near = nearestName(missing, names);
    return new DataServiceError(
      "sql",
      `${said.replace(/\nDid you mean .*/, "")}\nthe tables are ${listNames(names, 20)}${suggestion(near)}`,
      { found: names, ...(near !== undefined && { suggestion: near }) },
      error,
    );
  }
  if (said.startsWith("Out of Memory Error")) {
    // What follows are settings of DuckDB, which a query cannot change here.
    return new DataServiceError(
      "over-budget",
      `${said.split("\n")[0]}; give sql more memoryLimit, or the query fewer rows`,
      { advice: { code: "memory-limit", words: "give sql more memoryLimit" } },
      error,
    );
  }
  const { hint, advice } = parameterHint(said, panels) ?? {};
  const message = hint === undefined ? said : `${said}\n${hint}`;
  return new DataServiceError("sql", message, { ...(advice && { advice }) }, error);
}

/** What to do about parameters without a value: `$close` may be meant as a field, `?` may not. */
function parameterHint(
  said: string,
  panels: readonly Panel[],
): { readonly hint: string; readonly advice?: Advice } | undefined {
  const unbound = /Values were not provided for .* parameters?: (.+)$/s.exec(said)?.[1];
  if (unbound === undefined) return undefined;
  const names = unbound.split(",").map((name) => name.trim());
  const field = names.find((name) => panels.some((panel) => panel.hasField(`$${name}`)));
  if (field !== undefined) {
    return { hint: `a field whose name begins with $ is written in double quotes, as in "$${field}"` };
  }
  const hint = names.every((name) => /^\d+$/.test(name))
    ? "give every ? a value: { values: [...] }"
    : `give every parameter a value: { values: { ${names.join(", ")} } }`;
  return { hint, advice: { code: "give-values", words: hint } };
}
