import { CATALOGUE_KINDS, CATALOGUES, type CatalogueKind } from "../research/catalogues/catalogue-kinds.js";
import type { Page, Registry } from "../research/registry/registry.js";
import { utcMicroseconds, utcText } from "../research/registry/utc-time.js";
import { answerJson } from "./answer.js";
import { ApiError } from "./api-error.js";
import { catalogueOf, stateOf } from "./compatible-routes.js";
import { fileAnswer } from "./file-download.js";
import { int64Parameter } from "./int-parameter.js";
import { fromRegistry } from "./registry-answers.js";
import type { ApiRequest, ApiSources, Route } from "./route.js";
import { FILTERS } from "./served-records.js";
import { serverVersion } from "./server-version.js";

/** The most rows of one page. */
const MOST_ROWS = 5000;
const PAGE = {
  limit: `how many at most: 100 by default, up to ${MOST_ROWS}`,
  cursor: "next_cursor of the page before",
  since: "an ISO time: only what changed after it",
};

/** Our own routes, under /v1: pages, filters, changes since a time, files. */
export function pagedRoutes(sources: ApiSources): Route[] {
  return [
    {
      method: "GET",
      path: "/v1/health",
      summary: "The versions of the server and of what it reads",
      answer: async ({ headers }) => answerJson(headers, { body: await healthBody(sources) }),
    },
    ...CATALOGUE_KINDS.map((kind) => recordsRoute(sources, kind)),
    ...registryRoutes(sources),
    {
      method: "GET",
      path: "/v1/files/:file_id",
      summary: "A file that the registry names, whole or a range of its bytes",
      answer: ({ params, headers }) =>
        fromRegistry(async () =>
          fileAnswer(await sources.registry(), params.file_id!, sources.pathMap, headers),
        ),
    },
  ];
}

