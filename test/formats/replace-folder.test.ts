import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { restoreReplaced } from "#src/files/leftovers.js";
import { replaceWhenWhole } from "#src/formats/write.js";

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return { ...fs, renameSync: vi.fn(fs.renameSync), rmSync: vi.fn(fs.rmSync) };
});

let folder: string;
let provider: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replace-"));
  provider = join(folder, "provider");
  mkdirSync(provider);
  writeFileSync(join(provider, "old"), "");
});
afterEach(() => {
  vi.mocked(renameSync).mockRestore();
  vi.mocked(rmSync).mockRestore();
  rmSync(folder, { recursive: true });
});

async function writeNew(temporary: string): Promise<void> {
  writeFileSync(join(temporary, "new"), "");
}

/** Lets the calls of a mock fail for which `fails` says so. */
function refuse(
  mock: typeof renameSync | typeof rmSync,
  fails: (path: string, target: unknown) => boolean,
): void {
  const whole = vi.mocked(mock).getMockImplementation() as (...args: unknown[]) => void;
  vi.mocked(mock).mockImplementation((...args: unknown[]) => {
    if (fails(String(args[0]), args[1])) throw new Error("EBUSY: resource busy or locked");
    whole(...args);
  });
}

it("the old folder comes back where the new one cannot take its place", async () => {
  refuse(renameSync, (path, target) => path.endsWith(".tmp") && target === provider);
  await expect(replaceWhenWhole(provider, writeNew, "folder")).rejects.toMatchObject({
    code: "write-failed",
    message: `${provider}: could not be written: EBUSY: resource busy or locked`,
  });
  expect(readdirSync(provider)).toEqual(["old"]);
  expect(readdirSync(folder)).toEqual(["provider"]);
});

it("a new folder that is in place is a write that succeeded, whether or not the old one can be removed", async () => {
  refuse(rmSync, (path) => path.endsWith(".old"));
  await replaceWhenWhole(provider, writeNew, "folder");
  expect(readdirSync(provider)).toEqual(["new"]);
  expect(existsSync(join(provider, "old"))).toBe(false);
});

const HOST = hostname().replace(/[^\w-]/g, "");
const asideOf = (mark: string | number, end = "old") =>
  join(folder, `.provider.${HOST}-${mark}-0123456789ab.${end}`);
const goneProcess = () => spawnSync(process.execPath, ["-e", ""]).pid;

it("what a writer killed between its two renames left comes back with the next open, and goes with the next write", async () => {
  renameSync(provider, asideOf(goneProcess()));
  mkdirSync(asideOf(goneProcess(), "tmp"));
  expect(restoreReplaced(provider)).toBe(true);
  expect(readdirSync(provider)).toEqual(["old"]);
  mkdirSync(asideOf(goneProcess()));
  await replaceWhenWhole(provider, writeNew, "folder");
  expect(readdirSync(folder)).toEqual(["provider"]);
  expect(readdirSync(provider)).toEqual(["new"]);
});

it("of one process number another process is told by when it began, so that number 1 of a container finds its own", () => {
  renameSync(provider, asideOf(`${process.pid}.1`));
  expect(restoreReplaced(provider)).toBe(true);
});

it("what stepped aside for a writer that is alive stays there", () => {
  renameSync(provider, asideOf(process.pid));
  expect(restoreReplaced(provider)).toBe(false);
  expect(existsSync(provider)).toBe(false);
});

it("of writers of one target that meet the last one's stays, and none fails", async () => {
  rmSync(provider, { recursive: true });
  const rename = vi.mocked(renameSync).getMockImplementation()!;
  let met = 0;
  vi.mocked(renameSync).mockImplementation((from, to) => {
    if (String(from).endsWith(".tmp") && to === provider && met++ < 3) {
      mkdirSync(provider);
      writeFileSync(join(provider, "other"), "");
    }
    return rename(from, to);
  });
  await replaceWhenWhole(provider, writeNew, "folder");
  expect(met).toBe(4);
  expect(readdirSync(provider)).toEqual(["new"]);
  expect(readdirSync(folder)).toEqual(["provider"]);
});

it.skipIf(!existsSync("/dev/null"))("a device or a pipe, by a link too, is not replaced", async () => {
  const link = join(folder, "null.csv");
  spawnSync("ln", ["-s", "/dev/null", link]);
  const pipe = join(folder, "pipe.csv");
  spawnSync("mkfifo", [pipe]);
  for (const path of ["/dev/null", link, pipe]) {
    await expect(
      replaceWhenWhole(path, async (temporary) => writeFileSync(temporary, "x")),
    ).rejects.toMatchObject({
      code: "write-failed",
      message: `${path}: a device, a pipe or a socket, which a file would replace; name a file, or a path where there is nothing`,
    });
  }
  expect(readdirSync(folder).sort()).toEqual(["null.csv", "pipe.csv", "provider"]);
});
