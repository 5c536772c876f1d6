import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "#src/research/store/store.js";
import { Jobs } from "#src/server/library/jobs.js";
import { libraryApi } from "#src/server/library/library-api.js";
import type { LibrarySources } from "#src/server/library/library-route.js";
import type { FactorAnswer, ListAnswer, OverviewAnswer } from "#src/server/library/library-types.js";
import { Pages } from "#src/server/library/pages.js";
import { ServedFiles } from "#src/server/library/served-files.js";
import { WorkspaceFiles } from "#src/server/library/workspace-files.js";
import { scratchFolder } from "../../scratch-folder.js";
import { addFactors, someStore } from "./some-library.js";

const scratch = scratchFolder();
const roots = join(scratch, "roots");
let store: Store;
let app: Hono;

beforeAll(async () => {
  store = await someStore(scratch);
  await addFactors(store, ["momentum_1", "momentum_2", "momentum_3"]);
  mkdirSync(roots);
  writeFileSync(join(roots, "figure.png"), "png");
  writeFileSync(join(roots, "page.html"), "<script>1</script>");
  writeFileSync(join(scratch, "secret.txt"), "secret");
  symlinkSync(join(scratch, "secret.txt"), join(roots, "link.txt"));
  app = apiOf({});
});
afterAll(() => store.close());

function apiOf(more: { token?: string; hosts?: string[] }): Hono {
  return libraryApi({ sources: sourcesOf(), pages: new Pages(join(scratch, "none")), hosts: [], ...more });
}

function sourcesOf(more: Partial<LibrarySources> = {}): LibrarySources {
  const files = new WorkspaceFiles(new ServedFiles([roots]), [roots], {});
  return {
    ...{ store, version: "1.0.0", files, jobs: new Jobs(store) },
    ...{ snapshot: undefined, factorPackage: undefined, ...more },
  };
}

const url = (path: string) => `http://127.0.0.1:4870${path}`;
const get = async <T>(path: string): Promise<T> => (await (await app.request(url(path))).json()) as T;
const put = (path: string, body: unknown, headers: Record<string, string> = { "x-library": "1" }) =>
  app.request(url(path), { method: "PUT", body: JSON.stringify(body), headers });

