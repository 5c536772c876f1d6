import { join } from "node:path";
import { indexRows } from "#src/research/store/full-text.js";
import { openStore } from "#src/research/store/open-store.js";
import type { Store } from "#src/research/store/store.js";
import { sync } from "#src/research/sync/sync.js";
import { copyOf } from "../../research/research-fixtures.js";

/** What a hostile record may try on whoever reads it. */
export const ATTACKS = [
  `<img src=x onerror="window.hit=1">`,
  `"><script>window.hit=1</script>`,
  `javascript:window.hit=1`,
  `\u001b[31mred\u0007`,
  `../../../../etc/passwd`,
  `{{constructor.constructor('window.hit=1')()}}`,
];

/** A store of the fixture's results. */
export async function someStore(folder: string): Promise<Store> {
  const store = await openStore(join(folder, "store.sqlite"));
  await sync(copyOf("RDagentDB", join(folder, "results")), store, { pauseMs: 1, attempts: 2 });
  return store;
}

/** Adds factors by their names, copies of one that is there. */
export async function addFactors(store: Store, names: readonly string[]): Promise<void> {
  const { rows } = await store.factors({ limit: 1 });
  const { marks: _, ...like } = rows[0]!;
  await store.db.transaction().execute(async (db) => {
    for (let first = 0; first < names.length; first += 500) {
      const batch = names.slice(first, first + 500).map((name, i) => ({
        ...like,
        name,
        record_key: JSON.stringify([name]),
        mark_key: JSON.stringify([name]),
        description_cn: i % 7 === 0 ? `市盈率 ${name}` : name,
        best_sharpe: (((first + i) * 7919) % 1000) / 500 - 1,
      }));
      await db.insertInto("factors").values(batch).execute();
      await indexRows(db, "factors", batch);
    }
  });
}
