import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { type Context, Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { DataServiceError } from "../../errors.js";
import type { Theme } from "../../report/charts/palette.js";
import type { Store } from "../../research/store/store.js";
import { comparisonChart, timelineChart } from "./charts.js";
import { sameOrigin, secured, withToken } from "./guard.js";
import type { Jobs } from "./jobs.js";
import type { ListAnswer, RecordKind } from "./library-types.js";
import { listRequestOf } from "./list-request.js";
import { exportMarks, importMarks, marksOf } from "./marks.js";
import { overviewAnswer, runAnswer } from "./overview.js";
import type { Pages } from "./pages.js";
import { factorAnswer, loopAnswer, rowOf, taskAnswers } from "./records.js";
import { contentTypeOf, type ServedFiles } from "./served-files.js";

export interface LibraryParts {
  readonly store: Store;
  readonly version: string;
  readonly jobs: Jobs;
  readonly files: ServedFiles;
  readonly pages: Pages;
  readonly token?: string | undefined;
  /** Names beside loopback's that the server is known by. */
  readonly hosts: readonly string[];
  readonly hasSnapshot: boolean;
}

const KINDS: readonly RecordKind[] = ["factors", "strategies", "loops", "models"];
const API = "/api/v1";

/** The JSON API over a store, and the pages that use it. */
export function libraryApi(parts: LibraryParts): Hono {
  const { store, jobs, files, pages } = parts;
  const app = new Hono();
  app.use(secured, sameOrigin(parts.hosts), withToken(parts.token));
  app.onError((error, context) => problem(context, error));

  app.get(`${API}/overview`, async (c) =>
    json(c, await overviewAnswer(store, parts.version, parts.hasSnapshot)),
  );
  for (const kind of KINDS)
    app.get(`${API}/${kind}`, async (c) =>
      json(c, await listOf(store, kind, new URL(c.req.url).searchParams)),
    );
  app.get(`${API}/factor`, async (c) => found(c, await factorAnswer(store, keyOf(c))));
  app.get(`${API}/loop`, async (c) => found(c, await loopAnswer(store, keyOf(c), files)));
  app.get(`${API}/tasks`, async (c) => json(c, await taskAnswers(store)));
  app.get(`${API}/alpha/:library`, async (c) => {
    const library = c.req.param("library");
    if (library !== "alpha158" && library !== "alpha360")
      return c.json({ error: "alpha158 or alpha360" }, 404);
    const rows = await store.alphaFactors(library);
    return json(
      c,
      rows.map(({ name, expression, region, tags }) => ({ name, expression, region, tags })),
    );
  });

  app.get(`${API}/marks`, async (c) => json(c, await exportMarks(store)));
  app.put(`${API}/marks`, async (c) => json(c, { imported: await importMarks(store, await c.req.json()) }));
  app.put(`${API}/marks/:kind`, async (c) => {
    const kind = c.req.param("kind") as RecordKind;
    if (!KINDS.includes(kind)) return c.json({ error: `no list ${kind}` }, 404);
    return json(c, await store.mark(kind, { mark_key: keyOf(c) }, marksOf(await c.req.json())));
  });

  app.get(`${API}/runs`, async (c) => json(c, (await store.runs(50)).map(runAnswer)));
  app.get(`${API}/runs/:id`, async (c) =>
    json(c, (await store.runRecords(c.req.param("id"))).slice(0, 2000)),
  );
  app.post(`${API}/jobs`, async (c) => {
    const { source, mode = "incremental", dryRun = false } = (await c.req.json()) as Record<string, unknown>;
    if (typeof source !== "string" || source.trim() === "")
      return c.json({ error: "source is a URL or a folder" }, 400);
    if (mode !== "full" && mode !== "incremental")
      return c.json({ error: "mode is full or incremental" }, 400);
    if (jobs.running !== undefined)
      return c.json({ error: "a sync is running; wait until it has ended" }, 409);
    return c.json({ id: jobs.startSync(source, mode, dryRun === true).id }, 202);
  });
  app.get(`${API}/jobs/:id/events`, (c) => eventsOf(c, jobs));

  app.get(`${API}/charts/timeline.svg`, async (c) =>
    svg(c, await timelineChart(store, c.req.query("task") ?? "", themeOf(c))),
  );
  app.get(`${API}/charts/comparison.svg`, async (c) =>
    svg(c, await comparisonChart(store, c.req.queries("key") ?? [], themeOf(c))),
  );
  app.get(`${API}/files/:id`, async (c) => fileOf(c, store, files));
  app.all(`${API}/*`, (c) => c.json({ error: `nothing at ${c.req.path}` }, 404));
  app.get("*", (c) => pages.answer(c));
  return app;
}

async function listOf(store: Store, kind: RecordKind, query: URLSearchParams): Promise<ListAnswer> {
  const request = listRequestOf(query);
  const { total, rows } = await store[kind](request);
  const end = request.offset! + rows.length;
  return { total, rows: rows.map(rowOf), ...(end < total && rows.length > 0 && { next: String(end) }) };
}

function keyOf(context: Context): string {
  const key = context.req.query("key");
  if (key === undefined || key === "") throw new DataServiceError("bad-request", "key: name the record");
  return key;
}

const themeOf = (context: Context): Theme => (context.req.query("theme") === "dark" ? "dark" : "light");

/** JSON that need not be sent again while it is the same. */
async function json(context: Context, value: unknown): Promise<Response> {
  const body = JSON.stringify(value);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
  const etag = `W/"${Buffer.from(digest).toString("base64url").slice(0, 22)}"`;
  const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-cache", etag };
  if (context.req.header("if-none-match") === etag) return new Response(null, { status: 304, headers });
  return new Response(body, { headers });
}

function found(context: Context, value: unknown): Response | Promise<Response> {
  return value === undefined ? context.json({ error: "no such record" }, 404) : json(context, value);
}

function svg(context: Context, text: string | undefined): Response {
  if (text === undefined) return context.json({ error: "there are no figures to draw" }, 404);
  return new Response(text, { headers: { "content-type": "image/svg+xml", "cache-control": "no-cache" } });
}

function problem(context: Context, error: unknown): Response {
  if (error instanceof SyntaxError) return context.json({ error: "the body is not JSON" }, 400);
  if (!(error instanceof DataServiceError)) return context.json({ error: "a fault of this server" }, 500);
  const isAsked = error.code === "bad-request" || error.code === "unknown-field";
  return context.json({ error: error.message }, isAsked ? 400 : error.code === "not-found" ? 404 : 503);
}

function eventsOf(context: Context, jobs: Jobs): Response {
  const job = jobs.find(context.req.param("id") ?? "");
  if (job === undefined) return context.json({ error: "no such job" }, 404);
  return streamSSE(context, async (stream) => {
    let sent: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      const stop = job.follow((event) => {
        sent = sent.then(() => stream.writeSSE({ data: JSON.stringify(event) }));
        if (event.state !== "running") resolve();
      });
      stream.onAbort(() => {
        stop();
        resolve();
      });
    });
    await sent;
  });
}

/** A file that the store names, by its id; never a path of the request. */
async function fileOf(context: Context, store: Store, files: ServedFiles): Promise<Response> {
  const id = context.req.param("id") ?? "";
  const row = await store.db
    .selectFrom("artifact_files")
    .select("path")
    .where("file_id", "=", id)
    .executeTakeFirst();
  const path = row?.path ? files.find(row.path) : undefined;
  if (path === undefined) return context.json({ error: "no such file here" }, 404);
  const { type, isShown } = contentTypeOf(path);
  const name = encodeURIComponent(basename(path));
  return new Response(Readable.toWeb(createReadStream(path)) as ReadableStream, {
    headers: {
      "content-type": type,
      "content-length": String(statSync(path).size),
      "content-security-policy": "default-src 'none'; sandbox",
      "content-disposition": `${isShown ? "inline" : "attachment"}; filename*=UTF-8''${name}`,
    },
  });
}
