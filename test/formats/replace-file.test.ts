import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPanel, panelFromColumns, writeQlibBin } from "#src/index.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replace-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const panel = panelFromColumns({
  datetime: ["2020-01-02", "2020-01-03"],
  instrument: ["000001.SZ", "000001.SZ"],
  columns: { close: [1, 2] },
});
const modeOf = (path: string) => statSync(path).mode & 0o7777;

// On Windows not everybody may make links, and files have no such modes.
describe.skipIf(process.platform === "win32")("a write onto", () => {
  it.each(["a.h5", "a.parquet", "a.arrow", "a.csv"])(
    "a private file leaves it private, in the midst of it too: %s",
    async (name) => {
      const path = join(folder, name);
      writeFileSync(path, "old");
      chmodSync(path, 0o440);
      const seen: [files: number, mode: number][] = [];
      await panel.write(path, {
        onProgress: () => {
          const others = readdirSync(folder).filter((file) => file !== name);
          seen.push([others.length, modeOf(join(folder, others[0]!))]);
        },
      });
      expect(seen).toEqual([[1, 0o640]]);
      expect(modeOf(path)).toBe(0o440);
      expect((await openPanel(path)).rowCount).toBe(2);
      expect(readdirSync(folder)).toEqual([name]);
    },
  );

  it("a link replaces what it leads to, wherever that is, also where nothing is there yet", async () => {
    mkdirSync(join(folder, "disk"));
    symlinkSync(join("disk", "data.csv"), join(folder, "link.csv"));
    symlinkSync("link.csv", join(folder, "to-link.csv"));
    for (const rows of [1, 2]) {
      await panel.window({ bars: rows }).write(join(folder, "to-link.csv"));
      expect(
        readFileSync(join(folder, "disk", "data.csv"), "utf8")
          .trim()
          .split("\n"),
      ).toHaveLength(rows + 1);
    }
    for (const link of ["link.csv", "to-link.csv"]) {
      expect(lstatSync(join(folder, link)).isSymbolicLink()).toBe(true);
    }
    expect(readdirSync(join(folder, "disk"))).toEqual(["data.csv"]);
  });

  it("a link to a provider folder, and a private one", async () => {
    mkdirSync(join(folder, "disk", "provider"), { recursive: true });
    chmodSync(join(folder, "disk", "provider"), 0o750);
    symlinkSync(join("disk", "provider"), join(folder, "link"));
    await writeQlibBin(panel, join(folder, "link"));
    expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(true);
    expect(modeOf(join(folder, "disk", "provider"))).toBe(0o750);
    expect((await openPanel(join(folder, "disk", "provider"))).rowCount).toBe(2);
  });

  it("a link to itself is refused", async () => {
    const path = join(folder, "loop.csv");
    symlinkSync(path, path);
    await expect(panel.write(path)).rejects.toMatchObject({
      code: "write-failed",
      message: expect.stringMatching(/loop\.csv: could not be written: ELOOP: /),
    });
  });
});