describe("lists", () => {
  it("are paged, searched in both languages, sorted with absent figures last, and filtered", async () => {
    const all = await get<ListAnswer>("/api/v1/factors?limit=2&sort=name");
    expect(all.rows).toHaveLength(2);
    const next = await get<ListAnswer>(`/api/v1/factors?limit=2&sort=name&cursor=${all.next}`);
    expect(next.rows.map(({ name }) => name)).not.toEqual(all.rows.map(({ name }) => name));
    expect((await get<ListAnswer>("/api/v1/factors?search=MOMENTUM_%20_3")).total).toBe(1);
    expect(
      (await get<ListAnswer>(`/api/v1/factors?search=${encodeURIComponent("市盈率")}`)).total,
    ).toBeGreaterThan(0);
    const sorted = await get<ListAnswer>("/api/v1/factors?sort=-best_sharpe&limit=500");
    const figures = sorted.rows.map(({ best_sharpe }) => best_sharpe as number | null);
    const there = figures.filter((figure) => figure !== null);
    expect(figures.slice(0, there.length)).toEqual(there.toSorted((a, b) => b - a));
    const some = await get<ListAnswer>("/api/v1/factors?where.name=momentum_1|momentum_3");
    expect(some.rows.map(({ name }) => name)).toEqual(["momentum_1", "momentum_3"]);
    const ranged = await get<ListAnswer>("/api/v1/factors?where.best_sharpe=-1..-0.9");
    expect(ranged.total).toBeGreaterThan(0);
    expect(ranged.rows.every(({ best_sharpe }) => (best_sharpe as number) <= -0.9)).toBe(true);
  });

  it("say what is wrong with a request", async () => {
    const unknown = await app.request(url("/api/v1/factors?sort=best_sharp"));
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toEqual({ error: expect.stringContaining('did you mean "best_sharpe"') });
    expect((await app.request(url("/api/v1/factors?limit=9999"))).status).toBe(400);
    expect((await app.request(url("/api/v1/factors?cursor=-1"))).status).toBe(400);
    expect((await app.request(url("/api/v1/factors?offset=-1"))).status).toBe(400);
  });

  it("are not sent again while they are the same", async () => {
    const first = await app.request(url("/api/v1/factors"));
    const etag = first.headers.get("etag")!;
    const again = await app.request(url("/api/v1/factors"), { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });
});

describe("records", () => {
  it("come whole, with what their expression needs", async () => {
    const [row] = (await get<ListAnswer>("/api/v1/factors?where.name=momentum_1")).rows;
    await store.db
      .updateTable("factors")
      .set({ expression: "Mean($close, 5)/Ref($close, -1)" })
      .where("name", "=", "momentum_1")
      .execute();
    const answer = await get<FactorAnswer>(`/api/v1/factor?key=${encodeURIComponent(row!.mark_key)}`);
    expect(answer.expression).toMatchObject({ lookBack: 4, lookAhead: 1, fields: ["$close"] });
    expect(answer.record).toBeTypeOf("object");
    expect((await app.request(url("/api/v1/factor?key=none"))).status).toBe(404);
  });

  it("are counted on the overview", async () => {
    const { counts, lastRun } = await get<OverviewAnswer>("/api/v1/overview");
    expect(counts.factors).toBe((await get<ListAnswer>("/api/v1/factors")).total);
    expect(lastRun?.state).toBe("done");
  });
});

describe("marks", () => {
  it("are set, kept apart from what a sync writes, exported and imported", async () => {
    const [row] = (await get<ListAnswer>("/api/v1/factors?where.name=momentum_2")).rows;
    const path = `/api/v1/marks/factors?key=${encodeURIComponent(row!.mark_key)}`;
    expect(await (await put(path, { favourite: true, tags: [" 好 "] })).json()).toEqual({
      favourite: true,
      reviewed: false,
      tags: ["好"],
      note: "",
    });
    expect((await get<ListAnswer>("/api/v1/factors?favourite=1")).total).toBe(1);
    expect((await get<ListAnswer>(`/api/v1/factors?tag=${encodeURIComponent("好")}`)).total).toBe(1);
    const exported = await get<unknown[]>("/api/v1/marks");
    await put(path, { favourite: false, tags: [] });
    expect(await (await put("/api/v1/marks", exported)).json()).toEqual({ imported: exported.length });
    expect((await get<ListAnswer>("/api/v1/factors?favourite=1")).total).toBe(1);
    expect((await put(path, { note: 7 })).status).toBe(400);
    expect((await put("/api/v1/marks/nothing?key=a", {})).status).toBe(404);
  });
});

describe("who may ask", () => {
  it("no other site's page: neither by its name for this address, nor by its origin, nor with a plain form", async () => {
    const asked = (headers: Record<string, string>, method = "GET") =>
      app.request(url("/api/v1/marks"), { method, headers, ...(method === "PUT" && { body: "[]" }) });
    expect((await asked({ host: "evil.example:4870" })).status).toBe(421);
    expect((await asked({ origin: "http://evil.example" })).status).toBe(403);
    expect((await asked({}, "PUT")).status).toBe(403);
    expect(
      (await asked({ "x-library": "1", origin: "http://127.0.0.1:4870", host: "127.0.0.1:4870" }, "PUT"))
        .status,
    ).toBe(200);
  });

  it("only who has the token, where there is one", async () => {
    const closed = apiOf({ token: "secret" });
    expect((await closed.request(url("/api/v1/overview"))).status).toBe(401);
    expect(
      (await closed.request(url("/api/v1/overview"), { headers: { authorization: "Bearer secre" } })).status,
    ).toBe(401);
    expect(
      (await closed.request(url("/api/v1/overview"), { headers: { authorization: "Bearer secret" } })).status,
    ).toBe(200);
    const opened = await closed.request(url("/api/v1/overview?token=secret"));
    const cookie = opened.headers.get("set-cookie")!;
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(
      (await closed.request(url("/api/v1/overview"), { headers: { cookie: cookie.split(";")[0]! } })).status,
    ).toBe(200);
  });

  it("and every answer forbids what it does not need", async () => {
    for (const path of ["/api/v1/overview", "/api/v1/nothing", "/nothing.js"]) {
      const { headers } = await app.request(url(path));
      expect(headers.get("content-security-policy")).toContain("script-src 'self'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });
});

describe("files", () => {
  const add = (file_id: string, path: string) =>
    store.db
      .insertInto("artifact_files")
      .values({
        file_id,
        path,
        artifact_id: null,
        workspace_id: null,
        sha256: null,
        size_bytes: null,
        mtime_utc: null,
        kind: null,
        record_key: file_id,
        record: "{}",
        digest: "",
        catalogue_version: null,
        generated_at_utc: null,
        changed_at_utc: "",
        gone_at_utc: null,
      })
      .execute();

  it("are those that the store names and that lie in the roots, links followed", async () => {
    await add("shown", join(roots, "figure.png"));
    await add("saved", join(roots, "page.html"));
    await add("linked", join(roots, "link.txt"));
    await add("outside", join(roots, "../secret.txt"));
    const shown = await app.request(url("/api/v1/files/shown"));
    expect([shown.status, shown.headers.get("content-type"), await shown.text()]).toEqual([
      200,
      "image/png",
      "png",
    ]);
    const saved = await app.request(url("/api/v1/files/saved"));
    expect(saved.headers.get("content-type")).toBe("application/octet-stream");
    expect(saved.headers.get("content-disposition")).toMatch(/^attachment/);
    for (const id of ["linked", "outside", "none", encodeURIComponent("../secret.txt")]) {
      expect([id, (await app.request(url(`/api/v1/files/${id}`))).status]).toEqual([id, 404]);
    }
  });
});

describe("a sync as a job", () => {
  it("says what it does until it has ended, and refuses a second one meanwhile", async () => {
    const start = () =>
      app.request(url("/api/v1/jobs"), {
        method: "POST",
        headers: { "x-library": "1" },
        body: JSON.stringify({ job: "sync", source: join(scratch, "results"), dryRun: true }),
      });
    const [first, second] = (await Promise.all([start(), start()])).sort((a, b) => a.status - b.status) as [
      Response,
      Response,
    ];
    expect([first.status, second.status]).toEqual([202, 409]);
    const { id } = (await first.json()) as { id: string };
    const events = await (await app.request(url(`/api/v1/jobs/${id}/events`))).text();
    expect(events.trim().split("\n\n").at(-1)).toContain('"state":"done"');
    expect((await app.request(url("/api/v1/jobs/none/events"))).status).toBe(404);
  });
});
