import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ResultsServer, type ServeOptions, serveResults } from "#src/server/serve-results.js";
import { copyOf, execute, FIXTURES, fixtureJson, RESEARCH_MACHINE } from "../research/research-fixtures.js";
import { scratchFolder } from "../scratch-folder.js";
import { rawRequest } from "./raw-request.js";

const scratch = scratchFolder();
const folder = copyOf("RDagentDB", join(scratch, "RDagentDB"));
const registry = join(folder, "registry.sqlite");
let server: ResultsServer;
const servers: ResultsServer[] = [];

async function served(options: Partial<ServeOptions> = {}): Promise<ResultsServer> {
  const one = await serveResults({ registry, port: 0, ...options });
  servers.push(one);
  return one;
}

async function json<T = Record<string, unknown>>(path: string, from = server): Promise<T> {
  return JSON.parse((await rawRequest(from.url, path)).body.toString("utf8")) as T;
}

beforeAll(async () => {
  server = await served({ pathMap: { [RESEARCH_MACHINE]: join(scratch, "machine") } });
});
afterAll(async () => {
  for (const one of servers) await one.close();
});

describe("a catalogue's answer", () => {
  it("has a tag and a time by which it is not sent again", async () => {
    const first = await rawRequest(server.url, "/catalog/loops");
    for (const headers of [
      { "if-none-match": String(first.headers.etag) },
      { "if-modified-since": String(first.headers["last-modified"]) },
    ]) {
      const again = await rawRequest(server.url, "/catalog/loops", { headers });
      expect([again.status, again.body.length]).toEqual([304, 0]);
    }
    const old = { "if-modified-since": "Wed, 01 Jan 2020 00:00:00 GMT", "if-none-match": '"other"' };
    expect((await rawRequest(server.url, "/catalog/loops", { headers: old })).status).toBe(200);
  });

  it("is compressed for those who take it", async () => {
    const plain = await rawRequest(server.url, "/catalog/loops");
    const packed = await rawRequest(server.url, "/catalog/loops", {
      headers: { "accept-encoding": "br, gzip" },
    });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    const refused = await rawRequest(server.url, "/catalog/loops", {
      headers: { "accept-encoding": "gzip;q=0" },
    });
    expect(refused.headers["content-encoding"]).toBeUndefined();
  });

  it("is the last good one while the file is half written", async () => {
    const own = copyOf("RDagentDB", join(scratch, "rewritten"));
    const one = await served({ registry: join(own, "registry.sqlite") });
    const path = join(own, "aistock", "model_catalog.json");
    const before = await rawRequest(one.url, "/catalog/models");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(0, 5000));
    const during = await rawRequest(one.url, "/catalog/models");
    expect(during.body).toEqual(before.body);
    expect(during.headers["x-catalogue-state"]).toBe("last-good");
    writeFileSync(path, text.replace('"v1"', '"v2"'));
    const after = await json<{ version: string }>("/catalog/models", one);
    expect(after.version).toBe("v2");
  });
});

