import { DataServiceError } from "../../errors.js";
import { setOwn } from "../../names/set-own.js";
import type { ColumnFilter, ListRequest } from "../../research/store/store-list.js";

const MOST_ROWS = 500;
const PAGE_ROWS = 100;

/** A list's request as the query of an address says it: `search`, `sort`, `favourite`, `tag`, `cursor`, `offset`, `where.COLUMN`. */
export function listRequestOf(query: URLSearchParams): ListRequest {
  const where: Record<string, ColumnFilter> = {};
  for (const [name, text] of query) {
    if (name.startsWith("where.")) setOwn(where, name.slice("where.".length), filterOf(text));
  }
  const limit = wholeNumber(query, "limit", PAGE_ROWS);
  if (limit > MOST_ROWS)
    throw new DataServiceError("bad-request", `limit is ${limit}; ask for ${MOST_ROWS} at most`);
  const text = (name: string) => query.get(name) ?? undefined;
  const [search, cursor, sort, tag, favourite, reviewed] = [
    text("search"),
    text("cursor"),
    text("sort"),
    text("tag"),
    flag(query, "favourite"),
    flag(query, "reviewed"),
  ];
  return {
    where,
    limit,
    offset: wholeNumber(query, "offset", 0),
    ...(cursor !== undefined && { cursor }),
    ...(search !== undefined && { search }),
    ...(sort !== undefined && { sort }),
    ...(tag !== undefined && { tag }),
    ...(favourite !== undefined && { favourite }),
    ...(reviewed !== undefined && { reviewed }),
    ...(query.get("everyWorkspace") === "1" && { everyWorkspace: true }),
    ...(query.get("gone") === "1" && { gone: true }),
  };
}

/** `none`, `~part`, `a|b`, `0.1..` (from), `..0.3` (up to), `0.1..0.3`, or one value. */
function filterOf(text: string): ColumnFilter {
  if (text === "none") return null;
  if (text.startsWith("~")) return { contains: text.slice(1) };
  const range = /^(-?[\d.eE+-]*)\.\.(-?[\d.eE+-]*)$/.exec(text);
  if (range) {
    const [min, max] = [range[1]!, range[2]!];
    return { ...(min !== "" && { min: Number(min) }), ...(max !== "" && { max: Number(max) }) };
  }
  const values = text.split("|").map(cellOf);
  return values.length === 1 ? values[0]! : values;
}

/** A number is quoted where it is a text: `'2024'`. */
function cellOf(text: string): string | number {
  if (/^'.*'$/s.test(text)) return text.slice(1, -1);
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function flag(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name);
  return text === null ? undefined : text === "1" || text === "true";
}

/** A whole number of a query. @throws DataServiceError bad-request */
export function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new DataServiceError("bad-request", `${name} is ${JSON.stringify(text)}; give a whole number`);
}
