import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openPanel } from "#src/index.js";
import { cli } from "../../cli/run-cli.js";
import { scratchFolder } from "../../scratch-folder.js";

const folder = scratchFolder();

function file(name: string, ...parts: (string | readonly number[] | Uint8Array)[]): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part as string))));
  return path;
}

const HEADER = "datetime,instrument,close\n";
const NOT_UTF8 = "is not UTF-8; save the file as UTF-8; one in GBK: iconv -f GBK -t UTF-8 old.csv > new.csv";
const PINGAN_IN_GBK = [0xc6, 0xbd, 0xb0, 0xb2];

describe("the line of a CSV file that cannot be read is named", () => {
  it.each([
    [
      "short",
      [HEADER, "2020-01-02,a,1\n2020-01-03,a\n"],
      3,
      "has 2 cells where the header has 3; write it again",
    ],
    ["bad date", [HEADER, "2020-01-02,a,1\ngarbage,a,2\n"], 3, 'has "garbage" where a datetime is expected'],
    ["header in GBK", ["datetime,instrument,", PINGAN_IN_GBK, "\n2020-01-02,a,1\n"], 1, NOT_UTF8],
    ["cell in GBK", [HEADER, "2020-01-02,", PINGAN_IN_GBK, ",1\n"], 2, NOT_UTF8],
  ] as const)("%s", async (name, parts, line, what) => {
    const path = file(`${name}.csv`, ...parts);
    await expect(openPanel(path)).rejects.toMatchObject({
      code: "corrupt",
      message: `${path}: line ${line} ${what}`,
      details: { path, position: line - 1 },
    });
  });

  it("but not in what has no lines, however large", async () => {
    const path = file("no-lines.csv", HEADER, "x".repeat(20 << 20), [0xff]);
    const refused: unknown = await openPanel(path).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "corrupt" });
    expect((refused as Error).message).not.toContain(NOT_UTF8);
  });
});

describe("what is no data is told by its bytes, under any name", () => {
  it.each([
    ["packed.csv", gzipSync(HEADER), "a gzip file; unpack it first (gunzip)"],
    [
      "book.csv",
      "PK\x03\x04",
      "a zip archive, as Excel's .xlsx files are; unpack it, or save the sheet as CSV in UTF-8",
    ],
  ] as const)("%s", async (name, bytes, what) => {
    const path = file(name, bytes);
    await expect(openPanel(path)).rejects.toMatchObject({
      code: "unknown-format",
      message: `${path}: ${what}`,
    });
  });
});

it("a CSV file without rows has columns of numbers, which HDF5 holds", async () => {
  const path = file("empty.csv", HEADER);
  const panel = await openPanel(path);
  expect(panel.column("close").type).toBe("float64");
  await panel.write(join(folder, "empty.h5"));
  expect(cli("describe", path).stdout).toContain("left early   none; there are no rows\n");
});
