import { existsSync } from "node:fs";
import { Kysely } from "kysely";
import { registryError } from "../research/registry/registry-file.js";
import type { RegistryTables } from "../research/registry/registry-tables.js";
import { openSqlite } from "../research/sqlite/open-sqlite.js";
import { NodeSqliteDialect } from "../research/sqlite/sqlite-dialect.js";
import { ApiError } from "./api-error.js";

/**
 * `POST /ops/sync-confirm`: marks the loops of a bundle as synced. It writes to the registry.
 * @throws ApiError 400, 422 with pydantic's bodies
 */
export async function syncConfirm(
  registryPath: string,
  body: string,
): Promise<{ status: string; message: string }> {
  const payload = textFields(body);
  const bundle = payload.asset_bundle_id;
  if (!bundle || payload.status !== "synced") throw new ApiError(400, "Invalid payload");
  if (!existsSync(registryPath)) throw new ApiError(503, "registry not found");
  let db: Kysely<RegistryTables> | undefined;
  try {
    db = new Kysely({ dialect: new NodeSqliteDialect(await openSqlite(registryPath)) });
    await db
      .updateTable("loops")
      .set({ sync_status: "synced" })
      .where("asset_bundle_id", "=", bundle)
      .execute();
  } catch (error) {
    throw registryError(registryPath, error);
  } finally {
    await db?.destroy();
  }
  return { status: "ok", message: `Bundle ${bundle} marked as synced` };
}

/** What FastAPI asks of a `Dict[str, str]`. */
function textFields(body: string): Readonly<Record<string, string>> {
  if (body === "") throw invalid({ type: "missing", loc: ["body"], msg: "Field required", input: null });
  const value = parsed(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const msg = "Input should be a valid dictionary";
    throw invalid({ type: "dict_type", loc: ["body"], msg, input: value });
  }
  const wrong = Object.entries(value).filter(([, member]) => typeof member !== "string");
  if (wrong.length === 0) return value as Record<string, string>;
  throw invalid(
    ...wrong.map(([key, input]) => ({
      type: "string_type",
      loc: ["body", key],
      msg: "Input should be a valid string",
      input,
    })),
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Python's sentence for the commonest fault; of others only that it is no JSON.
    const isKey = /^\s*\{\s*[^"\s}]/.exec(body);
    const at = isKey ? isKey[0].length - 1 : 0;
    const error = isKey ? "Expecting property name enclosed in double quotes" : "Expecting value";
    throw invalid({
      type: "json_invalid",
      loc: ["body", at],
      msg: "JSON decode error",
      input: {},
      ctx: { error },
    });
  }
}

const invalid = (...problems: readonly object[]): ApiError => new ApiError(422, problems);
