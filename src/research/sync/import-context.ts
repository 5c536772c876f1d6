import type { Kysely, Transaction } from "kysely";
import { CATALOGUES, type CatalogueKind } from "../catalogues/catalogue-kinds.js";
import { RECORD_TABLES } from "../store/record-columns.js";
import type { StoreTables } from "../store/store-tables.js";
import type { RegistryKind } from "./folder-source.js";
import type { ImportKind } from "./results-source.js";

/** A kind whose records are rows of one table. */
export type TableKind = Exclude<ImportKind, "performances">;

/** What an import works with. */
export interface ImportContext {
  readonly db: Kysely<StoreTables>;
  readonly runId: string;
  readonly isDryRun: boolean;
  /** In the transaction of each page. */
  readonly beat: (db: Transaction<StoreTables>) => Promise<void>;
  readonly onPage: (kind: ImportKind, records: number) => void;
}

/** What the store has of a record. */
export interface KnownRecord {
  digest: string;
  isGone: boolean;
  hasValues: boolean;
}

/** The same of a kind, by key. */
export type KnownRecords = Map<string, KnownRecord>;

export const tableOf = (kind: TableKind): keyof StoreTables =>
  kind in CATALOGUES ? RECORD_TABLES[kind as CatalogueKind] : (kind as RegistryKind);
