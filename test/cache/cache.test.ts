import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clearCache, listCache } from "#src/cache/cache-folder.js";
import { type SourceIdentity, settlingMs } from "#src/cache/source-identity.js";
import { READ_CHANNEL, type ReadEvent } from "#src/files/byte-file.js";
import { openPanel, type Panel } from "#src/index.js";

const FIXTURES = join(import.meta.dirname, "..", "..", "data-fixtures");
const fixture = (name: string) => join(FIXTURES, "hdf5", `${name}.h5`);

let folder: string;
let cache: string;
let source: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aistock-cache-"));
  cache = join(folder, "cache");
  source = join(folder, "daily_pv.h5");
  copyFileSync(fixture("fixed_f32.pd15"), source);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const entries = () => readdirSync(cache).filter((name) => /^aistock-data-[0-9a-f]{32}$/.test(name));
const entryFile = (name: string) => join(cache, entries()[0]!, name);

/** Everything a panel holds, plainly. */
function contents(panel: Panel): unknown {
  return {
    names: panel.columnNames,
    types: panel.columnNames.map((name) => panel.column(name).type),
    groups: [...(panel.info.groups ?? [])],
    timezone: panel.index.timezone,
    datetimes: [...panel.index.datetimes],
    instruments: [...panel.index.instruments],
    rows: panel.toRows(),
  };
}

/** The files read while `run` went on. */
async function filesRead(run: () => Promise<unknown>): Promise<Set<string>> {
  const seen = new Set<string>();
  const see = (event: unknown) => seen.add((event as ReadEvent).path);
  subscribe(READ_CHANNEL, see);
  try {
    await run();
  } finally {
    unsubscribe(READ_CHANNEL, see);
  }
  return seen;
}

describe("a panel from the cache", () => {
  const names = [
    "fixed_f32.pd15",
    "fixed_mixed_blocks.pd15",
    "fixed_mixed_blocks.pd23",
    "fixed_unsorted.pd15",
    "fixed_unused_levels.pd23",
    "fixed_minute.pd15",
    "fixed_nanoseconds.pd15",
    "fixed_unicode_columns.pd15",
    "fixed_series.pd15",
    "fixed_one_row.pd15",
    "fixed_empty.pd15",
    "fixed_blosc.pd15",
  ];
  for (const name of names) {
    it(`equals the one of the file: ${name}`, async () => {
      const plain = contents(await openPanel(fixture(name), { cache: false }));
      expect(contents(await openPanel(fixture(name), { cache }))).toEqual(plain);
      const again = await openPanel(fixture(name), { cache });
      expect(contents(again)).toEqual(plain);
      expect(entries()).toHaveLength(1);
    });
  }

  it("answers without the source being read", async () => {
    await openPanel(source, { cache });
    const read = await filesRead(async () => {
      const panel = await openPanel(source, { cache });
      panel.window({ universe: panel.index.instruments.slice(0, 3), bars: 5 }).column("$close").values;
    });
    expect([...read]).toEqual([entryFile("panel.arrow")]);
  });

  it("opens from its index, without the headers of the Arrow file", async () => {
    await openPanel(source, { cache });
    expect(await filesRead(() => openPanel(source, { cache }))).toEqual(new Set());
  });

  it("takes columns, start and end as a file does", async () => {
    const options = { columns: ["volume", "$close"], start: "2019-02-01", end: "2019-02-15" };
    const plain = contents(await openPanel(source, { ...options, cache: false }));
    await openPanel(source, { ...options, cache });
    expect(contents(await openPanel(source, { ...options, cache }))).toEqual(plain);
    expect(contents(await openPanel(source, { cache }))).toEqual(
      contents(await openPanel(source, { cache: false })),
    );
    await expect(openPanel(source, { columns: ["clsoe"], cache })).rejects.toThrow(
      `unknown field "clsoe" in ${source}; did you mean "$close"?`,
    );
  });

  it("is loaded from it as a whole", async () => {
    await openPanel(source, { cache });
    const panel = (await openPanel(source, { cache })).load();
    expect(panel.column("$close").loaded).toBe(true);
    expect(contents(panel)).toEqual(contents(await openPanel(source, { cache: false })));
  });

  it("goes on when the cache is cleared under it", async () => {
    const plain = contents(await openPanel(source, { cache: false }));
    await openPanel(source, { cache });
    const panel = await openPanel(source, { cache });
    expect(clearCache(cache)).toBeGreaterThan(0);
    expect(readdirSync(cache)).toEqual([]);
    expect(contents(panel)).toEqual(plain);
  });
});

