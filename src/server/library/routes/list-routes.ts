import type { Store } from "../../../research/store/store.js";
import { json } from "../answers.js";
import type { LibraryRoute, LibrarySources } from "../library-route.js";
import type { ListAnswer, RecordKind } from "../library-types.js";
import { listRequestOf } from "../list-request.js";
import { rowOf } from "../records.js";

export const RECORD_KINDS: readonly RecordKind[] = ["factors", "strategies", "loops", "models"];

const QUERY = {
  search: "words that all must be found: by their beginnings, Chinese anywhere",
  "where.COLUMN*": "a value, a|b, 0.5.., ..2, 0.5..2, ~part of it, none, 'text that looks like a number'",
  sort: "a column, -column for the greatest first; rows without a value come last",
  limit: "rows, 100 by default, 500 at most",
  cursor: "`next` of the page before",
  offset: "rows to pass over; for jumps, as a cursor goes on from where a page ended",
  favourite: "1: only rows marked so",
  reviewed: "1 or 0",
  tag: "only rows that the user gave this tag",
  gone: "1: rows that the source no longer has as well",
  everyWorkspace: "1, of loops: a row for each workspace",
};

/** The lists of records. */
export function listRoutes({ store }: LibrarySources): LibraryRoute[] {
  return RECORD_KINDS.map((kind) => ({
    method: "get",
    path: `/${kind}`,
    summary: `A page of ${kind}`,
    query: QUERY,
    answer: "List",
    handle: async (c) => json(c, await listAnswer(store, kind, new URL(c.req.url).searchParams)),
  }));
}

async function listAnswer(store: Store, kind: RecordKind, query: URLSearchParams): Promise<ListAnswer> {
  const { total, rows, next } = await store[kind](listRequestOf(query));
  return { total, rows: rows.map(rowOf), ...(next !== undefined && { next }) };
}
