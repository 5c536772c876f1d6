import { timingSafeEqual } from "node:crypto";
import { dirname, join } from "node:path";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { DataServiceError } from "../errors.js";
import { CATALOGUE_KINDS, CATALOGUES } from "../research/catalogues/catalogue-kinds.js";
import type { PathMap } from "../research/path-map.js";
import { openRegistry, type Registry } from "../research/registry/registry.js";
import { answerJson } from "./answer.js";
import { ApiError } from "./api-error.js";
import { CatalogueFile } from "./catalogue-file.js";
import { compatibleRoutes, writingRoutes } from "./compatible-routes.js";
import { openApiDocument } from "./openapi.js";
import { pagedRoutes } from "./paged-routes.js";
import { encodedPath, pathSegments, queryOf } from "./request-path.js";
import { RateLimit, type RequestRate } from "./request-rate.js";
import type { ApiSources, Route } from "./route.js";

/** What the results API hands out. */
export interface ResultsApiOptions {
  /** The path of registry.sqlite. */
  readonly registry: string;
  /** The folder of the catalogues; by default `aistock` beside the registry. */
  readonly catalogues?: string;
  /** The folder of production bundles; by default `production_bundles` beside the registry. */
  readonly bundles?: string;
  /** Where workspaces of the research machine are here, for file downloads. */
  readonly pathMap?: PathMap;
  /** Asked of every request but /health, as `Authorization: Bearer …`. */
  readonly token?: string;
  /** Serve the two routes that write. */
  readonly allowWrites?: boolean;
  /** Origins whose pages may read the answers; none by default. */
  readonly origins?: readonly string[];
  readonly rate?: RequestRate;
  /** The most that a bundle's files may hold; 2 GB by default. */
  readonly mostBundleBytes?: number;
  /** More routes, such as those of a backfill job. */
  readonly routes?: readonly Route[];
}

/** The results API, which answers requests without a server too. */
export interface ResultsApi {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  /** Lets go of what is held open. */
  close(): Promise<void>;
}

type ApiContext = Context<{ Bindings: HttpBindings }>;

const DEFAULT_RATE: RequestRate = { burst: 2000, perSecond: 500 };
const MOST_BUNDLE_BYTES = 2 * 1024 ** 3;
const MOST_BODY_BYTES = 1024 ** 2;

/** The results API over a registry and its catalogues. Nothing is written unless `allowWrites` says so. */
export function createResultsApi(options: ResultsApiOptions): ResultsApi {
  const sources = new Sources(options);
  const routes: Route[] = [
    ...compatibleRoutes(sources),
    ...pagedRoutes(sources),
    ...(options.allowWrites ? writingRoutes(sources) : []),
    ...(options.routes ?? []),
  ];
  routes.push({
    method: "GET",
    path: "/openapi.json",
    summary: "This document",
    answer: async ({ headers }) =>
      answerJson(headers, { body: Buffer.from(JSON.stringify(openApiDocument(routes, "v1"))) }),
  });
  const app = new Hono<{ Bindings: HttpBindings }>({
    getPath: (request, bound) =>
      encodedPath(pathSegments(targetOf(request, bound?.env as HttpBindings | undefined))),
  });
  app.use(guard(options));
  for (const route of routes) {
    app.on(route.method, route.path, (c) =>
      route.answer({
        params: c.req.param() as Record<string, string>,
        query: queryOf(targetOf(c.req.raw, c.env)),
        headers: c.req.raw.headers,
        body: () => bodyOf(c.req.raw),
      }),
    );
  }
  for (const { path, method } of routes) {
    app.all(path, () => {
      throw new ApiError(405, "Method Not Allowed", { allow: method });
    });
  }
  app.notFound((c) => redirected(c, routes) ?? c.json({ detail: "Not Found" }, 404));
  app.onError(problem);
  return { app, close: () => sources.close() };
}

class Sources implements ApiSources {
  readonly registryPath: string;
  readonly catalogues: ApiSources["catalogues"];
  readonly bundles: string;
  readonly pathMap: PathMap;
  readonly mostBundleBytes: number;
  #registry: Promise<Registry> | undefined;

