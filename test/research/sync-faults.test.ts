import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import type { KyselyPlugin } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { openStore } from "#src/research/store/open-store.js";
import { Store } from "#src/research/store/store.js";
import { sync } from "#src/research/sync/sync.js";
import { type ResultsServer, serveResults } from "#src/server/serve-results.js";
import { Random } from "../fuzz/random.js";
import { scratchFolder } from "../scratch-folder.js";
import { copyOf, FIXTURES, secondState } from "./research-fixtures.js";
import { storeContents } from "./store-contents.js";

const scratch = scratchFolder();
const servers: (Server | ResultsServer)[] = [];
let made = 0;

afterAll(async () => {
  for (const server of servers) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await server.close();
  }
});

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function withStore<T>(use: (store: Store, path: string) => Promise<T>): Promise<T> {
  const path = join(scratch, `store-${made++}.sqlite`);
  const store = await openStore(path);
  try {
    return await use(store, path);
  } finally {
    await store.close();
  }
}

const quick = { pauseMs: 1, attempts: 3, timeoutMs: 400 };
const FACTORS = readFileSync(join(FIXTURES, "RDagentDB/aistock/factor_catalog.json"));

/** A server like the research side's, whose answer to the factor catalogue is `fault`'s. */
const faulty = (fault: (request: number, response: Parameters<RequestListener>[1]) => void) => {
  let requests = 0;
  return listening((request, response) => {
    if (request.url === "/health")
      response.setHeader("content-type", "application/json").end('{"status":"ok"}');
    else if (request.url === "/catalog/factors") fault(++requests, response);
    else response.writeHead(404, { "content-type": "application/json" }).end('{"detail":"Not Found"}');
  });
};

const good = (response: Parameters<RequestListener>[1]) =>
  response.setHeader("content-type", "application/json").end(FACTORS);

describe("an API in trouble", () => {
  it.each<[string, (response: Parameters<RequestListener>[1]) => void]>([
    [
      "is cut off in the middle of a body",
      (response) => {
        response.setHeader("content-length", FACTORS.length);
        response.write(FACTORS.subarray(0, 9000), () => response.destroy());
      },
    ],
    [
      "ends a body early",
      (response) => response.setHeader("content-type", "application/json").end(FACTORS.subarray(0, 9000)),
    ],
    ["says nothing for too long", (response) => response.write(FACTORS.subarray(0, 100))],
    ["is too busy", (response) => response.writeHead(503, { "retry-after": "0" }).end()],
    ["resets the connection", (response) => response.destroy()],
    [
      "answers nonsense",
      (response) => response.setHeader("content-type", "application/json").end("{]nonsense"),
    ],
  ])("%s: the second attempt brings all", async (_, fault) => {
    const url = await faulty((request, response) => (request === 1 ? fault(response) : good(response)));
    await withStore(async (store) => {
      const report = await sync(url, store, quick);
      expect(report.problems).toEqual([]);
      expect((await store.factors()).total).toBe(25);
    });
  });

  it("that never recovers loses nothing of what is there", async () => {
    let isDown = false;
    const url = await faulty((_, response) => (isDown ? response.destroy() : good(response)));
    await withStore(async (store) => {
      await sync(url, store, quick);
      isDown = true;
      const problem = expect.stringContaining("given up after 3 attempts");
      const report = await sync(url, store, quick);
      expect(report).toMatchObject({ state: "partial", problems: [{ kind: "factors", problem }] });
      expect((await store.factors()).total).toBe(25);
      expect(await store.runs(1)).toMatchObject([{ state: "partial", problem }]);
    });
  });

  it("is slow, but goes on: it is waited for", async () => {
    const url = await faulty((_, response) => {
      response.setHeader("content-type", "application/json");
      let at = 0;
      const timer = setInterval(() => {
        if (at >= FACTORS.length) {
          clearInterval(timer);
          response.end();
          return;
        }
        response.write(FACTORS.subarray(at, at + 6000));
        at += 6000;
      }, 150);
    });
    await withStore(async (store) => {
      expect((await sync(url, store, quick)).counts.factors).toMatchObject({ new: 25 });
    });
  });

  it.each<[string, RequestListener, string, string]>([
    [
      "sends a web page",
      (_, response) => response.setHeader("content-type", "text/html").end("<p>"),
      "nothing could be imported",
      "is no results API",
    ],
    [
      "redirects",
      (_, response) => response.writeHead(302, { location: "http://b.example/" }).end(),
      "nothing could be imported",
      "redirects to http://b.example/",
    ],
    [
      "asks for a token",
      (_, response) => response.writeHead(401).end(),
      "nothing could be imported",
      "asks for a token",
    ],
    [
      "is something else",
      (_, response) => response.setHeader("content-type", "application/json").end("{}"),
      "nothing could be imported",
      "is no results API",
    ],
  ])("%s: it is said", async (_, answer, start, part) => {
    const url = await listening(answer);
    await withStore(async (store) => {
      const attempt = sync(url, store, quick);
      await expect(attempt).rejects.toThrow(start);
      await expect(sync(url, store, quick)).rejects.toThrow(part);
    });
  });

  it("is not there", async () => {
    await withStore(async (store) => {
      const url = await listening(() => undefined);
      const gone = servers.pop() as Server;
      await new Promise((resolve) => gone.close(resolve));
      await expect(sync(url, store, quick)).rejects.toThrow("ECONNREFUSED");
      await expect(sync("http://", store, quick)).rejects.toMatchObject({ code: "bad-request" });
    });
  });

  it("that wants a token is given it", async () => {
    const folder = copyOf("RDagentDB", join(scratch, "guarded"));
    const server = await serveResults({ registry: join(folder, "registry.sqlite"), port: 0, token: "t" });
    servers.push(server);
    await withStore(async (store) => {
      expect((await sync(server.url, store, { ...quick, token: "t", timeoutMs: 30_000 })).problems).toEqual(
        [],
      );
    });
  });
});

