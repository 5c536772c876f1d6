import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clearCache, listCache, platformCaches } from "#src/cache/cache-folder.js";
import { cacheUse } from "#src/cache/cache-use.js";
import { openPanel, openSnapshot } from "#src/index.js";

const FIXTURE = "data-fixtures/hdf5/fixed_f32.pd15.h5";

let folder: string;
let cache: string;
let source: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aistock-cache-"));
  cache = join(folder, "cache");
  source = join(folder, "daily_pv.h5");
  copyFileSync(FIXTURE, source);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const entries = () => readdirSync(cache).filter((name) => /^aistock-data-[0-9a-f]{32}$/.test(name));
const entryFile = (name: string) => join(cache, entries()[0]!, name);

/** Makes a file or folder look untouched for two days. */
function makeOld(path: string): void {
  const then = new Date(Date.now() - 2 * 86_400_000);
  utimesSync(path, then, then);
}

describe("the folder of a cache", () => {
  it("is listed without being changed", async () => {
    await openPanel(source, { cache });
    rmSync(entryFile("manifest.json"));
    const abandoned = join(cache, ".aistock-data-0123456789ab");
    mkdirSync(abandoned);
    for (const path of [abandoned, join(cache, entries()[0]!)]) makeOld(path);
    const before = readdirSync(cache);
    expect(listCache(cache)).toEqual([]);
    expect(readdirSync(cache)).toEqual(before);
  });

  it("lets a damaged entry leave first, and clears it as well", async () => {
    await openPanel(source, { cache });
    const one = listCache(cache)[0]!.bytes;
    rmSync(entryFile("manifest.json"));
    vi.stubEnv("AISTOCK_DATA_CACHE_GB", String((1.5 * one) / 2 ** 30));
    const other = join(folder, "other.h5");
    copyFileSync(FIXTURE, other);
    await openPanel(other, { cache });
    expect(entries().map((name) => join(cache, name))).toEqual(listCache(cache).map((entry) => entry.folder));
    rmSync(entryFile("manifest.json"));
    expect(clearCache(cache)).toBeGreaterThan(0);
    expect(readdirSync(cache)).toEqual([]);
  });

  it("never touches what else lies in its folder", async () => {
    const foreign = [
      ".tmp-upload",
      ".tmp-4242-0123456789ab",
      "notes.gone-fishing",
      "0123456789abcdef0123456789abcdef",
      "aistock-data",
      "aistock-data-2024",
      ".aistock-data-mine",
    ].map((name) => join(cache, name));
    for (const path of foreign) {
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, "manifest.json"), "{}");
      makeOld(path);
    }
    await openPanel(source, { cache }); // which evicts
    listCache(cache);
    clearCache(cache);
    expect(
      readdirSync(cache)
        .map((name) => join(cache, name))
        .sort(),
    ).toEqual([...foreign].sort());
    for (const path of foreign) expect(readdirSync(path)).toEqual(["manifest.json"]);
  });

  it("is among the caches of the platform", () => {
    vi.stubEnv("LOCALAPPDATA", "");
    expect(platformCaches("linux")).toBe(join(homedir(), ".cache"));
    expect(platformCaches("darwin")).toBe(join(homedir(), "Library", "Caches"));
    expect(platformCaches("win32")).toBe(join(homedir(), "AppData", "Local"));
    vi.stubEnv("LOCALAPPDATA", "/local");
    expect(platformCaches("win32")).toBe("/local");
  });

  it("is never the working directory by an empty name", async () => {
    const refused = expect.objectContaining({
      code: "bad-request",
      message: 'cache: "" names no folder; give one, or true for the one among your caches',
    });
    await expect(openPanel(source, { cache: "" })).rejects.toEqual(refused);
    await expect(openSnapshot(folder, { cache: "" })).rejects.toEqual(refused);
    expect(() => listCache("")).toThrow(refused);
    expect(() => clearCache("")).toThrow(refused);
  });

  it("is no folder that does not look like one", async () => {
    const refusedBy = (said: string) =>
      expect.objectContaining({
        code: "bad-request",
        message: `${said}: "cache" is neither "on" nor "off", and does not look like a folder; write "./cache" for the one of that name`,
      });
    await expect(openPanel(source, { cache: "cache" })).rejects.toEqual(refusedBy("cache"));
    await expect(openSnapshot(folder, { cache: "cache" })).rejects.toEqual(refusedBy("cache"));
    expect(() => clearCache("cache")).toThrow(refusedBy("cache"));
    vi.stubEnv("AISTOCK_DATA_CACHE", "cache");
    await expect(openPanel(source)).rejects.toEqual(refusedBy("AISTOCK_DATA_CACHE"));
    expect(() => cacheUse(source, undefined)).toThrow(refusedBy("AISTOCK_DATA_CACHE"));
    for (const written of ["./cache", "../cache", "a/b", "/tmp/cache", ".", "C:\\cache"]) {
      expect(cacheUse(source, written), written).toMatchObject({ folder: resolve(written), required: true });
    }
  });

  it("is turned on and off by the option's words as by the variable's", () => {
    vi.stubEnv("XDG_CACHE_HOME", cache);
    vi.stubEnv("AISTOCK_DATA_CACHE", join(folder, "elsewhere"));
    const own = { folder: join(cache, "aistock-data"), make: true, required: true };
    for (const on of [true, "on", "1", "true", "On"]) expect(cacheUse(source, on), String(on)).toEqual(own);
    for (const off of [false, "off", "0", "false"])
      expect(cacheUse(source, off), String(off)).toBeUndefined();
  });

  it("is turned on and off by words and numbers alike", () => {
    vi.stubEnv("XDG_CACHE_HOME", cache);
    const large = join(folder, "large.h5");
    writeFileSync(large, "");
    truncateSync(large, 1 << 24);
    const own = { folder: join(cache, "aistock-data"), make: true, required: false };
    for (const on of ["on", "1", "true", "True"]) {
      vi.stubEnv("AISTOCK_DATA_CACHE", on);
      expect(cacheUse(large, undefined), on).toEqual(own);
    }
    for (const off of ["off", "0", "false", "FALSE"]) {
      vi.stubEnv("AISTOCK_DATA_CACHE", off);
      expect(cacheUse(large, undefined), off).toBeUndefined();
    }
    vi.stubEnv("AISTOCK_DATA_CACHE", join(folder, "elsewhere"));
    expect(cacheUse(large, undefined)).toEqual({ ...own, folder: join(folder, "elsewhere") });
  });
});
