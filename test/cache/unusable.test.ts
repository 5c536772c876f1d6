import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { identifySource } from "#src/cache/source-identity.js";
import { writeCached } from "#src/cache/write-cached.js";
import { DataServiceError, type ErrorCode } from "#src/errors.js";
import { withDuckDB } from "#src/formats/duckdb/duckdb.js";
import { openPanel } from "#src/index.js";
import { openCached } from "#src/open/open-cached.js";

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return { ...fs, readSync: vi.fn(fs.readSync), renameSync: vi.fn(fs.renameSync) };
});

let folder: string;
let cache: string;
let source: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aistock-unusable-"));
  cache = join(folder, "cache");
  source = join(folder, "daily_pv.h5");
  copyFileSync("data-fixtures/hdf5/fixed_f32.pd15.h5", source);
});
afterEach(() => {
  vi.mocked(readSync).mockRestore();
  vi.mocked(renameSync).mockRestore();
  rmSync(folder, { recursive: true });
});

describe("what is wrong with the source while it is copied", () => {
  it.each<ErrorCode>(["corrupt", "changed", "read-failed"])("is said as such: %s", async (code) => {
    const { index } = await openPanel(source);
    const error = new DataServiceError(code, `${source}: what is wrong`, { path: source });
    const read = () => {
      throw error;
    };
    const columns = new Map([
      ["$close", { type: "float32" as const, length: index.rowCount, read, gather: read }],
    ]);
    const identity = identifySource(source, undefined)!;
    await expect(writeCached(cache, identity, { keys: index, columns })).rejects.toBe(error);
    expect(readdirSync(cache)).toEqual([]);
  });

  it("is not said for a fault of the program, which goes through", async () => {
    const onProgress = () => {
      throw new TypeError("a fault");
    };
    for (const required of [false, true]) {
      const use = { folder: cache, make: true, required };
      await expect(openCached(source, use, { onProgress })).rejects.toThrow(new TypeError("a fault"));
      expect(readdirSync(cache)).toEqual([]);
    }
  });

  it("does not keep a request for less from being answered", async () => {
    const path = join(folder, "lists.parquet");
    await withDuckDB((connection) =>
      connection.run(
        `COPY (SELECT DATE '2020-01-02' AS datetime, '000001.SZ' AS instrument, 1.5 AS x, [1, 2] AS lists) TO '${path}'`,
      ),
    );
    const use = { folder: cache, make: true };
    const request = { columns: ["x"] };
    await expect(openCached(path, { ...use, required: false }, request)).resolves.toBeUndefined();
    await expect(openCached(path, { ...use, required: true }, request)).rejects.toMatchObject({
      code: "unsupported",
    });
  });
});

it("a file that cannot be read has no identity, and says so itself when it is opened", () => {
  expect(identifySource(source, undefined)).toBeDefined();
  vi.mocked(readSync).mockImplementation(() => {
    throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO", errno: -5, syscall: "read" });
  });
  expect(identifySource(source, undefined)).toBeUndefined();
});

it("an entry that others put there and clear away meanwhile is no error", async () => {
  const rename = vi.mocked(renameSync).getMockImplementation()!;
  let left = 5;
  vi.mocked(renameSync).mockImplementation((from, to) => {
    const isEntry = /aistock-data-[0-9a-f]{32}$/.test(String(to));
    if (!isEntry || left-- <= 0) return rename(from, to);
    // Another process was first, and a third one is just clearing that away.
    mkdirSync(String(to), { recursive: true });
    writeFileSync(join(String(to), "panel.arrow"), "");
    return rename(from, to);
  });
  const panel = await openPanel(source, { cache });
  expect(panel.load().rowCount).toBeGreaterThan(0);
  expect(left).toBeLessThan(0);
});