describe("an entry is never trusted when the source differs", () => {
  it("in its content alone: rewritten with the same size and modification time", async () => {
    const then = new Date("2024-01-02T03:04:05Z");
    utimesSync(source, then, then);
    await openPanel(source, { cache });
    const before = statSync(source);
    const bytes = readFileSync(source);
    const other = readFileSync(fixture("fixed_f32.pd15"));
    // One float of the last row, as an in-place editor would change it.
    other[other.length - 2] = other[other.length - 2]! ^ 1;
    expect(other.length).toBe(bytes.length);
    writeFileSync(source, other);
    utimesSync(source, then, then);
    expect(statSync(source).mtimeMs).toBe(before.mtimeMs);
    const read = await filesRead(() => openPanel(source, { cache }));
    expect(read).toContain(source);
    expect(entries()).toHaveLength(1); // the stale one left
  });

  it("as another file under the name", async () => {
    await openPanel(source, { cache });
    rmSync(source);
    copyFileSync(fixture("fixed_one_instrument.pd15"), source);
    const panel = await openPanel(source, { cache });
    expect(contents(panel)).toEqual(contents(await openPanel(source, { cache: false })));
    expect(panel.index.instruments).toHaveLength(1);
  });

  it("when it is gone", async () => {
    await openPanel(source, { cache });
    rmSync(source);
    await expect(openPanel(source, { cache })).rejects.toThrow(`${source}: no such file; check the path`);
  });

  it("waits until a later write must show in the file's times", () => {
    const at = (changedNs: string) => ({ changedNs, modifiedNs: "0" }) as SourceIdentity;
    expect(settlingMs(at("1700000000123456789"), 1_700_000_000_130)).toBe(33); // 40 ms after the change
    expect(settlingMs(at("1700000000123456789"), 1_700_000_000_163)).toBe(0);
    expect(settlingMs(at("1700000000000000000"), 1_700_000_000_500)).toBe(1500); // whole seconds
    expect(settlingMs(at("1700000000000000000"), 1_600_000_000_000)).toBe(0); // a clock that is behind
  });
});

describe("a damaged entry is made again", () => {
  const damages: Record<string, () => void> = {
    "panel.arrow cut short": () => truncateSync(entryFile("panel.arrow"), 1000),
    "panel.arrow missing": () => rmSync(entryFile("panel.arrow")),
    "panel.arrow that is a folder": () => replaceByFolder(entryFile("panel.arrow")),
    "index.bin that is a folder": () => replaceByFolder(entryFile("index.bin")),
    "index.bin with a wrong byte": () => {
      const bytes = readFileSync(entryFile("index.bin"));
      bytes[3] = bytes[3]! ^ 255;
      writeFileSync(entryFile("index.bin"), bytes);
    },
    "manifest.json cut short": () => truncateSync(entryFile("manifest.json"), 40),
    "manifest.json that is null": () => writeFileSync(entryFile("manifest.json"), "null"),
    "manifest.json without a source": () => writeFileSync(entryFile("manifest.json"), '{"version":4}'),
    "manifest.json of another version": () => {
      const manifest = JSON.parse(readFileSync(entryFile("manifest.json"), "utf8")) as object;
      writeFileSync(entryFile("manifest.json"), JSON.stringify({ ...manifest, version: 999 }));
    },
    "manifest.json of another file": () => {
      const manifest = JSON.parse(readFileSync(entryFile("manifest.json"), "utf8")) as { source: object };
      const other = { ...manifest.source, path: "/elsewhere.h5" };
      writeFileSync(entryFile("manifest.json"), JSON.stringify({ ...manifest, source: other }));
    },
  };
  for (const [what, damage] of Object.entries(damages)) {
    it(what, async () => {
      const plain = contents(await openPanel(source, { cache: false }));
      await openPanel(source, { cache });
      damage();
      expect(contents(await openPanel(source, { cache }))).toEqual(plain);
      expect(contents(await openPanel(source, { cache }))).toEqual(plain);
      expect(entries()).toHaveLength(1);
      const read = await filesRead(() => openPanel(source, { cache }));
      expect(read).not.toContain(source);
    });
  }

  it("and unfinished work of a process that died is not one", async () => {
    const abandoned = join(cache, ".aistock-data-0123456789ab");
    mkdirSync(abandoned, { recursive: true });
    writeFileSync(join(abandoned, "panel.arrow"), "half");
    makeOld(abandoned);
    await openPanel(source, { cache });
    expect(readdirSync(cache)).toEqual(entries());
  });
});

