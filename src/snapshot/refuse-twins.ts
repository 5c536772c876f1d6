import { DataServiceError } from "../errors.js";
import type { SnapshotEntry } from "./entry.js";

/**
 * Refuses to take the rows of a panel for those of a table that may lie in several files: another panel has the same
 * columns, and the names of the files do not say what they are to each other. An answer would be of the first part alone.
 * @throws DataServiceError bad-request
 */
export async function refuseTwins(
  base: SnapshotEntry,
  entries: readonly SnapshotEntry[],
  dir: string,
): Promise<void> {
  const own = await columnsOf(base);
  for (const other of entries) {
    if (other === base || (await columnsOf(other)) !== own) continue;
    const names = [base.name, other.name];
    const words = `choose one with openSnapshot(dir, { base: { "${base.freq}": "${base.name}" } })`;
    throw new DataServiceError(
      "bad-request",
      `${dir}: "${names[0]}" and "${names[1]}" have the same columns, so they may be the parts of one table, of which the first alone would be read; open them as one with openPanel([…]) and give it to snapshot.add, or ${words}`,
      { path: dir, found: names, advice: { code: "choose-base", words } },
    );
  }
}

/** The names of the columns; of a panel that cannot be opened its own, as it is no part. */
async function columnsOf(entry: SnapshotEntry): Promise<string> {
  try {
    return JSON.stringify([...(await entry.schema()).types.keys()].sort());
  } catch (error) {
    if (error instanceof DataServiceError) return entry.name;
    throw error;
  }
}
