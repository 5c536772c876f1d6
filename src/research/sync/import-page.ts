import { createHash } from "node:crypto";
import { CATALOGUES, type CatalogueKind } from "../catalogues/catalogue-kinds.js";
import {
  type CatalogueRecord,
  compactJson,
  isRecord,
  parseRecord,
  recordKey,
} from "../catalogues/catalogue-record.js";
import { recordProblem } from "../catalogues/record-schema.js";
import { utcNow } from "../registry/utc-time.js";
import { indexRows, isSearched } from "../store/full-text.js";
import { hasValues, type RecordColumns, recordColumns } from "../store/record-columns.js";
import type { RegistryKind } from "./folder-source.js";
import {
  type ImportContext,
  type KnownRecord,
  type KnownRecords,
  type TableKind,
  tableOf,
} from "./import-context.js";
import type { ImportCounts } from "./import-counts.js";
import { registryColumns, registryKey } from "./registry-columns.js";
import type { KindRead } from "./results-source.js";
import { linkFactors, type Outcome, recordOutcomes, reviveRows, upsertRows } from "./write-records.js";

/** The records of one transaction. */
export class ImportPage {
  readonly #context: ImportContext;
  readonly #kind: TableKind;
  readonly #read: KindRead;
  readonly #known: KnownRecords;
  readonly #seen: Map<string, string>;
  readonly #counts: ImportCounts;
  readonly #rows: Record<string, string | number | null>[] = [];
  readonly #revived: string[] = [];
  readonly #loops: CatalogueRecord[] = [];
  readonly #outcomes: Outcome[] = [];
  readonly #fresh: [string, KnownRecord][] = [];
  readonly #now = utcNow();

  constructor(
    context: ImportContext,
    kind: TableKind,
    read: KindRead,
    known: KnownRecords,
    seen: Map<string, string>,
    counts: ImportCounts,
  ) {
    this.#context = context;
    this.#kind = kind;
    this.#read = read;
    this.#known = known;
    this.#seen = seen;
    this.#counts = counts;
  }

  add(text: string): void {
    let record: unknown;
    try {
      record = parseRecord(text);
    } catch (error) {
      this.#refuse(text, `it is not JSON: ${(error as Error).message}`);
      return;
    }
    if (!isRecord(record)) {
      this.#refuse(text, "it is not an object");
      return;
    }
    const natural = this.#naturalKey(record);
    if (!natural) {
      this.#refuse(text, recordProblem(this.#kind, record) ?? "a part of its key is missing");
      return;
    }
    const digest = createHash("sha1").update(text).digest("base64url");
    const occurrence = this.#occurrence(natural, digest);
    if (occurrence === 0) {
      this.#skip(JSON.stringify(natural), "it stands twice");
      return;
    }
    const key = JSON.stringify(occurrence === 1 ? natural : [...natural, String(occurrence)]);
    this.#seen.set(key, digest);
    this.#compare(key, digest, text, record, occurrence);
  }

  /** Writes what is new or changed, with what became of each record, all or nothing. */
  async write(): Promise<void> {
    const { db, runId, isDryRun, beat } = this.#context;
    if (!isDryRun) {
      await db.transaction().execute(async (transaction) => {
        await beat(transaction);
        const table = tableOf(this.#kind);
        await upsertRows(transaction, table, this.#rows);
        if (isSearched(table)) await indexRows(transaction, table, this.#rows);
        await reviveRows(transaction, table, this.#revived);
        await linkFactors(transaction, this.#loops);
        await recordOutcomes(transaction, runId, this.#kind, this.#outcomes);
      });
    }
    for (const [key, known] of this.#fresh) this.#known.set(key, known);
  }

  #naturalKey(record: CatalogueRecord): readonly string[] | undefined {
    if (!(this.#kind in CATALOGUES)) return registryKey(this.#kind as RegistryKind, record);
    const key = recordKey(this.#kind as CatalogueKind, record);
    return key && tableOf(this.#kind) === "alpha_factors" ? [this.#kind, ...key] : key;
  }

  /** 1 for the first record of a key, 2 for another one of the same key; 0 for the same again. */
  #occurrence(natural: readonly string[], digest: string): number {
    for (let occurrence = 1; ; occurrence++) {
      const key = JSON.stringify(occurrence === 1 ? natural : [...natural, String(occurrence)]);
      const seen = this.#seen.get(key);
      if (seen === undefined) return occurrence;
      if (seen === digest) return 0;
    }
  }

  #compare(key: string, digest: string, text: string, record: CatalogueRecord, occurrence: number): void {
    const old = this.#known.get(key);
    if (old?.digest === digest) {
      this.#counts.add(this.#kind, old.isGone ? "changed" : "same");
      if (!old.isGone) return;
      this.#revived.push(key);
      this.#fresh.push([key, { ...old, isGone: false }]);
      this.#outcomes.push({ key, status: "ok", reason: "it is there again" });
      return;
    }
    const isFull = this.#kind !== "loops" || hasValues(record);
    if (old?.hasValues && !isFull) {
      this.#skip(key, "an empty row does not replace one with values");
      return;
    }
    this.#counts.add(this.#kind, old ? "changed" : "new");
    this.#rows.push({ ...this.#columns(record, occurrence), ...this.#tracked(key, digest, text) });
    this.#fresh.push([key, { digest, isGone: false, hasValues: this.#kind === "loops" && isFull }]);
    this.#outcomes.push({ key, status: "ok", reason: recordProblem(this.#kind, record) ?? null });
    if (this.#kind === "loops") this.#loops.push(record);
  }

  #columns(record: CatalogueRecord, occurrence: number): RecordColumns {
    if (!(this.#kind in CATALOGUES)) return registryColumns(this.#kind as RegistryKind, record);
    const columns = recordColumns(this.#kind as CatalogueKind, record);
    return this.#kind === "factors" ? { ...columns, occurrence } : columns;
  }

  #tracked(key: string, digest: string, text: string): RecordColumns {
    const { version, generated_at_utc } = this.#read.envelope;
    return {
      record_key: key,
      record: compactJson(text),
      digest,
      catalogue_version: textIn(version),
      generated_at_utc: textIn(generated_at_utc),
      changed_at_utc: this.#now,
      gone_at_utc: null,
    };
  }

  #skip(key: string, reason: string): void {
    this.#counts.add(this.#kind, "skipped");
    this.#outcomes.push({ key, status: "skipped", reason });
  }

  #refuse(text: string, reason: string): void {
    this.#counts.add(this.#kind, "refused");
    this.#outcomes.push({ key: text.slice(0, MOST_QUOTED), status: "failed", reason });
  }
}

/** How much of a record without a key is quoted. */
const MOST_QUOTED = 200;

function textIn(json: string | undefined): string | null {
  return json?.startsWith('"') ? (JSON.parse(json) as string) : null;
}
