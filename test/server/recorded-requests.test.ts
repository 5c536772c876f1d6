import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSqlite } from "#src/research/sqlite/open-sqlite.js";
import { serveResults } from "#src/server/serve-results.js";
import { copyOf, execute, FIXTURES, fixtureJson } from "../research/research-fixtures.js";
import { scratchFolder } from "../scratch-folder.js";
import { type RawAnswer, rawRequest } from "./raw-request.js";
import { type Exception, exceptionOf } from "./recorded-exceptions.js";

interface Recorded {
  readonly name: string;
  readonly state: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly content_type: string | null;
    readonly headers?: Record<string, string>;
    readonly body_sha256?: string;
    readonly body_text?: string;
    readonly body?: unknown;
    readonly body_summary?: { readonly count: number; readonly loops: readonly Record<string, unknown>[] };
  };
}

const { entries } = fixtureJson<{ entries: Recorded[] }>("api-expected.json");
const scratch = scratchFolder();

/** How the files of each state differ from the fixtures'. */
const STATES: Readonly<Record<string, (folder: string) => void | Promise<void>>> = {
  base: () => undefined,
  "no-catalogs": (folder) => {
    rmSync(join(folder, "aistock"), { recursive: true });
    mkdirSync(join(folder, "aistock"));
  },
  "no-aistock-dir": (folder) => rmSync(join(folder, "aistock"), { recursive: true }),
  truncated: (folder) => truncateSync(factors(folder), Math.floor(readFileSync(factors(folder)).length / 2)),
  "empty-file": (folder) => truncateSync(factors(folder), 0),
  bom: (folder) => writeFileSync(factors(folder), `\ufeff${readFileSync(factors(folder), "utf8")}`),
  gbk: (folder) => writeFileSync(factors(folder), Buffer.from([0x22, 0xd2, 0xf2, 0xd7, 0xd3, 0x22])),
  list: (folder) => writeFileSync(factors(folder), "[1, 2]"),
  null: (folder) => writeFileSync(factors(folder), "null"),
  zero: (folder) => writeFileSync(factors(folder), "0"),
  string: (folder) => writeFileSync(factors(folder), '"文本"'),
  "factors-dict": (folder) => writeFileSync(factors(folder), '{"factors": {"name": "KLEN"}}'),
  "factors-null": (folder) => writeFileSync(factors(folder), '{"factors": null}'),
  "factors-mixed": (folder) =>
    writeFileSync(
      factors(folder),
      '{"factors": [1, "KLEN", null, {"name": 5}, {"Name": "KLEN"}, {"name": "KLEN", "x": NaN, "y": 1e400}]}',
    ),
  "dup-keys": (folder) =>
    writeFileSync(
      factors(folder),
      '{"factors": [], "factors": [{"name": "KLEN", "name": "KLEN", "a": 1, "a": 2}]}',
    ),
  "big-numbers": (folder) =>
    writeFileSync(
      factors(folder),
      '{"factors": [{"name": "KLEN", "i": 12345678901234567890, "f": 1.0, "e": 1e-7, "s": "\\ud83d\\ude80", "neg0": -0.0}]}',
    ),
  "lone-surrogate": (folder) =>
    writeFileSync(factors(folder), '{"factors": [{"name": "KLEN", "lone": "\\ud83d"}]}'),
  deep: (folder) => writeFileSync(factors(folder), `{"factors": ${"[".repeat(1200)}${"]".repeat(1200)}}`),
  directory: (folder) => {
    rmSync(factors(folder));
    mkdirSync(factors(folder));
  },
  "no-registry": (folder) => rmSync(join(folder, "registry.sqlite")),
  "registry-garbage": (folder) =>
    writeFileSync(join(folder, "registry.sqlite"), "this is not a database".repeat(100)),
  "registry-empty": async (folder) => {
    const tables = ["task_runs", "loops", "workspaces", "artifacts", "artifact_files", "factor_registry"];
    await execute(join(folder, "registry.sqlite"), ...tables.map((table) => `delete from ${table}`));
  },
  "registry-p1-schema": (folder) =>
    copyFileSync(join(FIXTURES, "registry-p1-schema.sqlite"), join(folder, "registry.sqlite")),
};

