import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DataServiceError } from "#src/errors.js";
import { ByteFile } from "#src/files/byte-file.js";
import { accessing } from "#src/files/file-access.js";
import { openPanel, openSnapshot, readFactors } from "#src/index.js";
import { readInstrumentList } from "#src/universe/instrument-list.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "access-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What Node throws where the system says no. */
function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: the system's words, read`), { code, errno: -1, syscall: "read" });
}

function thrownBy(use: () => unknown): unknown {
  try {
    return use();
  } catch (error) {
    return error;
  }
}

describe("what the system says of a file becomes an error of ours", () => {
  it.each([
    ["ENOENT", "not-found", "a.h5: no such file; check the path"],
    ["ENOTDIR", "not-found", "a.h5: a file where a folder is expected; check the path"],
    ["EISDIR", "is-directory", "a.h5 is a directory; name a file in it"],
    ["EACCES", "read-failed", "a.h5: cannot be read: permission denied; give this user the right to read it"],
    [
      "EMFILE",
      "read-failed",
      "a.h5: cannot be read: too many files are open; close some, or let the process open more (ulimit -n)",
    ],
    [
      "EIO",
      "read-failed",
      "a.h5: cannot be read: EIO: the system's words, read; check the path and the disk",
    ],
  ])("%s", (said, code, message) => {
    const cause = systemError(said);
    const thrown = thrownBy(() => accessing("a.h5", () => raise(cause)));
    expect(thrown).toBeInstanceOf(DataServiceError);
    expect(thrown).toMatchObject({ code, message, details: { path: "a.h5" }, cause });
  });

  it("and what a program did wrong stays what it is", () => {
    const fault = new TypeError("x is not a function");
    expect(thrownBy(() => accessing("a.h5", () => raise(fault)))).toBe(fault);
    const ours = new DataServiceError("corrupt", "a.h5: damaged");
    expect(thrownBy(() => accessing("a.h5", () => raise(ours)))).toBe(ours);
  });
});

function raise(error: Error): never {
  throw error;
}

// A link to itself is what no user, not even root, can read. On Windows not everybody may make one.
describe.skipIf(process.platform === "win32")("a file that the system does not let be read", () => {
  let path: string;
  beforeEach(() => {
    path = join(folder, "loop.h5");
    symlinkSync(path, path);
  });

  const cannotBeRead = () =>
    expect.objectContaining({
      name: "DataServiceError",
      code: "read-failed",
      message: expect.stringMatching(/loop.*: cannot be read: ELOOP: .+; check the path and the disk$/),
    });

  it("is not called missing, damaged or of another format", async () => {
    await expect(openPanel(path)).rejects.toEqual(cannotBeRead());
    expect(thrownBy(() => ByteFile.of(path))).toEqual(cannotBeRead());
    expect(thrownBy(() => readFactors(path))).toEqual(cannotBeRead());
    expect(thrownBy(() => readInstrumentList(path))).toEqual(cannotBeRead());
    await expect(openSnapshot(path)).rejects.toEqual(cannotBeRead());
  });

  it("which takes its place later, is said when it is read", () => {
    const file = join(folder, "loops.bin");
    writeFileSync(file, "12345678");
    const open = ByteFile.of(file);
    rmSync(file);
    symlinkSync(file, file);
    expect(thrownBy(() => open.read(0, 4))).toEqual(cannotBeRead());
    expect(thrownBy(() => open.check())).toEqual(cannotBeRead());
  });

  it("is skipped in a snapshot, which says why", async () => {
    const { skipped } = await openSnapshot(folder);
    expect(skipped.map(({ file }) => file)).toEqual(readdirSync(folder));
    expect(skipped[0]!.reason).toMatch(/cannot be read: ELOOP/);
  });
});

describe("a folder where a file is expected", () => {
  it("is named as one", () => {
    const path = join(folder, "factors.json");
    mkdirSync(path);
    const named = expect.objectContaining({ code: "is-directory" });
    expect(thrownBy(() => readFactors(path))).toEqual(named);
    expect(thrownBy(() => readInstrumentList(path))).toEqual(named);
  });
});

it.skipIf(process.platform === "win32")("a pipe is refused, not waited for", async () => {
  const path = join(folder, "pipe.csv");
  execFileSync("mkfifo", [path]);
  await expect(openPanel(path)).rejects.toMatchObject({
    code: "read-failed",
    message: `${path}: not a file or a folder but a pipe, a socket or a device; write what it gives into a file first`,
  });
});

it("a file where the folder of a snapshot is expected is told", async () => {
  const path = join(folder, "daily_pv.h5");
  writeFileSync(path, "");
  await expect(openSnapshot(path)).rejects.toThrow(
    `${path}: a file where a folder is expected; check the path`,
  );
});
