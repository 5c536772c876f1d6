import { Hono } from "hono";
import { problem } from "./answers.js";
import { sameOrigin, secured, withToken } from "./guard.js";
import { libraryOpenApi } from "./library-openapi.js";
import type { LibraryRoute, LibrarySources } from "./library-route.js";
import type { Pages } from "./pages.js";
import { chartRoutes } from "./routes/chart-routes.js";
import { fileRoutes } from "./routes/file-routes.js";
import { listRoutes } from "./routes/list-routes.js";
import { markRoutes } from "./routes/mark-routes.js";
import { recordRoutes } from "./routes/record-routes.js";
import { runRoutes } from "./routes/run-routes.js";

export interface LibraryParts {
  /** Or why the store cannot be read: the pages then say so. */
  readonly sources: LibrarySources | { readonly problem: string; readonly version: string };
  readonly pages: Pages;
  readonly token?: string | undefined;
  /** Names beside loopback's that the server is known by. */
  readonly hosts: readonly string[];
}

export const API = "/api/v1";

/** Every route over a store. */
export const libraryRoutes = (sources: LibrarySources): LibraryRoute[] => [
  ...recordRoutes(sources),
  ...listRoutes(sources),
  ...markRoutes(sources),
  ...runRoutes(sources),
  ...chartRoutes(sources),
  ...fileRoutes(sources),
];

/** The JSON API over a store, and the pages that use it. */
export function libraryApi({ sources, pages, token, hosts }: LibraryParts): Hono {
  const app = new Hono();
  app.use(secured, sameOrigin(hosts), withToken(token));
  app.onError((error, context) => problem(context, error));
  if ("problem" in sources) app.all(`${API}/*`, (c) => c.json({ error: sources.problem }, 503));
  else {
    const routes = libraryRoutes(sources);
    for (const { method, path, handle } of routes) app.on(method.toUpperCase(), API + path, handle);
    const document = libraryOpenApi(routes, API, sources.version);
    app.get(`${API}/openapi.json`, (c) => c.json(document));
    app.all(`${API}/*`, (c) => c.json({ error: `nothing at ${c.req.path}` }, 404));
  }
  app.get("*", (c) => pages.answer(c));
  return app;
}
