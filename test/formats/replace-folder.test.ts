import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
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
