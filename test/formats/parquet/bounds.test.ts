import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CompactReader } from "#src/formats/parquet/compact-reader.js";
import { readFooter } from "#src/formats/parquet/footer.js";
import { openParquet } from "#src/formats/parquet/open.js";
import { scratchFolder } from "../../scratch-folder.js";
import { fileOfRuns, struct } from "./parquet-bytes.js";

const folder = scratchFolder();

function written(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("files that unfold", () => {
  test("few rows are read: the file itself is sound", async () => {
    const { keys, columns } = await openParquet(written("few.parquet", fileOfRuns(1000n, 2)), {});
    expect([keys.rowCount, keys.instruments, keys.datetimes]).toEqual([1000, ["a"], BigInt64Array.of(0n)]);
    expect(columns.get("x1")!.read(0, 1000).values).toEqual(new Float64Array(1000));
  });

  test("keys of two thousand million rows are refused before there is room for them", async () => {
    const before = process.resourceUsage().maxRSS;
    await expect(
      openParquet(written("keys.parquet", fileOfRuns(2_000_000_000n, 1)), {}),
    ).rejects.toMatchObject({
      code: "over-budget",
      message: expect.stringContaining(
        'column "datetime": 2,000,000,000 cells would take 8,000 MB, and 537 MB are allowed for a file of 0 MB',
      ),
    });
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100_000);
  });

  test("so are columns that take too much together", async () => {
    const rows = 1_000_000;
    const { columns } = await openParquet(written("columns.parquet", fileOfRuns(BigInt(rows), 80)), {});
    expect(() => {
      for (const column of columns.values()) column.read(0, 10);
    }).toThrow(
      /column "x6\d": 1,000,000 cells, with what has been read before, would take 5\d\d MB, and 53\d MB/,
    );
  });
});

describe("structures of Thrift", () => {
  const footerOf = (bytes: Buffer) => {
    const file = Buffer.concat([Buffer.from("PAR1"), bytes, Buffer.alloc(4), Buffer.from("PAR1")]);
    file.writeUInt32LE(bytes.length, file.length - 8);
    return () => readFooter((into, at) => into.set(file.subarray(at, at + into.length)), file.length);
  };

  test.each([
    ["a list that claims more than there is", Buffer.of(0x29, 0xfc, 0xff, 0xff, 0xff, 0x0f), "does not end"],
    ["a text that does", Buffer.of(0x68, 0xff, 0xff, 0xff, 0x7f), "does not end"],
    ["structs within structs", Buffer.alloc(200, 0x1c), "lie too deep"],
    ["a number beyond 64 bits", Buffer.of(0x36, ...Buffer.alloc(11, 0xff), 1), "more than 64 bits"],
    ["a type that there is not", Buffer.of(0x1e, 0), "which Thrift does not know"],
    ["nothing", Buffer.of(0), "does not say how many rows"],
  ])("%s is refused", (_, bytes, problem) => {
    expect(footerOf(bytes)).toThrow(problem);
  });

  test("unknown fields are passed over, whatever they are", () => {
    const inner = { 1: 7, 2: "text", 3: [1n, 2n], 4: { 9: Buffer.from("x") } };
    const reader = new CompactReader(struct({ 1: inner, 2: [inner, inner], 3: 42 }));
    let found = 0;
    reader.fields((field) => {
      if (field !== 3) return false;
      found = reader.number();
      return true;
    });
    expect([found, reader.at]).toEqual([42, reader.bytes.length]);
  });
});
