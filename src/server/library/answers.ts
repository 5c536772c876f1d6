import type { Context } from "hono";
import { DataServiceError } from "../../errors.js";
import type { Theme } from "../../report/charts/palette.js";

/** JSON that need not be sent again while it is the same. */
export async function json(context: Context, value: unknown, status: 200 | 202 = 200): Promise<Response> {
  const body = JSON.stringify(value);
  const etag = await tagOf(body);
  const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-cache", etag };
  if (context.req.header("if-none-match") === etag) return new Response(null, { status: 304, headers });
  return new Response(body, { status, headers });
}

async function tagOf(body: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
  return `W/"${Buffer.from(digest).toString("base64url").slice(0, 22)}"`;
}

/** JSON, or 404 where there is no such record. */
export function found(context: Context, value: unknown): Response | Promise<Response> {
  return value === undefined ? context.json({ error: "no such record" }, 404) : json(context, value);
}

/** A chart, or 404 where there is nothing to draw. */
export async function svg(context: Context, text: string | undefined): Promise<Response> {
  if (text === undefined) return context.json({ error: "there are no figures to draw" }, 404);
  const headers = { "content-type": "image/svg+xml", "cache-control": "no-cache", etag: await tagOf(text) };
  if (context.req.header("if-none-match") === headers.etag)
    return new Response(null, { status: 304, headers });
  return new Response(text, { headers });
}

/** What went wrong, without a word of this server's insides. */
export function problem(context: Context, error: unknown): Response {
  if (error instanceof SyntaxError) return context.json({ error: "the body is not JSON" }, 400);
  if (!(error instanceof DataServiceError)) {
    const said = error instanceof Error ? error.message : "";
    if (!DAMAGED.test(said)) return context.json({ error: "a fault of this server" }, 500);
    return context.json({ error: `the store cannot be read: ${said}` }, 503);
  }
  if (ASKED.has(error.code)) return context.json({ error: error.message }, 400);
  return context.json({ error: error.message }, error.code === "not-found" ? 404 : 503);
}

/** What drivers say of a store that was damaged, replaced or taken away while it was open. */
const DAMAGED =
  /malformed|not a database|disk I\/O|no such table|database is locked|Connection terminated|ECONNREFUSED|does not exist/i;

const ASKED: ReadonlySet<string> = new Set([
  ...["bad-request", "unknown-field", "unknown-instrument", "ambiguous-field", "bad-expression"],
]);

/** The record that a request names. @throws DataServiceError bad-request */
export function keyOf(context: Context): string {
  const key = context.req.query("key");
  if (key === undefined || key === "") throw new DataServiceError("bad-request", "key: name the record");
  return key;
}

export const themeOf = (context: Context): Theme =>
  context.req.query("theme") === "dark" ? "dark" : "light";

/** The language that a chart's words are in. */
export const languageOf = (context: Context): "en" | "zh" =>
  context.req.query("language") === "zh" ? "zh" : "en";
