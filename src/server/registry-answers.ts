import { sql } from "kysely";
import { DataServiceError } from "../errors.js";
import { API_STYLE, printJson } from "../research/json/print-json.js";
import { type PythonJson, type PythonObject, parsePythonJson } from "../research/json/python-json.js";
import type { Registry } from "../research/registry/registry.js";
import type { ArtifactFileRow, ArtifactRow } from "../research/registry/registry-tables.js";
import { utcMicroseconds, utcNow } from "../research/registry/utc-time.js";
import { ApiError } from "./api-error.js";

/** `GET /loops/{task_run_id}/{loop_id}/artifacts`, with the bytes of the Python server. */
export async function artifactsAnswer(
  registry: Registry,
  taskRunId: string,
  loopId: bigint,
): Promise<Buffer> {
  const { rows } = await registry.artifacts({ taskRunId, loopId: Number(loopId) });
  const files = new Map<string, ArtifactFileRow[]>();
  for (const file of await registry.artifactFiles(rows.map(({ artifact_id }) => artifact_id))) {
    files.set(file.artifact_id, [...(files.get(file.artifact_id) ?? []), file]);
  }
  const body: PythonObject = new Map<string, PythonJson>([
    ["task_run_id", taskRunId],
    ["loop_id", loopId],
    ["artifacts", rows.map((row) => artifactObject(row, files.get(row.artifact_id) ?? []))],
  ]);
  return Buffer.from(printJson(body, API_STYLE));
}

function artifactObject(row: ArtifactRow, files: readonly ArtifactFileRow[]): PythonObject {
  return new Map<string, PythonJson>([
    ["artifact_id", row.artifact_id],
    ["artifact_type", row.artifact_type],
    ["name", row.name],
    ["status", row.status],
    ["primary_flag", Boolean(row.primary_flag)],
    ["entry_path", row.entry_path],
    ["summary", summaryOf(row.summary_json)],
    ["files", files.map(fileObject)],
  ]);
}

function fileObject(row: ArtifactFileRow): PythonObject {
  return new Map<string, PythonJson>([
    ["file_id", row.file_id],
    ["path", row.path],
    ["sha256", row.sha256],
    ["size_bytes", row.size_bytes === null ? null : BigInt(row.size_bytes)],
    ["mtime_utc", row.mtime_utc],
    ["kind", row.kind],
  ]);
}

/** What is missing, empty or broken is an empty object. */
function summaryOf(text: string | null): PythonJson {
  if (!text) return new Map();
  try {
    return parsePythonJson(text) ?? new Map();
  } catch {
    return new Map();
  }
}

/**
 * `GET /catalog/incremental`: solidified loops that changed after a time, oldest first. Times are compared as instants; a
 * text that is none is compared as text, as the Python server does with all.
 * @param limit all where it is negative
 */
export async function incrementalAnswer(registry: Registry, since: string, limit: bigint): Promise<Buffer> {
  const types = await columnTypes(registry);
  const rows = await registry.query(async (db) => {
    if (!types.get("loops")?.has("is_solidified")) return [];
    return db
      .selectFrom("loops")
      .selectAll()
      .where("is_solidified", "=", 1)
      .orderBy("updated_at_utc")
      .orderBy(sql`rowid`)
      .execute();
  });
  const after = rows.filter(({ updated_at_utc }) => isAfter(updated_at_utc, since));
  const wanted = limit < 0n ? after : after.slice(0, Number(limit));
  const loops: PythonJson[] = [];
  for (const row of wanted) {
    const factors = row.asset_bundle_id === null ? [] : await registry.factorRegistry(row.asset_bundle_id);
    const loop = rowObject(row, types.get("loops"));
    loop.set(
      "factors",
      factors.map((factor) => rowObject(factor, types.get("factor_registry"))),
    );
    loops.push(loop);
  }
  const body: PythonObject = new Map<string, PythonJson>([
    ["version", "v1"],
    ["generated_at_utc", utcNow()],
    ["count", BigInt(loops.length)],
    ["loops", loops],
  ]);
  return Buffer.from(printJson(body, API_STYLE));
}

function isAfter(time: string | null, since: string): boolean {
  if (since === "") return true;
  // A plus that was not escaped arrives as a blank.
  const [at, limit] = [utcMicroseconds(time), utcMicroseconds(since.replace(/ (\d{2}:?\d{2})$/, "+$1"))];
  return at === undefined || limit === undefined ? (time ?? "") > since : at > limit;
}

type ColumnTypes = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** SQLite gives 1 for the REAL 1.0, which Python prints as 1.0: the declared type tells. */
async function columnTypes(registry: Registry): Promise<ColumnTypes> {
  return registry.query(async (db) => {
    const types = new Map<string, Map<string, string>>();
    const { rows } = await sql<{ table: string; column: string; type: string }>`
      select m.name as "table", c.name as "column", c.type
      from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' order by m.name, c.cid
    `.execute(db);
    for (const { table, column, type } of rows) {
      const columns = types.get(table) ?? new Map<string, string>();
      types.set(table, columns.set(column, type.toUpperCase()));
    }
    return types;
  });
}

/** A row in the order of its table's columns. */
function rowObject(row: object, types: ReadonlyMap<string, string> | undefined): PythonObject {
  const values = row as Readonly<Record<string, unknown>>;
  const object: PythonObject = new Map();
  for (const [column, type] of types ?? []) object.set(column, cellJson(values[column], type));
  return object;
}

function cellJson(value: unknown, type: string): PythonJson {
  if (typeof value !== "number") return typeof value === "string" || typeof value === "bigint" ? value : null;
  return Number.isInteger(value) && type !== "REAL" ? BigInt(value) : value;
}

/**
 * Runs a query of the registry for an answer.
 * @throws ApiError 503 where there is no registry (none is created), 500 with SQLite's sentence where it cannot be read
 */
export async function fromRegistry<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    if (!(error instanceof DataServiceError)) throw error;
    if (error.code === "not-found") throw new ApiError(503, "registry not found");
    const said = error.cause instanceof Error ? error.cause.message : error.code;
    throw new ApiError(error.code === "timeout" ? 503 : 500, `registry query failed: ${said}`);
  }
}
