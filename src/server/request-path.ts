/**
 * The path of a request as its sender wrote it, each segment decoded as Starlette does: percent signs that escape nothing
 * stay, bytes that are not UTF-8 become U+FFFD. `URL` would resolve `%2e%2e`, and an escaped slash is part of a name here.
 * @param target what stands after the method in the request line
 */
export function pathSegments(target: string): string[] {
  const path = target.startsWith("/") ? target : target.replace(/^[a-z]+:\/\/[^/]*/i, "");
  const end = path.search(/[?#]/);
  return (end < 0 ? path : path.slice(0, end)).split("/").slice(1).map(decodeSegment);
}

function decodeSegment(segment: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < segment.length; ) {
    const escaped = /^%([0-9a-f]{2})/i.exec(segment.slice(at, at + 3));
    if (escaped) {
      bytes.push(Number.parseInt(escaped[1]!, 16));
      at += 3;
      continue;
    }
    const character = String.fromCodePoint(segment.codePointAt(at)!);
    bytes.push(...Buffer.from(character));
    at += character.length;
  }
  return Buffer.from(bytes).toString("utf8");
}

/** The same path for a router that decodes each parameter itself. */
export function encodedPath(segments: readonly string[]): string {
  return `/${segments.map(encodeURIComponent).join("/")}`;
}

/** The query of a request target. Of a parameter that stands twice, the last value counts, as in FastAPI. */
export function queryOf(target: string): ReadonlyMap<string, string> {
  const at = target.indexOf("?");
  return new Map(at < 0 ? [] : new URLSearchParams(target.slice(at + 1)));
}
