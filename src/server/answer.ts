import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);
/** Below this a compressed answer is no shorter in packets. */
const LEAST_COMPRESSED = 1024;
const LEVEL = 4; // half the time of the default, a few percent longer

/** Catalogues are asked for again and again. */
const compressed = new WeakMap<Buffer, Promise<Buffer>>();

export interface Answer {
  readonly body: Buffer;
  /** Made from the bytes where it is not known. */
  readonly etag?: string;
  /** In milliseconds since 1970. */
  readonly modified?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with JSON bytes: 304 where the asker has them, gzip where it takes that. */
export async function answerJson(asked: Headers, answer: Answer): Promise<Response> {
  const { body, modified } = answer;
  const etag = answer.etag ?? `W/"${createHash("sha256").update(body).digest("base64url")}"`;
  const headers = new Headers({ "content-type": "application/json", etag, ...answer.headers });
  headers.set("vary", "Accept-Encoding");
  if (modified !== undefined) headers.set("last-modified", new Date(modified).toUTCString());
  if (isFresh(asked, etag, modified)) return new Response(null, { status: 304, headers });
  const isCompressed = body.length >= LEAST_COMPRESSED && takesGzip(asked.get("accept-encoding"));
  const sent = isCompressed ? await compressedOnce(body) : body;
  if (isCompressed) headers.set("content-encoding", "gzip");
  headers.set("content-length", String(sent.length));
  return new Response(new Uint8Array(sent.buffer, sent.byteOffset, sent.length), { headers });
}

/** RFC 9110: an entity tag, where one is given, decides alone. */
export function isFresh(asked: Headers, etag: string, modified: number | undefined): boolean {
  const tags = asked.get("if-none-match");
  const plain = (tag: string) => tag.trim().replace(/^W\//, "");
  if (tags !== null) return tags.split(",").some((tag) => tag.trim() === "*" || plain(tag) === plain(etag));
  const since = Date.parse(asked.get("if-modified-since") ?? "");
  return modified !== undefined && since >= Math.floor(modified / 1000) * 1000;
}

function takesGzip(header: string | null): boolean {
  return (header ?? "").split(",").some((part) => {
    const [coding = "", ...parameters] = part.trim().toLowerCase().split(";");
    const isRefused = parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter));
    return (coding.trim() === "gzip" || coding.trim() === "*") && !isRefused;
  });
}

function compressedOnce(body: Buffer): Promise<Buffer> {
  let bytes = compressed.get(body);
  if (!bytes) {
    bytes = compress(body, { level: LEVEL });
    compressed.set(body, bytes);
  }
  return bytes;
}
