import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { copyFileSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { READ_CHANNEL, type ReadEvent } from "#src/files/byte-file.js";
import { openParquet } from "#src/formats/parquet/open.js";
import { writeParquet } from "#src/formats/parquet/write.js";
import { openPanel } from "#src/open/open-panel.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { scratchFolder } from "../../scratch-folder.js";
import { FIXTURES, writable } from "../fixture-table.js";

const folder = scratchFolder();
const SESSIONS = 400;
const INSTRUMENTS = 1000;
const DAY_NS = 86_400_000_000_000n;

/** 400,000 rows in four row groups, by our own writer. */
async function market(): Promise<string> {
  const rows = SESSIONS * INSTRUMENTS;
  const path = join(folder, "market.parquet");
  const names = Array.from({ length: INSTRUMENTS }, (_, i) => `${String(i).padStart(6, "0")}.SZ`);
  const panel = panelFromColumns({
    datetime: BigInt64Array.from(
      { length: rows },
      (_, row) => BigInt(Math.floor(row / INSTRUMENTS)) * DAY_NS,
    ),
    instrument: Array.from({ length: rows }, (_, row) => names[row % INSTRUMENTS]!),
    columns: {
      x: Float64Array.from({ length: rows }, (_, row) => Math.sin(row)),
      y: Float64Array.from({ length: rows }, (_, row) => Math.cos(row)),
    },
  });
  await writeParquet(path, writable(panel));
  return path;
}

/** The bytes of a file that `use` reads. */
async function bytesRead(path: string, use: () => unknown): Promise<number> {
  let bytes = 0;
  const see = (event: unknown) => {
    const read = event as ReadEvent;
    if (read.path === path) bytes += read.bytes;
  };
  subscribe(READ_CHANNEL, see);
  try {
    await use();
  } finally {
    unsubscribe(READ_CHANNEL, see);
  }
  return bytes;
}

describe("what is read of a file", () => {
  test("the footer and the keys on opening, the row groups of a window then, and nothing twice", async () => {
    const path = await market();
    const { size } = statSync(path);
    let panel = await openPanel(path);
    const opening = await bytesRead(path, async () => {
      panel = await openPanel(path);
    });
    expect(opening).toBeLessThan(size / 3);
    const window = panel.window({ start: 0n, end: 9n * DAY_NS });
    const first = await bytesRead(path, () => window.column("x").values);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(size / 5); // one row group of four, one column of two
    expect(await bytesRead(path, () => panel.window({ end: 9n * DAY_NS }).column("x").values)).toBe(0);
    expect(window.column("x").values).toEqual(
      Float64Array.from({ length: 10_000 }, (_, row) => Math.sin(row)),
    );
    const rest = await bytesRead(path, () => panel.column("x").values);
    expect(first + rest).toBeLessThan(size * 0.55);
    expect(await bytesRead(path, () => panel.column("x").values)).toBe(0);
    expect(panel.column("x").values.length).toBe(SESSIONS * INSTRUMENTS);
  });

  test("row groups outside the dates asked for are left alone", async () => {
    const path = join(folder, "market.parquet");
    const all = await bytesRead(path, () => openParquet(path, {}));
    const request = { startNs: 390n * DAY_NS, endNs: 399n * DAY_NS };
    const some = await bytesRead(path, () => openParquet(path, request));
    expect(some).toBeLessThan(all);
    const { keys } = await openParquet(path, request);
    expect(keys.rowCount).toBeGreaterThanOrEqual(10 * INSTRUMENTS);
    expect(keys.rowCount).toBeLessThan((SESSIONS * INSTRUMENTS) / 2);
    expect((await openParquet(path, { startNs: 900n * DAY_NS })).keys.rowCount).toBe(0);
  });
});

describe("one and the same file throughout", () => {
  const source = `${FIXTURES}/row_groups.parquet`;
  const message = (path: string) => `${path}: the file was written to since it was opened; open it again`;

  test("a column of a file that was replaced by rename is refused as changed", async () => {
    const path = join(folder, "renamed.parquet");
    copyFileSync(source, path);
    const panel = await openPanel(path);
    copyFileSync(`${FIXTURES}/index.parquet`, `${path}.new`);
    renameSync(`${path}.new`, path);
    expect(() => panel.column("n").values).toThrow(message(path));
  });

  test("so is one that was written over in place, with its size and time of change restored", async () => {
    const path = join(folder, "overwritten.parquet");
    copyFileSync(source, path);
    const panel = await openPanel(path);
    const { atime, mtime } = statSync(path);
    const bytes = readFileSync(path);
    bytes.fill(0, 100, 3000);
    writeFileSync(path, bytes);
    utimesSync(path, atime, mtime);
    expect(() => panel.column("n").values).toThrow(message(path));
  });

  test("what is found wrong while it changes is told as the change, never as damage", async () => {
    const path = join(folder, "meanwhile.parquet");
    copyFileSync(source, path);
    const bytes = readFileSync(path);
    const change = () => {
      unsubscribe(READ_CHANNEL, change);
      bytes.fill(0xff, 4, bytes.length - 8);
      writeFileSync(path, bytes);
    };
    subscribe(READ_CHANNEL, change); // after the footer has been read
    try {
      await expect(openPanel(path)).rejects.toMatchObject({ code: "changed", message: message(path) });
    } finally {
      unsubscribe(READ_CHANNEL, change);
    }
  });
});
