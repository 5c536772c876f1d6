import {
  appendFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DataServiceError } from "#src/errors.js";
import { ByteFile } from "#src/files/byte-file.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();

it("reads within a session are of the file it opened, and its end sees that there is another", () => {
  const path = join(folder, "bytes.bin");
  writeFileSync(path, "before");
  const file = ByteFile.of(path);
  const text = () => Buffer.from(file.read(0, 6)).toString();
  let read: string[] = [];
  const replaced = () =>
    file.session(() => {
      writeFileSync(`${path}.new`, "after!");
      renameSync(`${path}.new`, path);
      read = [text(), file.session(() => text()), text()];
    });
  expect(replaced).toThrow(`${path}: the file was written to since it was opened; open it again`);
  expect(read).toEqual(["before", "before", "before"]);
  expect(text).toThrow(`${path}: the file was written to since it was opened; open it again`);
});

it.each([
  ["written to", (path: string) => appendFileSync(path, "!")],
  ["shortened", (path: string) => truncateSync(path, 3)],
])("a file that is %s during a session is another one", (what, change) => {
  const path = join(folder, `${what}.bin`);
  writeFileSync(path, "before");
  const file = ByteFile.of(path);
  const session = () =>
    file.session(() => {
      change(path);
      return file.read(0, 6);
    });
  expect(session).toThrow(`${path}: the file was written to since it was opened; open it again`);
});

it("a session that fails leaves none behind", () => {
  const path = join(folder, "other.bin");
  writeFileSync(path, "before");
  const file = ByteFile.of(path);
  const fail = () => {
    throw new Error("in the midst of a read");
  };
  expect(() => file.session(() => file.session(fail))).toThrow("in the midst of a read");
  rmSync(path);
  expect(() => file.read(0, 1)).toThrow(`${path}: the file was removed since it was opened; open it again`);
});

it("a file overwritten in place is another one, though its size and its time are put back", () => {
  const path = join(folder, "restored.bin");
  writeFileSync(path, "before");
  const { atimeMs, mtimeMs } = statSync(path);
  const file = ByteFile.of(path);
  writeFileSync(path, "after!", { flag: "r+" });
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
  expect(() => file.read(0, 6)).toThrow(expect.objectContaining({ code: "changed" }));
});

it("what a session meets in a file that was written to meanwhile is no damage", () => {
  const path = join(folder, "meanwhile.bin");
  writeFileSync(path, "before");
  const use = () => {
    writeFileSync(path, "after!");
    throw new DataServiceError("corrupt", "no such column");
  };
  expect(() => ByteFile.of(path).session(use)).toThrow(expect.objectContaining({ code: "changed" }));
});
