import { openApiSchemas, schemaOf } from "./answer-schemas.js";
import { CHANGE_HEADER } from "./guard.js";
import type { LibraryRoute } from "./library-route.js";

const SCHEMA_ANSWER = /^[A-Z]/;

/** The OpenAPI document of the library's routes. */
export function libraryOpenApi(routes: readonly LibraryRoute[], base: string, version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = base + route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] ??= {};
    paths[path][route.method] = operationOf(route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Research library", version },
    paths,
    components: {
      schemas: openApiSchemas(),
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
    security: [{}, { token: [] }],
  };
}

function operationOf({ method, path, summary, query = {}, body, answer }: LibraryRoute): object {
  const parameters = [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => parameter(name!, "path")),
    ...Object.entries(query).map(([name, meaning]) => parameter(name.replace("*", ""), "query", meaning)),
    ...(method === "get" ? [] : [{ ...parameter(CHANGE_HEADER, "header", "any text"), required: true }]),
  ];
  const content = SCHEMA_ANSWER.test(answer)
    ? { "application/json": { schema: schemaOf(answer) } }
    : { [answer === "file" ? "application/octet-stream" : answer]: { schema: { type: "string" } } };
  return {
    summary,
    parameters,
    ...(body !== undefined && {
      requestBody: { description: body, required: true, content: { "application/json": { schema: {} } } },
    }),
    responses: {
      [method === "post" ? "202" : "200"]: { description: "what was asked for", content },
      default: {
        description: "what is wrong, and what to do",
        content: { "application/json": { schema: schemaOf("Problem") } },
      },
    },
  };
}

function parameter(name: string, place: "path" | "query" | "header", description?: string): object {
  return {
    name,
    in: place,
    required: place === "path",
    schema: { type: "string" },
    ...(description !== undefined && { description }),
  };
}
