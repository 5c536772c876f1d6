import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepReports } from "#src/research/store/keep-reports.js";
import type { Store } from "#src/research/store/store.js";
import { ANSWER_SCHEMAS, type AnswerName } from "#src/server/library/answer-schemas.js";
import { Jobs } from "#src/server/library/jobs.js";
import { API, libraryApi, libraryRoutes } from "#src/server/library/library-api.js";
import { LibraryClient, LibraryProblem } from "#src/server/library/library-client.js";
import type { LibrarySources } from "#src/server/library/library-route.js";
import type { JobEvent } from "#src/server/library/library-types.js";
import { Pages } from "#src/server/library/pages.js";
import { ServedFiles } from "#src/server/library/served-files.js";
import { WorkspaceFiles } from "#src/server/library/workspace-files.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import { scratchFolder } from "../../scratch-folder.js";
import { makeWorkspaces, someReport, someStore } from "./some-library.js";

const ADDRESS = "http://127.0.0.1:4870";
const scratch = scratchFolder();
let store: Store;
let sources: LibrarySources;
let app: Hono;
let client: LibraryClient;

beforeAll(async () => {
  store = await someStore(scratch);
  await makeWorkspaces(store, scratch);
  const factorPackage = join(scratch, "package");
  mkdirSync(join(factorPackage, "rd_factors_lib"), { recursive: true });
  writeFileSync(join(factorPackage, "VERSION"), "1.2.0\n");
  writeFileSync(
    join(factorPackage, "rd_factors_lib", "generated.py"),
    "import os\n\n@cached\ndef factor_Momentum_10D(df):\n    # 10 sessions\n    return df\n\ndef other(df):\n    pass\n",
  );
  await store.db
    .updateTable("factors")
    .set({
      expression: "$close/Ref($close, 5)-1",
      impl_module: "rd_factors_lib.generated",
      impl_func: "Momentum_10D",
    })
    .where("name", "=", "Momentum_10D")
    .execute();
  sources = {
    ...{ store, version: "1.0.0", factorPackage, jobs: new Jobs(store) },
    files: new WorkspaceFiles(new ServedFiles([scratch]), [scratch], {}),
    snapshot: await openSnapshot(join(import.meta.dirname, "../../../data-fixtures/snapshot")),
  };
  app = appOf(sources);
  client = clientOf(app);
});
afterAll(() => store.close());

const appOf = (from: Parameters<typeof libraryApi>[0]["sources"]): Hono =>
  libraryApi({ sources: from, pages: new Pages(join(scratch, "none")), hosts: [] });

function clientOf(of: Hono): LibraryClient {
  const ask = (input: string, init?: RequestInit) => Promise.resolve(of.request(input, init));
  return new LibraryClient(ADDRESS, { fetch: ask as unknown as typeof fetch });
}

const keyOf = async (name: string) => (await store.factors({ where: { name } })).rows[0]!.mark_key;
const bestLoop = async () =>
  (await store.loops({ where: { materialization_status: "done" }, sort: "-sharpe", limit: 1 })).rows[0]!;
const svgOf = async (path: string) => {
  const response = await app.request(`${ADDRESS}${API}${path}`);
  return [response.status, response.headers.get("content-type"), await response.text()] as const;
};

