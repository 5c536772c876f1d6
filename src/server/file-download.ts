import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join, sep } from "node:path";
import { Readable } from "node:stream";
import { mappedPath, type PathMap } from "../research/path-map.js";
import type { Registry } from "../research/registry/registry.js";
import { isFresh } from "./answer.js";
import { ApiError } from "./api-error.js";

/** Digests of files as they are now, by path and time: a file of gigabytes is not read twice for its headers. */
const digests = new Map<string, Promise<string>>();
const MOST_DIGESTS = 10_000;

/**
 * A file that the registry names, or a part of it. The request gives an id; the path comes from the registry, and may
 * not lead out of its workspace, by a link neither.
 * @throws ApiError 404, 409 (a folder), 416
 */
export async function fileAnswer(
  registry: Registry,
  id: string,
  pathMap: PathMap,
  asked: Headers,
): Promise<Response> {
  const known = await registry.artifactFile(id);
  if (!known) throw new ApiError(404, "file not found");
  const path = await pathInside(mappedPath(known.workspace.workspace_path, pathMap), known.file.path);
  const stats = await stat(path);
  if (stats.isDirectory()) throw new ApiError(409, `${known.file.path} is a folder`);
  const digest = await digestOf(path, `${path} ${stats.size} ${stats.mtimeMs}`);
  const headers = new Headers({
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(basename(path))}`,
    "accept-ranges": "bytes",
    etag: `"${digest}"`,
    "last-modified": stats.mtime.toUTCString(),
    "x-sha256": digest,
  });
  if (isFresh(asked, `"${digest}"`, stats.mtimeMs)) return new Response(null, { status: 304, headers });
  const range = rangeOf(asked, stats.size, `"${digest}"`);
  const [start, end] = range ?? [0, stats.size - 1];
  headers.set("content-length", String(end - start + 1));
  if (range) headers.set("content-range", `bytes ${start}-${end}/${stats.size}`);
  const body = end < start ? null : bytesOf(path, start, end);
  return new Response(body, { status: range ? 206 : 200, headers });
}

function bytesOf(path: string, start: number, end: number): ReadableStream {
  return Readable.toWeb(createReadStream(path, { start, end })) as ReadableStream;
}

async function pathInside(folder: string, path: string): Promise<string> {
  const refused = new ApiError(404, "file not found");
  if (isAbsolute(path) || path.includes("\0")) throw refused;
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
    if (real.startsWith(root + sep)) return real;
  } catch {
    // not on this machine
  }
  throw refused;
}

function digestOf(path: string, key: string): Promise<string> {
  let digest = digests.get(key);
  if (!digest) {
    if (digests.size >= MOST_DIGESTS) digests.clear();
    digest = hashed(path);
    digest.catch(() => digests.delete(key));
    digests.set(key, digest);
  }
  return digest;
}

async function hashed(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** The first and last byte asked for; undefined for the whole file. Of several ranges none is given, which is allowed. */
function rangeOf(asked: Headers, size: number, etag: string): readonly [number, number] | undefined {
  const range = /^bytes=(\d*)-(\d*)$/.exec(asked.get("range")?.trim() ?? "");
  const condition = asked.get("if-range");
  if (!range || (range[1] === "" && range[2] === "") || (condition !== null && condition !== etag))
    return undefined;
  const [, from = "", to = ""] = range;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (start <= end && start < size) return [start, end];
  throw new ApiError(416, `the file has ${size} bytes`, { "content-range": `bytes */${size}` });
}