describe("pages of records", () => {
  interface Records {
    total: number;
    as_of: string;
    next_cursor: string | null;
    items: { name: string; source: string }[];
    removed: string[][];
    complete: boolean;
  }

  it("hold all, once, in the order of the file", async () => {
    const whole = await json<{ factors: { name: string }[] }>("/catalog/factors");
    const names: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Records = await json(`/v1/catalog/factors?limit=7&cursor=${cursor}`);
      names.push(...page.items.map(({ name }) => name));
      cursor = page.next_cursor;
    }
    expect(names).toEqual(whole.factors.map(({ name }) => name));
  });

  it("are filtered, which reaches the second factor of a name", async () => {
    const both = await json<Records>("/v1/catalog/factors?name=RESI5");
    expect(both.items.map(({ source }) => source).sort()).toEqual(["qlib_alpha158", "rdagent_generated"]);
    const one = await json<Records>("/v1/catalog/factors?name=RESI5&source=rdagent_generated");
    expect([one.total, one.items[0]?.source]).toEqual([1, "rdagent_generated"]);
  });

  it("give what changed and went since a time", async () => {
    const own = copyOf("RDagentDB", join(scratch, "since"));
    const one = await served({ registry: join(own, "registry.sqlite") });
    const { as_of } = await json<Records>("/v1/catalog/factors", one);
    const path = join(own, "aistock", "factor_catalog.json");
    const catalogue = JSON.parse(readFileSync(path, "utf8")) as { factors: Record<string, unknown>[] };
    const gone = catalogue.factors.shift()!;
    catalogue.factors[3]!.region = "us";
    writeFileSync(path, JSON.stringify(catalogue));
    const later = new Date(Date.parse(as_of) + 60_000);
    utimesSync(path, later, later);
    const since = new Date(Date.parse(as_of) + 1).toISOString();
    const changed = await json<Records>(`/v1/catalog/factors?since=${since}`, one);
    expect(changed.items.map(({ name }) => name)).toEqual([catalogue.factors[3]!.name]);
    expect(changed.removed.map(([name]) => name)).toEqual([gone.name]);
    expect(changed.complete).toBe(true);
    const earlier = await json<Records>("/v1/catalog/factors?since=2020-01-01", one);
    expect([earlier.total, earlier.complete]).toEqual([24, false]);
  });

  it.each([
    ["/v1/catalog/factors?cursor=7.1", 409],
    ["/v1/catalog/factors?cursor=x", 422],
    ["/v1/catalog/factors?limit=0", 422],
    ["/v1/catalog/factors?limit=99999", 422],
    ["/v1/catalog/factors?sauce=x", 422],
    ["/v1/catalog/factors?since=soon", 422],
    ["/v1/catalog/alpha360", 404],
    ["/v1/registry/loops?nope=1", 422],
    ["/v1/registry/nope", 404],
  ])("%s is refused", async (path, status) => {
    const answer = await rawRequest(server.url, path);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body.toString())).toHaveProperty("detail");
  });

  it("hold rows of the registry as well", async () => {
    const failed = await json<{ total: number; items: { status: string }[] }>(
      "/v1/registry/loops?status=failed",
    );
    expect(failed.total).toBeGreaterThan(0);
    expect(new Set(failed.items.map(({ status }) => status))).toEqual(new Set(["failed"]));
    const first = await json<{ items: object[]; next_cursor: string }>("/v1/registry/artifacts?limit=100");
    const rest = await json<{ items: object[]; next_cursor: null }>(
      `/v1/registry/artifacts?limit=100&cursor=${first.next_cursor}`,
    );
    expect([first.items.length, rest.items.length, rest.next_cursor]).toEqual([100, 77, null]);
  });
});

describe("files", () => {
  const workspace = "d865a6a3006fb781a2167a24b9ef22ea";
  const content = Buffer.from("0123456789");

  beforeAll(async () => {
    const path = join(scratch, "machine", "git_ignore_folder", "RD-Agent_workspace", workspace);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "digits.txt"), content);
    symlinkSync("/etc/passwd", join(path, "link.txt"));
    await execute(
      registry,
      ...["digits.txt", "../../../../registry.sqlite", "/etc/passwd", "link.txt", "away.txt", "."].map(
        (file, at) =>
          `insert into artifact_files values ('f${at}', 'a', '${workspace}', '${file}', null, 1, null, 'x')`,
      ),
    );
  });

  it("are sent whole with their digest, and in part", async () => {
    const whole = await rawRequest(server.url, "/v1/files/f0");
    expect(whole.body).toEqual(content);
    expect(whole.headers["x-sha256"]).toBe(createHash("sha256").update(content).digest("hex"));
    for (const [range, expected, from] of [
      ["bytes=2-4", "234", "bytes 2-4/10"],
      ["bytes=7-", "789", "bytes 7-9/10"],
      ["bytes=-2", "89", "bytes 8-9/10"],
      ["bytes=8-99", "89", "bytes 8-9/10"],
    ] as const) {
      const part = await rawRequest(server.url, "/v1/files/f0", { headers: { range } });
      expect([part.status, part.body.toString(), part.headers["content-range"]]).toEqual([
        206,
        expected,
        from,
      ]);
    }
    expect((await rawRequest(server.url, "/v1/files/f0", { headers: { range: "bytes=99-" } })).status).toBe(
      416,
    );
    const known = { "if-none-match": String(whole.headers.etag) };
    expect((await rawRequest(server.url, "/v1/files/f0", { headers: known })).status).toBe(304);
  });

  it.each(["f1", "f2", "f3", "f4", "f5", "nope", "%2e%2e", "..%2fregistry.sqlite"])(
    "%s leads nowhere",
    async (id) => {
      const answer = await rawRequest(server.url, `/v1/files/${id}`);
      expect([answer.status, answer.body.toString()]).toEqual([404, '{"detail":"file not found"}']);
    },
  );

  it("of a bundle come as an archive", async ({ skip }) => {
    const id = "13ddad0c-2640-4f09-a2af-e5cf770edbd6";
    const archive = join(scratch, "bundle.zip");
    writeFileSync(archive, (await rawRequest(server.url, `/artifacts/bundle/${id}`)).body);
    const script =
      "import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps([z.testzip(), [[i.filename,i.file_size] for i in z.infolist()]]))";
    const python = spawnSync("python3", ["-c", script, archive], { encoding: "utf8" });
    if (python.error) return skip("python3 is not installed, which would read the archive");
    const [broken, entries] = JSON.parse(python.stdout) as [null, [string, number][]];
    expect(broken).toBeNull();
    const recorded = fixtureJson<{
      entries: { name: string; response: { zip_entries: [string, number][] } }[];
    }>("api-expected.json").entries.find(({ name }) => name === "bundle")!.response.zip_entries;
    expect(entries.map(([name]) => name)).toEqual(recorded.map(([name]) => name));
    for (const [name, size] of entries) {
      expect(size).toBe(readFileSync(join(FIXTURES, "RDagentDB/production_bundles", id, name)).length);
    }
  });
});

