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
const NOT_UTF8 = "is neither UTF-8 nor GBK; give the encoding, or save the file as UTF-8";
const PINGAN_IN_GBK = [0xc6, 0xbd, 0xb0, 0xb2];

it("text in GBK is read", async () => {
  const inHeader = file("header in GBK.csv", "datetime,instrument,", PINGAN_IN_GBK, "\n2020-01-02,a,1\n");
  expect((await openPanel(inHeader)).columnNames).toEqual(["平安"]);
  const inCell = file("cell in GBK.csv", HEADER, "2020-01-02,", PINGAN_IN_GBK, ",1\n");
  expect((await openPanel(inCell)).index.instruments).toEqual(["平安"]);
});

describe("the line of a CSV file that cannot be read is named", () => {
  it.each([
    [
      "short",
      [HEADER, "2020-01-02,a,1\n2020-01-03,a\n"],
      3,
      "has 2 cells where the header has 3; write it again",
    ],
    ["bad date", [HEADER, "2020-01-02,a,1\ngarbage,a,2\n"], 3, 'has "garbage" where a datetime is expected'],
    ["neither", [HEADER, "2020-01-02,", [0xff, 0xff], ",1\n"], 2, NOT_UTF8],
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
  });
});

describe("what is no data is told by its bytes, under any name", () => {
  it.each([
    [
      "packed.h5",
      gzipSync(HEADER),
      "a gzip file; unpack it first (gunzip), or call it .csv.gz where it is one",
    ],
    ["book.xlsx", "PK\x03\x04", "an Excel workbook; save the sheet as CSV in UTF-8"],
    ["packed.dat", "PK\x03\x04", "a zip archive; unpack it, or call it .csv.zip where it holds one CSV file"],
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
