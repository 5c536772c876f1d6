import { type Kysely, sql } from "kysely";
import { DataServiceError } from "../../errors.js";
import { CATALOGUE_VERSION } from "../catalogues/catalogue-kinds.js";
import { utcNow } from "../registry/utc-time.js";
import type { StoreTables } from "../store/store-tables.js";
import { type ImportContext, type KnownRecords, type TableKind, tableOf } from "./import-context.js";
import type { ImportCounts } from "./import-counts.js";
import { ImportPage } from "./import-page.js";
import type { KindRead } from "./results-source.js";
import { ROWS_AT_ONCE, recordOutcomes } from "./write-records.js";

/** The keys and digests that the store has of a kind. */
export async function knownRecords(db: Kysely<StoreTables>, kind: TableKind): Promise<KnownRecords> {
  const values = kind === "loops" ? sql`has_values` : sql`0`;
  const { rows } = await sql<{
    record_key: string;
    digest: string;
    gone_at_utc: string | null;
    has_values: number;
  }>`
    select record_key, digest, gone_at_utc, ${values} as has_values from ${sql.table(tableOf(kind))}
    ${tableOf(kind) === "alpha_factors" ? sql`where library = ${kind}` : sql``}
  `.execute(db);
  return new Map(
    rows.map((row) => [
      row.record_key,
      { digest: row.digest, isGone: row.gone_at_utc !== null, hasValues: row.has_values === 1 },
    ]),
  );
}

/**
 * Imports one reading of a kind: a transaction a page, so that what was written stays when a later page fails; what a whole
 * reading lacks is marked as gone, at its end.
 * @param known is kept up to date
 * @throws TransientError, DataServiceError
 */
export async function importKind(
  context: ImportContext,
  kind: TableKind,
  read: KindRead,
  known: KnownRecords,
  counts: ImportCounts,
): Promise<void> {
  const seen = new Map<string, string>();
  for await (const texts of read.pages) {
    checkVersion(kind, read);
    const page = new ImportPage(context, kind, read, known, seen, counts);
    for (const text of texts) page.add(text);
    await page.write();
    context.onPage(kind, texts.length);
  }
  checkVersion(kind, read);
  const gone = read.isWhole
    ? [...known].filter(([key, { isGone }]) => !isGone && !seen.has(key)).map(([key]) => key)
    : read.removed.map((key) => storedKey(kind, key)).filter((key) => known.get(key)?.isGone === false);
  await markGone(context, kind, gone, known, counts);
}

/** The server's key of a record as the store has it: a library's factors are one table. */
const storedKey = (kind: TableKind, key: string): string =>
  kind === "alpha158" || kind === "alpha360" ? JSON.stringify([kind, ...(JSON.parse(key) as string[])]) : key;

/** @throws DataServiceError unsupported */
function checkVersion(kind: TableKind, { envelope }: KindRead): void {
  const { version } = envelope;
  if (version === undefined || version === JSON.stringify(CATALOGUE_VERSION)) return;
  throw new DataServiceError(
    "unsupported",
    `the catalogue of ${kind} is of version ${version}; this package knows "${CATALOGUE_VERSION}": update it`,
  );
}

async function markGone(
  context: ImportContext,
  kind: TableKind,
  keys: readonly string[],
  known: KnownRecords,
  counts: ImportCounts,
): Promise<void> {
  const { db, runId, isDryRun, beat } = context;
  for (let at = 0; at < keys.length; at += ROWS_AT_ONCE) {
    const some = keys.slice(at, at + ROWS_AT_ONCE);
    if (!isDryRun) {
      await db.transaction().execute(async (transaction) => {
        await beat(transaction);
        await sql`
          update ${sql.table(tableOf(kind))} set gone_at_utc = ${utcNow()} where record_key in (${sql.join(some)})
        `.execute(transaction);
        const outcomes = some.map((key) => ({ key, status: "gone" as const, reason: null }));
        await recordOutcomes(transaction, runId, kind, outcomes);
      });
    }
    for (const key of some) {
      known.get(key)!.isGone = true;
      counts.add(kind, "gone");
    }
  }
}