describe("a factor", () => {
  it("comes with its source, its loops and what it was tried together with", async () => {
    const answer = await client.factor(await keyOf("Momentum_10D"));
    expect(answer.source).toEqual({
      path: "rd_factors_lib/generated.py",
      line: 3,
      text: "@cached\ndef factor_Momentum_10D(df):\n    # 10 sessions\n    return df",
      from: "package",
      version: "1.2.0",
    });
    expect(answer.expression).toMatchObject({ lookBack: 5, lookAhead: 0, fields: ["$close"] });
    expect(answer.loops.length).toBeGreaterThan(0);
    expect(answer.combinations[0]?.factors).toContain("Momentum_10D");
    expect(answer.strategies.length).toBeGreaterThan(0);
    expect(answer.check).toBeNull();
  });

  it("has the program of a loop's workspace where the package has none of its name", async () => {
    const { source } = await client.factor(await keyOf("VolAdj_Momentum_10D"));
    expect(source).toMatchObject({ path: "factor.py", from: "workspace" });
    expect(source?.text).toContain("def ");
  });

  it("has its last values through the snapshot, of instruments that one may name, and as CSV", async () => {
    const key = await keyOf("Momentum_10D");
    const values = (await client.values(key, { bars: "3" }))!;
    expect(values).toMatchObject({ from: "snapshot", instruments: expect.any(Array) });
    expect(values.sessions).toHaveLength(3);
    expect([...values.sessions].sort().reverse()).toEqual(values.sessions);
    const code = values.instruments[1]!;
    const one = (await client.values(key, { bars: "3" }, [code]))!;
    expect(one.values.map(([value]) => value)).toEqual(values.values.map((row) => row[1]));
    const window = await sources.snapshot!.getHistoryWindow([code], {
      ...{ fields: { value: "$close/Ref($close, 5)-1" }, bars: 3, barsPer: "session" },
    });
    expect(
      window
        .toJSON()
        .map(({ value }) => value)
        .reverse(),
    ).toEqual(one.values.map(([value]) => value));
    const response = await app.request(
      `${ADDRESS}${API}/factor/values?${new URLSearchParams({ key, bars: "2", format: "csv" })}`,
    );
    expect((await response.text()).split("\n")[0]).toBe("datetime,instrument,value");
    await expect(client.values(key, {}, ["999999.XX"])).rejects.toMatchObject({ status: 400 });
  });

  it("has what our own checks found, with charts of it, in the list as well", async () => {
    const key = await keyOf("RESI5");
    await keepReports(store, [someReport("RESI5")]);
    const { check } = await client.factor(key);
    expect(check).toMatchObject({ status: "warning", lookAhead: "look-ahead", lookBack: 5 });
    expect(check?.findings[0]).toMatchObject({ code: "low-coverage", sentenceZh: "覆盖率低" });
    expect(check?.charts.map(({ en }) => en)).toEqual(
      expect.arrayContaining(["Cumulative rank IC", "Mean return by quantile, less the session's mean"]),
    );
    for (const { at } of check!.charts) {
      const [status, type, text] = await svgOf(
        `/charts/factor.svg?${new URLSearchParams({ key, at: String(at) })}`,
      );
      expect([status, type]).toEqual([200, "image/svg+xml"]);
      expect(text).toContain("<svg");
      expect(text).not.toContain("NaN");
    }
    const { rows } = await client.list("factors", { "where.check_status": "warning" });
    expect(rows.map(({ name, ic, coverage }) => [name, ic, coverage])).toContainEqual(["RESI5", 0.02, 0.4]);
    const { attention } = await client.overview();
    expect(attention.map(({ code }) => code)).toContain("look-ahead");
  });
});

