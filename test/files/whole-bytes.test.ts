import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readWhole, writeWhole } from "#src/files/whole-bytes.js";
import { scratchFolder } from "../scratch-folder.js";

const path = join(scratchFolder(), "bytes");
const fd = openSync(path, "w+");
afterAll(() => closeSync(fd));

describe("more bytes than one call takes", () => {
  it("are written and read by several, each in its place", () => {
    const bytes = Uint8Array.from({ length: 10 }, (_, i) => i + 1);
    writeWhole(fd, bytes.subarray(0, 4), null, 3);
    writeWhole(fd, bytes.subarray(4), null, 3);
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
    writeWhole(fd, Uint8Array.of(40, 50, 60, 70), 3, 3);
    const read = new Uint8Array(8);
    expect(readWhole(fd, read, 1, 3)).toBe(8);
    expect(read).toEqual(Uint8Array.of(2, 3, 40, 50, 60, 70, 8, 9));
  });

  it("end where the file does", () => {
    expect(readWhole(fd, new Uint8Array(8), 5, 3)).toBe(5);
    expect(readWhole(fd, new Uint8Array(8), 10, 3)).toBe(0);
  });
});
