import type { Store } from "#src/research/store/store.js";

const TABLES = [
  "factors",
  "alpha_factors",
  "strategies",
  "loops",
  "loop_factors",
  "models",
  "task_runs",
  "registry_loops",
  "workspaces",
  "artifacts",
  "artifact_files",
  "factor_metrics",
  "marks",
] as const;

/** All rows of a store that an import writes, in an order that no engine decides, without the times of the import. */
export async function storeContents(store: Store): Promise<Readonly<Record<string, readonly object[]>>> {
  const contents: Record<string, object[]> = {};
  for (const table of TABLES) {
    const rows = (await store.db.selectFrom(table).selectAll().execute()) as Record<string, unknown>[];
    const plain = rows.map(({ changed_at_utc: _, gone_at_utc, ...row }) =>
      gone_at_utc === undefined ? row : { ...row, isGone: gone_at_utc !== null },
    );
    contents[table] = plain.sort((a, b) => (sortedText(a) < sortedText(b) ? -1 : 1));
  }
  return contents;
}

/** By its key where it has one: the rest may differ between two stores that are compared. */
const sortedText = (row: object): string =>
  "record_key" in row ? String(row.record_key) : JSON.stringify(row, Object.keys(row).sort());