  constructor(options: ResultsApiOptions) {
    const beside = dirname(options.registry);
    const folder = options.catalogues ?? join(beside, "aistock");
    this.registryPath = options.registry;
    this.catalogues = new Map(
      CATALOGUE_KINDS.map((kind) => [kind, new CatalogueFile(join(folder, CATALOGUES[kind].file), kind)]),
    );
    this.bundles = options.bundles ?? join(beside, "production_bundles");
    this.pathMap = options.pathMap ?? {};
    this.mostBundleBytes = options.mostBundleBytes ?? MOST_BUNDLE_BYTES;
  }

  registry(): Promise<Registry> {
    this.#registry ??= openRegistry(this.registryPath).catch((error: unknown) => {
      this.#registry = undefined; // it may come yet
      throw error;
    });
    return this.#registry;
  }

  async close(): Promise<void> {
    await (await this.#registry?.catch(() => undefined))?.close();
  }
}

/** What every request passes: the rate, the token, HEAD as the Python server refuses it, and origins. */
function guard(options: ResultsApiOptions) {
  const limit = new RateLimit(options.rate ?? DEFAULT_RATE);
  return async (c: ApiContext, next: () => Promise<void>): Promise<Response | undefined> => {
    const address = c.env?.incoming?.socket.remoteAddress ?? "";
    const wait = limit.wait(address);
    if (wait > 0) throw new ApiError(429, "too many requests", { "retry-after": String(wait) });
    const origin = c.req.header("origin");
    const isAllowed = origin !== undefined && (options.origins ?? []).includes(origin);
    if (isAllowed && c.req.method === "OPTIONS") {
      return new Response(null, { status: 204, headers: originHeaders(origin, c.req.header()) });
    }
    if (options.token !== undefined && c.req.path !== "/health") checkToken(c, options.token);
    if (c.req.method === "HEAD") throw new ApiError(405, "Method Not Allowed", { allow: "GET" });
    await next();
    if (isAllowed) for (const [name, value] of originHeaders(origin, {})) c.res.headers.set(name, value);
    return undefined;
  };
}

function originHeaders(origin: string, asked: Readonly<Record<string, string>>): [string, string][] {
  const headers: [string, string][] = [
    ["access-control-allow-origin", origin],
    ["vary", "Origin, Accept-Encoding"],
  ];
  const wanted = asked["access-control-request-headers"];
  if (wanted !== undefined) headers.push(["access-control-allow-headers", wanted]);
  if ("access-control-request-method" in asked) headers.push(["access-control-allow-methods", "GET"]);
  return headers;
}

function checkToken(c: ApiContext, token: string): void {
  const given = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  if (left.length === right.length && timingSafeEqual(left, right)) return;
  throw new ApiError(401, "a token is needed", { "www-authenticate": "Bearer" });
}

/** A path with a slash too many or too few leads to the right one, as Starlette's does. */
function redirected(c: ApiContext, routes: readonly Route[]): Response | undefined {
  const target = targetOf(c.req.raw, c.env);
  const [path = "/", query] = target.split(/\?(.*)/s);
  const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
  const segments = pathSegments(other);
  if (other === "" || !routes.some((route) => isPathOf(route, segments))) return undefined;
  const host = c.req.header("host") ?? "localhost";
  const location = `http://${host}${other}${query ? `?${query}` : ""}`;
  return new Response(null, { status: 307, headers: { location, "content-length": "0" } });
}

function isPathOf({ path }: Route, segments: readonly string[]): boolean {
  const parts = path.split("/").slice(1);
  return (
    parts.length === segments.length &&
    parts.every((part, at) => (part.startsWith(":") ? segments[at] !== "" : part === segments[at]))
  );
}

/** No answer shows where in the program it went wrong. */
function problem(error: Error): Response {
  if (error instanceof ApiError) {
    return Response.json({ detail: error.detail }, { status: error.status, headers: error.headers });
  }
  if (error instanceof DataServiceError && error.code === "bad-request") {
    return Response.json({ detail: error.message }, { status: 422 });
  }
  return Response.json({ detail: "internal error" }, { status: 500 });
}

/** The request line's target as it was sent; of a request made in this process, what its address leaves. */
function targetOf(request: Request, env: HttpBindings | undefined): string {
  const raw = env?.incoming?.url;
  if (raw !== undefined) return raw;
  const { pathname, search } = new URL(request.url);
  return pathname + search;
}

async function bodyOf(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) throw new ApiError(413, `a body holds at most ${MOST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
