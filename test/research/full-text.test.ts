import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "#src/research/store/open-store.js";
import { soughtTerms, termsOf } from "#src/research/store/search-terms.js";
import type { Store } from "#src/research/store/store.js";
import { scratchFolder } from "../scratch-folder.js";
import { addFactors, someStore } from "../server/library/some-library.js";

describe("terms", () => {
  it.each([
    ["MoneyFlow_20", ["moneyflow", "flow", "20"]],
    ["XMLName mom20", ["xmlname", "name", "mom20", "20"]],
    ["市盈率 PE", ["市盈", "盈率", "率", "pe"]],
    ["动量mom", ["动量", "量", "mom"]],
    ["Ｒank($close, 5)", ["rank", "close", "5"]],
    ["量", ["量"]],
    ["\u001b[31m<script>", ["31m", "m", "script"]],
  ])("of %j are %j", (text, terms) => expect(termsOf([text])).toEqual(terms));

  it("of a search are begun words, whole pairs, and signs that no term holds", () => {
    expect(soughtTerms("市盈率 Mom_2 $")).toEqual({
      all: [
        { terms: ["市盈", "盈率"], isBegun: false },
        { terms: ["mom"], isBegun: true },
        { terms: ["2"], isBegun: true },
      ],
      unindexed: ["$"],
    });
  });

  it("find every beginning of a word and every piece of Chinese in the text they are of", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const chinese = fc.array(fc.constantFrom(..."市盈率动量换手"), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(word, chinese, fc.nat(7), fc.nat(5), (name, characters, cut, from) => {
        const terms = termsOf([`${characters.join("")} ${name}`]);
        const [begun] = soughtTerms(name.slice(0, cut + 1)).all;
        expect(terms.some((term) => term.startsWith(begun!.terms[0]!))).toBe(true);
        const piece = characters.slice(from % characters.length).join("");
        const [found] = soughtTerms(piece).all;
        const at = terms.findIndex((term) => term.startsWith(found!.terms[0]!));
        expect(at).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("a list", () => {
  const scratch = scratchFolder();
  let store: Store;
  beforeAll(async () => {
    store = await someStore(scratch);
    await addFactors(store, ["MoneyFlow_5", "MoneyFlow_20", "flow ratio", "zeta'eta\"theta", "动量 五日"]);
  });
  afterAll(() => store.close());
  const names = async (search: string) => (await store.factors({ search })).rows.map(({ name }) => name);

  it("is searched by beginnings, quotes and signs being no part of the question", async () => {
    expect(await names("moneyflow")).toEqual(["MoneyFlow_20", "MoneyFlow_5"]);
    expect(await names("FLOW 20")).toEqual(["MoneyFlow_20"]);
    expect(await names("zeta'eta\"theta")).toEqual(["zeta'eta\"theta"]);
    expect(await names("五日")).toEqual(["动量 五日"]);
    expect(await names('" OR terms : x')).toEqual([]);
  });

  it("of an older store is searched after it was opened", async () => {
    const path = join(scratch, "store.sqlite");
    await store.db.deleteFrom("record_terms" as never).execute();
    await store.db.deleteFrom("record_terms_fts" as never).execute();
    expect(await names("moneyflow")).toEqual([]);
    for (const table of ["record_terms", "record_terms_fts", "factor_checks"]) {
      await store.db.schema.dropTable(table).execute();
    }
    const { LIBRARY_MIGRATIONS } = await import("#src/research/store/library-migrations.js");
    for (const name of Object.keys(LIBRARY_MIGRATIONS)) {
      await store.db
        .deleteFrom("store_migrations" as never)
        .where("name" as never, "=", name as never)
        .execute();
    }
    await dropAdded(store);
    await store.close();
    store = await openStore(path);
    expect(await names("moneyflow")).toEqual(["MoneyFlow_20", "MoneyFlow_5"]);
  });

  it("goes on by cursors over every order, each row once, whatever is added meanwhile", async () => {
    const everyone = (await store.factors({ limit: 1000 })).rows.map(({ record_key }) => record_key);
    for (const sort of [undefined, "best_sharpe", "-best_sharpe", "-name", "source", "ic"]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.factors({
          limit: 7,
          ...(sort !== undefined && { sort }),
          ...(cursor !== undefined && { cursor }),
        });
        seen.push(...page.rows.map(({ record_key }) => record_key));
        expect(page.total).toBe(everyone.length);
        cursor = page.next;
      } while (cursor !== undefined);
      expect([sort, [...seen].sort()]).toEqual([sort, [...everyone].sort()]);
      const whole = await store.factors({ limit: 1000, ...(sort !== undefined && { sort }) });
      expect(seen).toEqual(whole.rows.map(({ record_key }) => record_key));
      const far = await store.factors({ limit: 5, offset: 11, ...(sort !== undefined && { sort }) });
      expect(far.rows.map(({ record_key }) => record_key)).toEqual(seen.slice(11, 16));
    }
    await expect(store.factors({ cursor: "none" })).rejects.toThrow("is none that a list gave");
    const { next } = await store.factors({ limit: 1 });
    await expect(store.factors({ cursor: next!, sort: "name" })).rejects.toThrow("in another order");
  });
});

/** Takes away what later migrations added to older tables, so that the store is as one made before them. */
async function dropAdded(store: Store): Promise<void> {
  const { FACTOR_FIGURES } = await import("#src/research/store/library-migrations.js");
  const { sql } = await import("kysely");
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master where type = 'index' and (name like '%listed_by%' or name like '%in_order' or name like '%by_mark')
  `.execute(store.db);
  for (const { name } of rows) await store.db.schema.dropIndex(name).execute();
  for (const column of Object.keys(FACTOR_FIGURES)) {
    await store.db.schema.alterTable("factors").dropColumn(column).execute();
  }
}
