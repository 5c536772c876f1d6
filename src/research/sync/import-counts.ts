import { IMPORT_KINDS, type ImportKind } from "./results-source.js";

/** What became of a record: `same` needed no writing, `skipped` and `refused` say why in the import's records. */
export type RecordOutcome = "new" | "changed" | "same" | "gone" | "skipped" | "refused";

/** How many records of a kind came out how. */
export type KindCounts = Readonly<Record<RecordOutcome, number>>;

export class ImportCounts {
  readonly #counts = new Map<ImportKind, Record<RecordOutcome, number>>();

  add(kind: ImportKind, outcome: RecordOutcome, count = 1): void {
    this.of(kind)[outcome] += count;
  }

  of(kind: ImportKind): Record<RecordOutcome, number> {
    let counts = this.#counts.get(kind);
    if (!counts) {
      counts = { new: 0, changed: 0, same: 0, gone: 0, skipped: 0, refused: 0 };
      this.#counts.set(kind, counts);
    }
    return counts;
  }

  /** In the order in which they are imported. */
  all(): Readonly<Partial<Record<ImportKind, KindCounts>>> {
    const all: Partial<Record<ImportKind, KindCounts>> = {};
    for (const kind of IMPORT_KINDS) {
      const counts = this.#counts.get(kind);
      if (counts) all[kind] = counts;
    }
    return all;
  }
}
