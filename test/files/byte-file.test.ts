import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ByteFile } from "#src/files/byte-file.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();

it("reads within a session are of the file it opened, and later ones see that there is another", () => {
  const path = join(folder, "bytes.bin");
  writeFileSync(path, "before");
  const file = ByteFile.of(path);
  const text = () => Buffer.from(file.read(0, 6)).toString();
  const replaced = file.session(() => {
    writeFileSync(`${path}.new`, "after!");
    renameSync(`${path}.new`, path);
    return [text(), file.session(() => text()), text()];
  });
  expect(replaced).toEqual(["before", "before", "before"]);
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