describe("a loop", () => {
  it("comes with its workspaces, their artifacts and files, and what the workspace says of it", async () => {
    const loop = await bestLoop();
    const answer = await client.loop(loop.mark_key);
    expect(answer.workspaces[0]).toMatchObject({ workspace_id: loop.workspace_id, isBest: true });
    const files = answer.workspaces.flatMap(({ artifacts }) =>
      artifacts.flatMap((artifact) => artifact.files),
    );
    const there = files.find(({ available }) => available);
    const response = await app.request(`${ADDRESS}${API}/files/${encodeURIComponent(there!.id)}`);
    expect([response.status, (await response.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
    expect(answer).toMatchObject({
      hypothesis: "Momentum of ten sessions carries on.",
      limitations: ["one year only"],
      codeCritic: ["no test of gaps"],
    });
  });

  it("has equity and drawdown where its return file is here, several in one chart", async () => {
    const { rows } = await store.loops({ sort: "-sharpe", limit: 500 });
    const answers = await Promise.all(rows.map((row) => client.loop(row.mark_key)));
    const keys = answers.filter(({ hasReturns }) => hasReturns).map(({ loop }) => loop.mark_key);
    expect(keys.length).toBeGreaterThan(1);
    const query = keys
      .slice(0, 2)
      .map((key) => new URLSearchParams({ key }))
      .join("&");
    for (const chart of ["equity", "drawdown", "comparison"]) {
      const [status, , text] = await svgOf(`/charts/${chart}.svg?${query}&language=zh&theme=dark`);
      expect([chart, status, /NaN/.test(text)]).toEqual([chart, 200, false]);
    }
    expect((await svgOf("/charts/equity.svg?key=none"))[0]).toBe(404);
  });
});

describe("strategies and models", () => {
  it("come whole, with their loops", async () => {
    const { rows } = await store.loops({ where: { strategy_id: { min: "" } }, limit: 1 });
    const strategy = await client.strategy(JSON.stringify([rows[0]!.strategy_id]));
    expect(strategy.loops.map(({ strategy_id }) => strategy_id)).toContain(rows[0]!.strategy_id);
    const [model] = (await client.list("models", { limit: "1" })).rows;
    expect((await client.model(model!.mark_key)).row.model_id).toBe(model!.model_id);
    await expect(client.model("none")).rejects.toThrow(LibraryProblem);
  });
});

describe("the OpenAPI document", () => {
  it("has every route, and schemas that every answer fulfils", async () => {
    const document = (await (await app.request(`${ADDRESS}${API}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
      components: { schemas: Record<string, unknown> };
    };
    const routes = libraryRoutes(sources);
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(described.sort()).toEqual(
      routes.map(({ method, path }) => `${method} ${API}${path.replace(/:(\w+)/g, "{$1}")}`).sort(),
    );
    const asked: Readonly<Record<string, string>> = {
      "/factor": `?${new URLSearchParams({ key: await keyOf("RESI5") })}`,
      "/factor/values": `?${new URLSearchParams({ key: await keyOf("Momentum_10D") })}`,
      "/loop": `?${new URLSearchParams({ key: (await bestLoop()).mark_key })}`,
      "/strategy": `?${new URLSearchParams({ key: (await store.strategies()).rows[0]!.mark_key })}`,
      "/model": `?${new URLSearchParams({ key: (await store.models()).rows[0]!.mark_key })}`,
      "/alpha/:library": "",
      "/runs/:id": "",
    };
    await store.mark("factors", { mark_key: await keyOf("RESI5") }, { favourite: true });
    for (const { method, path, answer } of routes) {
      if (method !== "get" || !/^[A-Z]/.test(answer)) continue;
      const at = path
        .replace(":library", "alpha158")
        .replace(":id", encodeURIComponent((await store.runs(1))[0]!.run_id));
      const response = await app.request(`${ADDRESS}${API}${at}${asked[path] ?? ""}`);
      expect([path, response.status]).toEqual([path, 200]);
      expect([path, faultsOf(answer, await response.json())]).toEqual([path, []]);
    }
  });
});

/** What an answer lacks of its schema. */
function faultsOf(type: string, value: unknown): string[] {
  if (type.endsWith("[]")) {
    return Array.isArray(value)
      ? value.flatMap((one) => faultsOf(type.slice(0, -2), one))
      : [`no list: ${type}`];
  }
  if (type === "any" || (type.endsWith("?") && value === null)) return [];
  const name = type.replace("?", "");
  if (name in ANSWER_SCHEMAS) {
    if (value === null || typeof value !== "object") return [`no ${name}`];
    return Object.entries(ANSWER_SCHEMAS[name as AnswerName]).flatMap(([field, of]) =>
      field in value
        ? faultsOf(of as string, (value as Record<string, unknown>)[field]).map(
            (fault) => `${field}: ${fault}`,
          )
        : [`${field} is missing`],
    );
  }
  if (name === "integer") return Number.isInteger(value) ? [] : [`no integer: ${String(value)}`];
  return typeof value === name ? [] : [`no ${name}: ${String(value)}`];
}

describe("a check of workspaces as a job", () => {
  it("says what each lacks and writes nothing", async () => {
    const { id } = await client.startJob({
      job: "backfill-check",
      registry: join(scratch, "results", "registry.sqlite"),
    });
    const text = await (await app.request(`${ADDRESS}${API}/jobs/${id}/events`)).text();
    const last = JSON.parse(
      text
        .trim()
        .split("\n\n")
        .at(-1)!
        .replace(/^data: /, ""),
    ) as JobEvent;
    expect(last.state).toBe("done");
    expect(last.lacking!.length).toBeGreaterThan(0);
    await expect(client.startJob({ job: "nothing" } as never)).rejects.toMatchObject({ status: 400 });
  });
});

describe("a store that cannot be read", () => {
  it("is told by every route", async () => {
    const broken = clientOf(appOf({ problem: "store.sqlite is no store", version: "1" }));
    await expect(broken.overview()).rejects.toMatchObject({
      status: 503,
      message: "store.sqlite is no store",
    });
    await expect(broken.list("factors", {})).rejects.toMatchObject({ status: 503 });
  });

  it("is told when it is damaged while the server runs", async () => {
    const failing = new Proxy(store, {
      get: (of, name) =>
        name === "counts"
          ? () => Promise.reject(new Error("database disk image is malformed"))
          : Reflect.get(of, name),
    });
    const asked = clientOf(appOf({ ...sources, store: failing })).overview();
    await expect(asked).rejects.toMatchObject({ status: 503, message: expect.stringContaining("malformed") });
  });
});
