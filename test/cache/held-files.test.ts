import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCached } from "#src/cache/cached-table.js";
import { HeldFile } from "#src/cache/held-file.js";
import { identifySource } from "#src/cache/source-identity.js";
import { clearCache, openPanel } from "#src/index.js";
import { SnapshotEntry } from "#src/snapshot/entry.js";

let folder: string;
let cache: string;
let source: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aistock-held-"));
  cache = join(folder, "cache");
  source = join(folder, "daily_pv.h5");
  copyFileSync("data-fixtures/hdf5/fixed_f32.pd15.h5", source);
});
afterEach(() => rmSync(folder, { recursive: true }));

const entryFile = (name: string) => join(cache, readdirSync(cache)[0]!, name);

/** The files of the cache that this process has open. */
function held(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const path = readlinkSync(join("/proc/self/fd", fd));
      return path.startsWith(cache) ? [path] : [];
    } catch {
      return []; // the one that listed the folder
    }
  });
}

describe.skipIf(!existsSync("/proc/self/fd"))("of the files of the cache", () => {
  it("one stays open for all panels that read from it, none for the making of an entry", async () => {
    const panels = await Promise.all(Array.from({ length: 6 }, () => openPanel(source, { cache })));
    expect(held()).toHaveLength(1);
    for (const panel of panels) expect(panel.load().rowCount).toBe(panels[0]!.rowCount);
  });

  it("another one stays open once the entry was made again, since the old one is still read from", async () => {
    const before = await openPanel(source, { cache });
    expect(clearCache(cache)).toBeGreaterThan(0);
    const after = await openPanel(source, { cache });
    expect(held()).toHaveLength(2);
    expect((await openPanel(source, { cache })).rowCount).toBe(before.rowCount);
    expect(held()).toHaveLength(2);
    const [name] = before.columnNames;
    expect(before.column(name!).values).toEqual(after.column(name!).values);
  });

  it("none stays open for an entry that turns out to be damaged", async () => {
    await openPanel(source, { cache });
    const before = held().length;
    truncateSync(entryFile("panel.arrow"), 1000);
    expect(readCached(cache, identifySource(source, undefined)!)).toBeUndefined();
    expect(held().length).toBeLessThanOrEqual(before);
    expect(readdirSync(cache)).toEqual([]);
  });

  it("none is looked at to tell whether there is an entry", async () => {
    const entry = SnapshotEntry.ofPath("daily_pv", source, "1d", { cache });
    expect(entry.cached).toBe(false);
    expect(existsSync(cache)).toBe(false);
    const panel = await entry.panel();
    const then = new Date("2024-01-02T03:04:05Z");
    utimesSync(entryFile("manifest.json"), then, then);
    truncateSync(entryFile("index.bin"), 10);
    const before = held();
    expect(entry.cached).toBe(true);
    expect(held()).toEqual(before);
    expect(statSync(entryFile("manifest.json")).mtime).toEqual(then);
    expect(panel.load().rowCount).toBeGreaterThan(0);
  });
});

it("a held file that is closed reads nothing, not even of the file that gets its number", () => {
  const file = new HeldFile(source);
  expect(file.read(1, 4)).toEqual(new Uint8Array(Buffer.from("HDF")));
  file.close();
  file.close(); // does nothing, not to the file that gets its number either
  const next = new HeldFile("package.json");
  expect(() => file.read(1, 4)).toThrow(RangeError);
  next.close();
});
