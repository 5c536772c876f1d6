import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";

/** Nothing but what this server sends is run, shown or asked; nobody frames it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Headers of every answer. */
export const secured: MiddlewareHandler = async (context, next) => {
  await next();
  const { headers } = context.res;
  if (!headers.has("content-security-policy")) headers.set("content-security-policy", POLICY);
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-resource-policy", "same-origin");
  headers.set("x-frame-options", "DENY");
};

/** What a page must send with each request that changes something; another site's page cannot send it unasked. */
export const CHANGE_HEADER = "x-library";

/**
 * Refuses names that are not this server's (a page of another site whose name was pointed here), and changes that another
 * site's page sends.
 * @param hosts names beside loopback's that the server is known by
 */
export function sameOrigin(hosts: readonly string[]): MiddlewareHandler {
  const known = new Set(["localhost", "127.0.0.1", "[::1]", ...hosts]);
  return async (context, next) => {
    const url = new URL(context.req.url);
    const host = context.req.header("host") ?? url.host;
    const name = host.replace(/:\d+$/, "").toLowerCase();
    if (!known.has(name)) return context.json({ error: `this server is not called ${name}` }, 421);
    const origin = context.req.header("origin");
    if (origin !== undefined && origin !== `${url.protocol}//${host}`) {
      return context.json({ error: "requests of other sites are refused" }, 403);
    }
    const isRead = context.req.method === "GET" || context.req.method === "HEAD";
    if (!isRead && context.req.header(CHANGE_HEADER) === undefined) {
      return context.json({ error: `a change is sent with the header ${CHANGE_HEADER}` }, 403);
    }
    await next();
    return undefined;
  };
}

/** Lets in who has the token: as `Authorization: Bearer`, or once as `?token=`, which becomes a cookie. */
export function withToken(token: string | undefined): MiddlewareHandler {
  return async (context, next) => {
    if (token === undefined) {
      await next();
      return undefined;
    }
    const asked = context.req.query("token");
    const given =
      asked ??
      context.req.header("authorization")?.replace(/^Bearer /, "") ??
      cookieOf(context.req.header("cookie"));
    if (given === undefined || !isSame(given, token)) {
      return context.json({ error: "a token is needed: open the address that the server printed" }, 401);
    }
    await next();
    if (asked !== undefined) {
      context.res.headers.append(
        "set-cookie",
        `library=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`,
      );
    }
    return undefined;
  };
}

function cookieOf(header: string | undefined): string | undefined {
  const value = /(?:^|;\s*)library=([^;]*)/.exec(header ?? "")?.[1];
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** In a time that does not tell how much of it is right. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
