import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "#src/research/store/open-store.js";
import { sync } from "#src/research/sync/sync.js";
import { scratchFolder } from "../scratch-folder.js";
import { type PostgresServer, startPostgres } from "./postgres-server.js";
import { copyOf, secondState } from "./research-fixtures.js";
import { storeContents } from "./store-contents.js";

const scratch = scratchFolder();
let server: PostgresServer | undefined;

beforeAll(() => {
  server = startPostgres(scratch);
});
afterAll(() => server?.stop());

const ABSENT = "PostgreSQL is not installed (Debian's postgresql)";

describe("a store on PostgreSQL", () => {
  it("is equal to one on SQLite, first and after changes, and lists alike", async ({ skip }) => {
    if (!server) return skip(ABSENT);
    server.psql("create database research");
    const folder = copyOf("RDagentDB", join(scratch, "results"));
    const sqlite = await openStore(join(scratch, "store.sqlite"));
    const postgres = await openStore(server.address("research"));
    try {
      for (const change of [() => undefined, () => secondState(folder)]) {
        change();
        const [a, b] = [await sync(folder, sqlite), await sync(folder, postgres)];
        expect(b.counts).toEqual(a.counts);
        expect(b.problems).toEqual([]);
        expect(await storeContents(postgres)).toEqual(await storeContents(sqlite));
      }
      for (const store of [sqlite, postgres]) {
        await store.mark("loops", await store.loop("266d6b5cb77c8e8eab54ab70af912b8c", 8), {
          tags: ["看"],
          reviewed: true,
        });
      }
      const requests = [
        { sort: "-sharpe" },
        { where: { sharpe: { min: 1 } }, sort: "loop_id" },
        { where: { status: ["success", "failed"], decision: null } },
        { search: "factor SUCCESS", limit: 3, offset: 2 },
        { tag: "看", reviewed: true },
        { everyWorkspace: true, gone: true },
      ];
      for (const request of requests) {
        const [a, b] = [await sqlite.loops(request), await postgres.loops(request)];
        expect(b.total, JSON.stringify(request)).toBe(a.total);
        const keys = ({ rows }: typeof a) => rows.map(({ record_key, marks }) => [record_key, marks]);
        expect(keys(b), JSON.stringify(request)).toEqual(keys(a));
      }
      expect((await postgres.loops({ tag: "看" })).total).toBe(1);
    } finally {
      await sqlite.close();
      await postgres.close();
    }
  });

  it("says who refuses: no server, no database, no right to make tables", async ({ skip }) => {
    await expect(openStore("postgres://u@127.0.0.1:1/x")).rejects.toMatchObject({ code: "not-found" });
    if (!server) return skip(ABSENT);
    await expect(openStore(server.address("nowhere"))).rejects.toMatchObject({ code: "read-failed" });
    server.psql("create database guarded");
    server.psql("create role guest login", "guarded");
    server.psql("revoke create on schema public from public", "guarded");
    await expect(openStore(server.address("guarded", "guest"))).rejects.toMatchObject({
      code: "write-failed",
      message: expect.stringContaining("may not create tables"),
    });
  });
});
