import { json, keyOf } from "../answers.js";
import type { LibraryRoute, LibrarySources } from "../library-route.js";
import type { RecordKind } from "../library-types.js";
import { exportMarks, importMarks, marksOf } from "../marks.js";
import { RECORD_KINDS } from "./list-routes.js";

/** What the user notes: set one by one, kept and brought back as JSON. */
export function markRoutes({ store }: LibrarySources): LibraryRoute[] {
  return [
    {
      method: "get",
      path: "/marks",
      summary: "All marks",
      answer: "ExportedMark[]",
      handle: async (c) => json(c, await exportMarks(store)),
    },
    {
      method: "put",
      path: "/marks",
      summary: "Sets the marks of an export; others stay",
      body: "a list of ExportedMark",
      answer: "Imported",
      handle: async (c) => json(c, { imported: await importMarks(store, await c.req.json()) }),
    },
    {
      method: "put",
      path: "/marks/:kind",
      summary: "Sets what is given of one record's marks",
      query: { key: "the record's mark_key" },
      body: "any of favourite, reviewed, tags, note",
      answer: "Marks",
      handle: async (c) => {
        const kind = c.req.param("kind") as RecordKind;
        if (!RECORD_KINDS.includes(kind)) return c.json({ error: `no list ${kind}` }, 404);
        return json(c, await store.mark(kind, { mark_key: keyOf(c) }, marksOf(await c.req.json())));
      },
    },
  ];
}