/** The store with a fault at its `at`th statement from now. */
function failingAt(store: Store, at: number): Store {
  let statements = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (++statements === at) throw new Error("the machine went down here");
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return new Store(store.db.withPlugin(plugin), store.label, {});
}

describe("an import that is cut off", () => {
  it("at any of its statements loses and doubles nothing", async () => {
    const folder = copyOf("RDagentDB", join(scratch, "results"));
    const random = new Random(23);
    await withStore(async (reference) => {
      await sync(folder, reference, quick);
      secondState(folder);
      await sync(folder, reference, quick);
      const expected = await storeContents(reference);
      await withStore(async (store) => {
        const own = copyOf("RDagentDB", join(scratch, "cut"));
        let failures = 0;
        for (let cut = 0; cut < 40; cut++) {
          if (cut === 20) secondState(own);
          const at = random.between(1, 90);
          await sync(own, failingAt(store, at), quick).catch((error: Error) => {
            expect(error.message).toContain("went down here");
            failures++;
          });
          // A fault at the release leaves the lock, as a killed process does; this process lives on.
          await store.db.deleteFrom("sync_locks").execute();
        }
        expect(failures).toBeGreaterThan(10);
        await sync(own, store, { ...quick, mode: "full" });
        expect(await storeContents(store)).toEqual(expected);
        expect((await store.runs(100)).filter(({ state }) => state === "running")).toEqual([]);
      });
    });
  });

  it("by its caller says so, and what it wrote stays", async () => {
    const folder = copyOf("RDagentDB", join(scratch, "cancelled"));
    await withStore(async (store) => {
      const controller = new AbortController();
      const cut = sync(folder, store, {
        ...quick,
        signal: controller.signal,
        onProgress: ({ kind }) => kind === "factors" && controller.abort(),
      });
      await expect(cut).rejects.toMatchObject({ code: "cancelled" });
      expect((await store.factors()).total).toBe(25);
      expect((await sync(folder, store, quick)).state).toBe("done");
    });
  });
});

describe("two imports at once", () => {
  it("leave one store: the second is refused while the first lives", async () => {
    const folder = copyOf("RDagentDB", join(scratch, "both"));
    await withStore(async (store, path) => {
      const other = await openStore(path);
      const both = await Promise.allSettled([sync(folder, store, quick), sync(folder, other, quick)]);
      const refused = both.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
      expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(["busy"]);
      await other.close();
      const once = await storeContents(store);
      await sync(folder, store, { ...quick, mode: "full" });
      expect(await storeContents(store)).toEqual(once);
    });
  });

  it("the lock of a process that is no more is taken over", async () => {
    const folder = copyOf("RDagentDB", join(scratch, "dead"));
    await withStore(async (store) => {
      for (const holder of [`${hostname()}:999999999:x`, "elsewhere:1:x"]) {
        await store.db
          .insertInto("sync_locks")
          .values({ name: "sync", holder, beat_at_utc: "2020-01-01T00:00:00+00:00" })
          .execute();
        expect((await sync(folder, store, quick)).problems).toEqual([]);
      }
      await store.db
        .insertInto("sync_locks")
        .values({ name: "sync", holder: "elsewhere:1:x", beat_at_utc: new Date().toISOString() })
        .execute();
      await expect(sync(folder, store, quick)).rejects.toMatchObject({ code: "busy" });
    });
  });
});
