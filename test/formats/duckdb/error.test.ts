import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCsv } from "#src/formats/csv/open.js";
import { withDuckDB } from "#src/formats/duckdb/duckdb.js";
import { reading } from "#src/formats/duckdb/error.js";
import { openParquet } from "#src/formats/parquet/open.js";
import { scratchFolder } from "../../scratch-folder.js";

const PARQUET = "data-fixtures/snapshot/static_factors.parquet";

const folder = scratchFolder();

function readingThat(throws: unknown): Promise<never> {
  return reading(PARQUET, "Parquet file", () => Promise.reject(throws));
}

describe("what is thrown while DuckDB reads a file", () => {
  it("goes through where it is not DuckDB's", async () => {
    for (const fault of [new TypeError("x is not a function"), new Error("stopped by the caller"), "text"]) {
      await expect(readingThat(fault)).rejects.toBe(fault);
    }
    const fault = new Error("the progress bar is gone");
    const onProgress = () => {
      throw fault;
    };
    await expect(openParquet(PARQUET, { onProgress })).rejects.toBe(fault);
  });

  it("is not called damage where the file is not there", async () => {
    const missing = join(folder, "missing.csv");
    await expect(openCsv(missing, {})).rejects.toMatchObject({
      code: "not-found",
      message: `${missing}: no such file; check the path`,
    });
  });

  it("is not called damage where memory ends", async () => {
    const query = "SELECT list(range) FROM range(10_000_000)";
    const limits = { memory_limit: "20MB", temp_directory: "" };
    const full = reading("a.csv", "CSV file", () =>
      withDuckDB((connection) => connection.run(query), limits),
    );
    await expect(full).rejects.toMatchObject({
      code: "over-budget",
      message: expect.stringMatching(
        /^a\.csv: takes more memory to read than there is: Out of Memory Error: [^(]+; ask for fewer columns or sessions, or give the process more memory$/,
      ),
    });
    await expect(readingThat(new RangeError("Array buffer allocation failed"))).rejects.toMatchObject({
      code: "over-budget",
    });
  });

  it("is not called damage where the disk is full", async () => {
    const said = 'IO Error: Could not write file "spill": No space left on device';
    await expect(readingThat(new Error(said))).rejects.toMatchObject({
      code: "read-failed",
      message: `${PARQUET}: cannot be read: ${said}; check the disk and the system's temporary folder`,
    });
  });

  it("is damage where the file says what cannot be: its size, that of a page, the name of a column", async () => {
    for (const said of [
      'IO Error: Could not read enough bytes from file "x": attempted to read 8 bytes from location 4',
      "Out of Memory Error: failed to allocate data of size 2.0 GiB (313.6 KiB/512.0 MiB used)",
      // The name of a column ends in a zero byte.
      'Failed to extract statements: Parser Error: unterminated quoted identifier at or near ""fla"',
    ]) {
      await expect(readingThat(new Error(said))).rejects.toMatchObject({ code: "corrupt" });
    }
  });
});