const factors = (folder: string): string => join(folder, "aistock", "factor_catalog.json");

describe("the recorded requests of the Python server", () => {
  it("cover every state", () => {
    expect(new Set(entries.map(({ state }) => state))).toEqual(new Set(Object.keys(STATES)));
  });

  for (const [state, prepare] of Object.entries(STATES)) {
    it(`are answered as it does: ${state}`, async () => {
      const folder = copyOf("RDagentDB", join(scratch, state));
      await prepare(folder);
      const server = await serveResults({
        registry: join(folder, "registry.sqlite"),
        port: 0,
        allowWrites: true,
      });
      try {
        for (const entry of entries.filter((one) => one.state === state)) {
          const { method, path, headers, body } = entry.request;
          const answer = await rawRequest(server.url, path, {
            method,
            ...(headers && { headers }),
            ...(body !== undefined && { body: bodyBytes(body) }),
          });
          const exception = exceptionOf(entry);
          if (exception) expectException(exception, entry, answer);
          else expectEqual(entry, answer, server.url);
        }
      } finally {
        await server.close();
      }
    });
  }

  it("leave the registry as it was, or away", async () => {
    const bytes = readFileSync(join(scratch, "base", "registry.sqlite"));
    expect(bytes.length).toBe(readFileSync(join(FIXTURES, "RDagentDB/registry.sqlite")).length);
    await expect(
      openSqlite(join(scratch, "no-registry", "registry.sqlite"), { readOnly: true }),
    ).rejects.toThrow("unable to open");
  });
});

function bodyBytes(body: unknown): string | Buffer {
  const packed = (body as { base64?: string }).base64;
  return packed === undefined ? JSON.stringify(body) : Buffer.from(packed, "base64");
}

function expectException(exception: Exception, entry: Recorded, answer: RawAnswer): void {
  const got = { status: answer.status, body: answer.body.toString("utf8") };
  expect(got.status, `${entry.name}: ${exception.why}`).toBe(exception.status);
  if (exception.body !== undefined)
    expect(got.body, `${entry.name}: ${exception.why}`).toMatch(exception.body);
}

function expectEqual({ name, response, request }: Recorded, answer: RawAnswer, url: string): void {
  const text = answer.body.toString("utf8");
  const what = `${name}: ${request.method} ${request.path} → ${text.slice(0, 300)}`;
  expect(answer.status, what).toBe(response.status);
  for (const header of ["allow", "location", "content-disposition"]) {
    const expected = response.headers?.[header]?.replace("http://{host}", url);
    expect(answer.headers[header], `${what}: ${header}`).toBe(expected);
  }
  if (response.content_type !== null)
    expect(answer.headers["content-type"], what).toBe(response.content_type);
  if (
    response.body_sha256 === undefined &&
    response.body_text !== undefined &&
    !text.includes("generated_at_utc")
  ) {
    expect(text, what).toBe(response.body_text);
  } else if (response.body_summary) {
    const body = JSON.parse(text) as { count: number; loops: Record<string, unknown>[] };
    const summary = response.body_summary;
    expect(body.count, what).toBe(summary.count);
    const shown = body.loops.map(({ task_run_id, loop_id, updated_at_utc, factors: rows }) => ({
      task_run_id,
      loop_id,
      updated_at_utc,
      factors: (rows as { factor_name: string }[]).map(({ factor_name }) => factor_name),
    }));
    expect(shown, what).toEqual(summary.loops);
  } else if (text.includes("generated_at_utc") && request.path.startsWith("/catalog/incremental")) {
    const body = JSON.parse(text) as Record<string, unknown>;
    expect({ ...body, generated_at_utc: "<now>" }, what).toEqual(response.body);
  } else if (response.body_sha256 !== undefined) {
    const digest = createHash("sha256").update(answer.body).digest("hex");
    if (digest === response.body_sha256) return;
    expect(sorted(JSON.parse(text)), what).toEqual(sorted(response.body)); // ties and files come in any order
    expect(answer.body.length, what).toBe(Buffer.byteLength(text));
  }
}

/** Lists of artifacts and files in the order of their ids. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    return items.every((item) => item !== null && typeof item === "object")
      ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items;
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, sorted(member)]));
}
