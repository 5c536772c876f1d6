import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ApiError } from "./api-error.js";
import { filesBelow, zipStream } from "./zip-stream.js";

/**
 * A folder of `production_bundles` as a ZIP archive. The id is looked for among the names that are there, so that it
 * cannot lead elsewhere: the Python server zips the whole database folder for `%2e%2e`.
 * @param mostBytes the most that its files may hold
 * @throws ApiError 404, 413
 */
export async function bundleAnswer(folder: string, id: string, mostBytes: number): Promise<Response> {
  const bundle = (await foldersIn(folder)).find((name) => name === id);
  if (bundle === undefined) throw new ApiError(404, `Bundle ${id} not found`);
  const entries = await filesBelow(join(folder, bundle));
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (size > mostBytes)
    throw new ApiError(413, `Bundle ${id} holds ${size} bytes; this server sends ${mostBytes}`);
  const name = /^[\w.-]+$/.test(id)
    ? `filename=bundle_${id}.zip`
    : `filename*=UTF-8''${encodeURIComponent(`bundle_${id}.zip`)}`;
  return new Response(Readable.toWeb(Readable.from(zipStream(entries))) as ReadableStream, {
    headers: {
      "content-type": "application/x-zip-compressed",
      "content-disposition": `attachment; ${name}`,
    },
  });
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}