describe("the cache as a whole", () => {
  it("lets several make the same entry at once", async () => {
    const plain = contents(await openPanel(source, { cache: false }));
    const panels = await Promise.all(Array.from({ length: 6 }, () => openPanel(source, { cache })));
    for (const panel of panels) expect(contents(panel)).toEqual(plain);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  it("has one entry of a key, however it is asked for", async () => {
    for (const key of [undefined, "data", "/data", "/data/"]) await openPanel(source, { cache, key });
    expect(entries()).toHaveLength(1);
    await expect(openPanel(source, { cache, key: "daily" })).rejects.toMatchObject({ code: "unknown-key" });
  });

  it("is listed, last used first", async () => {
    const other = join(folder, "result.h5");
    copyFileSync(fixture("fixed_series.pd15"), other);
    await openPanel(other, { cache });
    await openPanel(source, { cache });
    age(other, 60);
    const list = listCache(cache);
    expect(list.map(({ source }) => basename(source))).toEqual(["daily_pv.h5", "result.h5"]);
    expect(list[0]).toMatchObject({ key: undefined, folder: join(cache, basename(list[0]!.folder)) });
    expect(list[0]!.columns).toEqual((await openPanel(source)).columnNames);
    expect(list[0]!.rowCount).toBe((await openPanel(source)).rowCount);
    const bytes = readdirSync(list[0]!.folder).map((name) => statSync(join(list[0]!.folder, name)).size);
    expect(list[0]!.bytes).toBe(bytes.reduce((a, b) => a + b, 0));
  });

  it("stays within its size: the longest unused leave first", async () => {
    const files = ["a", "b", "c"].map((name) => join(folder, `${name}.h5`));
    for (const [i, file] of files.entries()) {
      copyFileSync(fixture("fixed_f32.pd15"), file);
      await openPanel(file, { cache });
      age(file, 300 - 100 * i);
    }
    await openPanel(files[0]!, { cache }); // a is used again
    const one = listCache(cache)[0]!.bytes;
    vi.stubEnv("AISTOCK_DATA_CACHE_GB", String((3.5 * one) / 2 ** 30));
    await openPanel(source, { cache });
    expect(listCache(cache).map((entry) => basename(entry.source))).toEqual(["daily_pv.h5", "a.h5", "c.h5"]);
  });

  it("is not made unless asked for", async () => {
    vi.stubEnv("XDG_CACHE_HOME", cache);
    await openPanel(source);
    expect(existsSync(cache)).toBe(false);
    vi.stubEnv("AISTOCK_DATA_CACHE", "on");
    await openPanel(source); // too small to matter
    expect(existsSync(cache)).toBe(false);
    await openPanel(source, { cache: true });
    expect(listCache()).toHaveLength(1);
    expect(listCache(join(cache, "aistock-data"))).toHaveLength(1);
    expect(listCache(join(folder, "none"))).toEqual([]);
    vi.stubEnv("AISTOCK_DATA_CACHE", "off");
    const read = await filesRead(() => openPanel(source));
    expect([...read]).toEqual([source]);
  });

  it("says why an entry cannot be made", async () => {
    writeFileSync(cache, "a file");
    const failure = openPanel(source, { cache });
    await expect(failure).rejects.toMatchObject({ code: "write-failed", details: { path: source } });
    await expect(failure).rejects.toThrow(
      new RegExp(`^${source}: could not be cached in ${cache}: .+; give another folder, or cache: false$`),
    );
  });
});

function replaceByFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

/** Makes a file or folder look untouched for two days. */
function makeOld(path: string): void {
  const then = new Date(Date.now() - 2 * 86_400_000);
  utimesSync(path, then, then);
}

/** Makes the entry of a source look unused for so many seconds. */
function age(path: string, seconds: number): void {
  const entry = listCache(cache).find((one) => basename(one.source) === basename(path))!;
  const then = new Date(Date.now() - 1000 * seconds);
  utimesSync(join(entry.folder, "manifest.json"), then, then);
}
