import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import type { Context } from "hono";
import type { LibraryRoute, LibrarySources } from "../library-route.js";
import { contentTypeOf } from "../served-files.js";

/** Files of artifacts. */
export function fileRoutes(sources: LibrarySources): LibraryRoute[] {
  return [
    {
      method: "get",
      path: "/files/:id",
      summary: "An artifact's file that lies in one of the folders that may be shown",
      answer: "file",
      handle: (c) => fileOf(c, sources),
    },
  ];
}

/** A file that the store names, by its id; never a path of the request. */
async function fileOf(context: Context, { store, files }: LibrarySources): Promise<Response> {
  const row = await store.db
    .selectFrom("artifact_files as f")
    .leftJoin("workspaces as w", "w.workspace_id", "f.workspace_id")
    .select(["f.path", "w.workspace_path"])
    .where("f.file_id", "=", context.req.param("id") ?? "")
    .executeTakeFirst();
  const path = row?.path ? files.find(row.path, row.workspace_path) : undefined;
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