describe("the server", () => {
  it("asks for its token", async () => {
    const one = await served({ token: "secret" });
    expect((await rawRequest(one.url, "/health")).status).toBe(200);
    for (const headers of [{}, { authorization: "Bearer wrong" }, { authorization: "Basic secret" }]) {
      const refused = await rawRequest(one.url, "/catalog/factors", { headers });
      expect([refused.status, refused.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    }
    const allowed = await rawRequest(one.url, "/catalog/factors", {
      headers: { authorization: "Bearer secret" },
    });
    expect(allowed.status).toBe(200);
  });

  it("limits requests, and bodies", async () => {
    const slow = await served({ rate: { burst: 2, perSecond: 0.001 } });
    const statuses = [];
    for (let at = 0; at < 3; at++) statuses.push((await rawRequest(slow.url, "/health")).status);
    expect(statuses).toEqual([200, 200, 429]);
    const one = await served({ allowWrites: true });
    const body = JSON.stringify({ asset_bundle_id: "x".repeat(2_000_000), status: "synced" });
    const large = await rawRequest(one.url, "/ops/sync-confirm", { method: "POST", body });
    expect(large.status).toBe(413);
  });

  it("lets only pages of named origins read", async () => {
    const one = await served({ origins: ["http://a.example"] });
    const asked = { origin: "http://a.example", "access-control-request-method": "GET" };
    const preflight = await rawRequest(one.url, "/catalog/factors", { method: "OPTIONS", headers: asked });
    expect([preflight.status, preflight.headers["access-control-allow-methods"]]).toEqual([204, "GET"]);
    for (const [origin, allowed] of [
      ["http://a.example", "http://a.example"],
      ["http://b.example", undefined],
    ] as const) {
      const answer = await rawRequest(one.url, "/health", { headers: { origin } });
      expect(answer.headers["access-control-allow-origin"]).toBe(allowed);
      expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
    }
  });

  it("serves no writing route unless asked to", async () => {
    const body = JSON.stringify({ asset_bundle_id: "x", status: "synced" });
    expect((await rawRequest(server.url, "/ops/sync-confirm", { method: "POST", body })).status).toBe(404);
  });

  it("runs a backfill as a job", async () => {
    const own = copyOf("backfill-before", join(scratch, "job"));
    const one = await served({
      registry: join(own, "RDagentDB", "registry.sqlite"),
      allowWrites: true,
      pathMap: { [RESEARCH_MACHINE]: own },
    });
    const path = "/ops/materialize-and-refresh";
    const started = await rawRequest(one.url, path, { method: "POST" });
    expect(started.status).toBe(202);
    const { job_id } = JSON.parse(started.body.toString()) as { job_id: string };
    const twice = await rawRequest(one.url, path, { method: "POST" });
    expect(JSON.parse(twice.body.toString())).toMatchObject({ job_id });
    await vi.waitFor(
      async () =>
        expect(await json(`/v1/jobs/${job_id}`, one)).toMatchObject({
          state: "done",
          report: { mode: "materialize-pending" },
        }),
      { timeout: 50_000, interval: 200 },
    );
    expect((await rawRequest(one.url, "/v1/jobs/none")).status).toBe(404);
  });

  it("says which versions it has, and describes its routes", async () => {
    const health = await json<{ api: string; registry: { tables: object }; catalogues: object }>(
      "/v1/health",
    );
    expect(health.api).toBe("v1");
    expect(health.registry.tables).toMatchObject({ loops: 25 });
    expect(health.catalogues).toMatchObject({ factors: { records: 25 }, alpha360: null });
    const one = await served({ allowWrites: true });
    const { paths } = await json<{ paths: Record<string, object> }>("/openapi.json", one);
    const recorded = fixtureJson<{ entries: { name: string; variants: { phase2: { paths: object } } }[] }>(
      "api-expected.json",
    ).entries.find(({ name }) => name === "openapi paths")!.variants.phase2.paths;
    const ours = Object.keys(paths);
    expect(Object.keys(recorded).filter((path) => !ours.includes(path))).toEqual([]);
  });

  it("cannot be started where another serves", async () => {
    await expect(served({ port: Number(new URL(server.url).port) })).rejects.toMatchObject({
      code: "bad-request",
      message: expect.stringContaining("another program serves there"),
    });
  });
});
