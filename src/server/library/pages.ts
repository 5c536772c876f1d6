import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Context } from "hono";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

interface Asset {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** The built pages, held in memory: some files of a few kB. Addresses that are no file are the application's own. */
export class Pages {
  readonly #assets = new Map<string, Asset>();

  /** @param folder what the build made */
  constructor(folder: string) {
    if (existsSync(folder)) this.#take(folder, "");
  }

  #take(folder: string, prefix: string): void {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) {
        this.#take(path, `${prefix}/${name}`);
        continue;
      }
      const plain = new Uint8Array(readFileSync(path));
      this.#assets.set(`${prefix}/${name}`, {
        type: TYPES[extname(name)] ?? "application/octet-stream",
        plain,
        gzipped: new Uint8Array(gzipSync(plain)),
        etag: `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
      });
    }
  }

  answer(context: Context): Response {
    const asset = this.#assets.get(context.req.path);
    const page = asset ?? this.#assets.get("/index.html");
    if (page === undefined || (asset === undefined && extname(context.req.path) !== "")) {
      return context.json({ error: `nothing at ${context.req.path}` }, 404);
    }
    // Names of assets hold a hash of what they are.
    const isFixed = context.req.path.startsWith("/assets/");
    const headers: Record<string, string> = {
      "content-type": page.type,
      etag: page.etag,
      vary: "Accept-Encoding",
      "cache-control": isFixed ? "public, max-age=31536000, immutable" : "no-cache",
    };
    if (context.req.header("if-none-match") === page.etag)
      return new Response(null, { status: 304, headers });
    const takesGzip = /\bgzip\b/.test(context.req.header("accept-encoding") ?? "");
    if (takesGzip) headers["content-encoding"] = "gzip";
    return new Response(takesGzip ? page.gzipped : page.plain, { headers });
  }
}
