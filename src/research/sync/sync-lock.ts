import { hostname } from "node:os";
import type { Kysely, Transaction } from "kysely";
import { uniqueSuffix } from "../../crypto.js";
import { DataServiceError } from "../../errors.js";
import { utcMicroseconds, utcNow } from "../registry/utc-time.js";
import type { StoreTables } from "../store/store-tables.js";

/** One import at a time. */
const NAME = "sync";
/** A holder on another machine that has not been heard of for this long is taken for dead, in milliseconds. */
const LONGEST_SILENCE = 60_000;
const BEAT = 5_000;

/** The right to import into a store, which one process has at a time. */
export class SyncLock {
  readonly #db: Kysely<StoreTables>;
  readonly #holder: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(db: Kysely<StoreTables>, holder: string) {
    this.#db = db;
    this.#holder = holder;
    this.#timer = setInterval(() => {
      this.beat(db).catch(() => undefined); // the next page finds out
    }, BEAT);
    this.#timer.unref();
  }

  /**
   * Takes the lock, also of a process that was killed.
   * @throws DataServiceError busy
   */
  static async take(db: Kysely<StoreTables>, label: string): Promise<SyncLock> {
    const old = await db.selectFrom("sync_locks").selectAll().where("name", "=", NAME).executeTakeFirst();
    if (old && isDead(old)) {
      // By its holder: another may have taken it meanwhile.
      await db.deleteFrom("sync_locks").where("name", "=", NAME).where("holder", "=", old.holder).execute();
    }
    const holder = `${hostname()}:${process.pid}:${uniqueSuffix()}`;
    const { numInsertedOrUpdatedRows } = await db
      .insertInto("sync_locks")
      .values({ name: NAME, holder, beat_at_utc: utcNow() })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return new SyncLock(db, holder);
    const by = old?.holder.split(":").slice(0, 2).join(", process ") ?? "another process";
    throw new DataServiceError("busy", `${label}: ${by} is importing into it; wait until it is done`);
  }

  /**
   * Says that the holder lives, in the transaction of what it writes.
   * @throws DataServiceError busy: another took the lock, as this process was silent for too long
   */
  async beat(db: Kysely<StoreTables> | Transaction<StoreTables>): Promise<void> {
    const { numUpdatedRows } = await db
      .updateTable("sync_locks")
      .set({ beat_at_utc: utcNow() })
      .where("name", "=", NAME)
      .where("holder", "=", this.#holder)
      .executeTakeFirst();
    if (numUpdatedRows === 1n) return;
    throw new DataServiceError("busy", "another process took over the import; this one has stopped");
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#db.deleteFrom("sync_locks").where("holder", "=", this.#holder).execute();
  }
}

function isDead({ holder, beat_at_utc }: StoreTables["sync_locks"]): boolean {
  const [host, pid] = holder.split(":");
  const silence = Date.now() - (utcMicroseconds(beat_at_utc) ?? 0) / 1000;
  if (silence > LONGEST_SILENCE) return true;
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
