import type { Route } from "./route.js";

/** The OpenAPI document of the routes that this server has. */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    const parameters = [
      ...[...route.path.matchAll(/:(\w+)/g)].map(([, name]) => parameter(name!, "path")),
      ...Object.entries(route.query ?? {}).map(([name, meaning]) => parameter(name, "query", meaning)),
    ];
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = {
      summary: route.summary,
      parameters,
      responses: {
        "200": { description: "what was asked for" },
        default: {
          description: "an error",
          content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Research results", version },
    paths,
    components: {
      schemas: { Problem: { type: "object", required: ["detail"], properties: { detail: {} } } },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

function parameter(name: string, place: "path" | "query", description?: string): object {
  return {
    name,
    in: place,
    required: place === "path",
    schema: { type: "string" },
    ...(description !== undefined && { description }),
  };
}
