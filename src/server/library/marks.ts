import { DataServiceError } from "../../errors.js";
import type { ListTable } from "../../research/store/list-order.js";
import type { Store } from "../../research/store/store.js";
import type { Marks } from "../../research/store/store-list.js";
import type { ExportedMark } from "./library-types.js";

const KINDS: readonly string[] = ["factors", "strategies", "loops", "models"];
const MOST_NOTE = 20_000;
const MOST_TAGS = 50;
const MOST_TAG = 100;

/** Checks what a page or a file says of marks. @throws DataServiceError bad-request */
export function marksOf(value: unknown): Partial<Marks> {
  if (value === null || typeof value !== "object") throw refusal("marks are an object");
  const { favourite, reviewed, tags, note } = value as Record<string, unknown>;
  if (favourite !== undefined && typeof favourite !== "boolean") throw refusal("favourite is true or false");
  if (reviewed !== undefined && typeof reviewed !== "boolean") throw refusal("reviewed is true or false");
  if (note !== undefined && (typeof note !== "string" || note.length > MOST_NOTE)) {
    throw refusal(`note is a text of at most ${MOST_NOTE} characters`);
  }
  const isTag = (tag: unknown) => typeof tag === "string" && tag.trim() !== "" && tag.length <= MOST_TAG;
  if (tags !== undefined && !(Array.isArray(tags) && tags.length <= MOST_TAGS && tags.every(isTag))) {
    throw refusal(`tags are at most ${MOST_TAGS} texts of at most ${MOST_TAG} characters`);
  }
  return {
    ...(favourite !== undefined && { favourite }),
    ...(reviewed !== undefined && { reviewed }),
    ...(note !== undefined && { note: note as string }),
    ...(tags !== undefined && { tags: (tags as string[]).map((tag) => tag.trim()) }),
  };
}

const refusal = (problem: string): DataServiceError => new DataServiceError("bad-request", problem);

/** All marks, to be kept or brought to another store. */
export async function exportMarks(store: Store): Promise<ExportedMark[]> {
  const rows = await store.db.selectFrom("marks").selectAll().orderBy("kind").orderBy("mark_key").execute();
  return rows.map(({ kind, mark_key, favourite, reviewed, tags, note }) => ({
    kind: kind as ListTable,
    mark_key,
    favourite: favourite === 1,
    reviewed: reviewed === 1,
    tags: JSON.parse(tags) as string[],
    note,
  }));
}

/** Sets the marks of an export; others stay. Gives how many were set. @throws DataServiceError bad-request */
export async function importMarks(store: Store, value: unknown): Promise<number> {
  if (!Array.isArray(value)) throw refusal("an export of marks is a list");
  const checked = value.map((entry: unknown, i) => {
    const { kind, mark_key } = (entry ?? {}) as Record<string, unknown>;
    if (typeof kind !== "string" || !KINDS.includes(kind) || typeof mark_key !== "string") {
      throw refusal(`entry ${i}: kind is one of ${KINDS.join(", ")}, mark_key a text`);
    }
    return { kind: kind as ListTable, mark_key, marks: marksOf(entry) };
  });
  for (const { kind, mark_key, marks } of checked) await store.mark(kind, { mark_key }, marks);
  return checked.length;
}