function recordsRoute(sources: ApiSources, kind: CatalogueKind): Route {
  const filters = Object.fromEntries(
    FILTERS[kind].map((field) => [field, `only records with this ${field}`]),
  );
  return {
    method: "GET",
    path: `/v1/catalog/${kind}`,
    summary: `Records of ${CATALOGUES[kind].file}, a page at a time`,
    query: { ...PAGE, ...filters },
    answer: async ({ query, headers }) => {
      const catalogue = await catalogueOf(sources, kind);
      const { records } = catalogue;
      if (!records)
        throw new ApiError(404, `${CATALOGUES[kind].file} has no list of ${CATALOGUES[kind].list}`);
      const asked = new Map(query);
      const limit = limitOf(asked);
      const offset = offsetOf(asked.get("cursor"), String(records.modified));
      const since = asked.get("since");
      for (const known of Object.keys(PAGE)) asked.delete(known);
      const page = records.page({
        filters: filtersOf(asked, FILTERS[kind]),
        ...(since !== undefined && { since: instantOf(since) }),
        limit,
        offset,
      });
      const next = page.nextOffset === undefined ? null : `${page.nextOffset}.${records.modified}`;
      const head = {
        as_of: utcText(records.modified),
        total: page.total,
        next_cursor: next,
        removed: page.removed.map((key) => JSON.parse(key) as unknown),
        complete: page.isComplete,
      };
      const body = Buffer.concat([
        Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`),
        ...page.items.flatMap((item, at) => (at > 0 ? [Buffer.from(","), item] : [item])),
        Buffer.from("]}"),
      ]);
      return answerJson(headers, { body, ...stateOf(catalogue) });
    },
  };
}

function registryRoutes(sources: ApiSources): Route[] {
  const route = (
    name: string,
    filters: readonly string[],
    rows: (registry: Registry, query: ReadonlyMap<string, string>) => Promise<Page<object>>,
  ): Route => ({
    method: "GET",
    path: `/v1/registry/${name}`,
    summary: `Rows of the registry's table ${name}, a page at a time`,
    query: {
      limit: PAGE.limit,
      cursor: PAGE.cursor,
      ...(filters.includes("since") && { since: PAGE.since }),
      ...Object.fromEntries(filters.map((field) => [field, `only rows with this ${field}`])),
    },
    answer: async ({ query, headers }: ApiRequest) => {
      const asked = new Map(query);
      const [limit, offset] = [limitOf(asked), offsetOf(asked.get("cursor"), "")];
      asked.delete("limit");
      asked.delete("cursor");
      filtersOf(asked, filters);
      const { total, rows: all } = await fromRegistry(async () => rows(await sources.registry(), asked));
      const items = all.slice(offset, offset + limit);
      const next = offset + limit < total ? `${offset + limit}.` : null;
      return answerJson(headers, { body: Buffer.from(JSON.stringify({ total, next_cursor: next, items })) });
    },
  });
  const loopId = (query: ReadonlyMap<string, string>) =>
    query.has("loop_id") ? { loopId: Number(int64Parameter(query.get("loop_id")!, "query", "loop_id")) } : {};
  const text = <Name extends string>(query: ReadonlyMap<string, string>, field: string, name: Name) =>
    (query.has(field) ? { [name]: query.get(field)! } : {}) as Partial<Record<Name, string>>;
  return [
    route("task_runs", ["status", "since"], (registry, query) =>
      registry.taskRuns({ ...text(query, "status", "status"), ...text(query, "since", "since") }),
    ),
    route(
      "loops",
      ["task_run_id", "status", "action", "materialization_status", "since"],
      (registry, query) =>
        registry.loops({
          ...text(query, "task_run_id", "taskRunId"),
          ...text(query, "status", "status"),
          ...text(query, "action", "action"),
          ...text(query, "materialization_status", "materialization"),
          ...text(query, "since", "since"),
        }),
    ),
    route("workspaces", ["task_run_id", "loop_id", "workspace_role"], (registry, query) =>
      registry.workspaces({
        ...text(query, "task_run_id", "taskRunId"),
        ...text(query, "workspace_role", "role"),
        ...loopId(query),
      }),
    ),
    route("artifacts", ["task_run_id", "loop_id", "workspace_id"], (registry, query) =>
      registry.artifacts({
        ...text(query, "task_run_id", "taskRunId"),
        ...text(query, "workspace_id", "workspaceId"),
        ...loopId(query),
      }),
    ),
    route("artifact_files", ["artifact_id"], async (registry, query) => {
      const id = query.get("artifact_id");
      const rows = await registry.artifactFiles(id === undefined ? undefined : [id]);
      return { total: rows.length, rows };
    }),
  ];
}

async function healthBody(sources: ApiSources): Promise<Buffer> {
  const catalogues: Record<string, unknown> = {};
  for (const [kind, file] of sources.catalogues) {
    const served = await file.current();
    catalogues[kind] = served
      ? {
          records: served.records?.count ?? null,
          modified_utc: utcText(Math.floor(served.modified * 1000)),
          etag: served.etag,
          last_good: served.isLastGood,
        }
      : null;
  }
  const registry = await fromRegistry(async () => {
    const columns = await (await sources.registry()).columns();
    return { tables: Object.fromEntries([...columns].map(([table, names]) => [table, names.length])) };
  }).catch((error: unknown) => ({ problem: error instanceof ApiError ? error.detail : "unreadable" }));
  return Buffer.from(
    JSON.stringify({
      status: "ok",
      service: "aistock-data",
      version: serverVersion(),
      api: "v1",
      node: process.versions.node,
      catalogues,
      registry,
    }),
  );
}

function limitOf(query: ReadonlyMap<string, string>): number {
  const limit = Number(int64Parameter(query.get("limit") ?? "100", "query", "limit"));
  if (limit >= 1 && limit <= MOST_ROWS) return limit;
  throw new ApiError(422, `limit is ${limit}; give 1 to ${MOST_ROWS}`);
}

/** A cursor is of one state of a catalogue: pages of two states would skip records. */
function offsetOf(cursor: string | undefined, state: string): number {
  if (cursor === undefined || cursor === "") return 0;
  const parts = /^(\d{1,15})\.(.*)$/.exec(cursor);
  if (!parts) throw new ApiError(422, "cursor is none of ours; leave it out to start at the front");
  if (parts[2] !== state) throw new ApiError(409, "the catalogue has changed; start at the front");
  return Number(parts[1]);
}

function filtersOf(query: ReadonlyMap<string, string>, known: readonly string[]): Record<string, string> {
  for (const name of query.keys()) {
    if (!known.includes(name)) {
      throw new ApiError(422, `unknown parameter "${name}"; there are limit, cursor, ${known.join(", ")}`);
    }
  }
  return Object.fromEntries(query);
}

function instantOf(text: string): number {
  const at = utcMicroseconds(text.replace(/ (\d{2}:?\d{2})$/, "+$1"));
  if (at === undefined) throw new ApiError(422, `since "${text}" is not a time; write 2026-01-14T09:30:00Z`);
  return at;
}
