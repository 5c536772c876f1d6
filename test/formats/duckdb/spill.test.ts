import { existsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { withDuckDB } from "#src/formats/duckdb/duckdb.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Where a DuckDB puts what does not fit into memory, and the folder's mode while it runs. */
function spillFolder(): Promise<{ path: string; mode: number | undefined }> {
  return withDuckDB(async (connection) => {
    const reader = await connection.runAndReadAll("SELECT current_setting('temp_directory')");
    const path = String(reader.getRows()[0]![0]);
    return { path, mode: statSync(path, { throwIfNoEntry: false })?.mode };
  });
}

it("each DuckDB has a folder of its own to spill to, which nobody else can look into and which does not stay", async () => {
  const [one, other] = await Promise.all([spillFolder(), spillFolder()]);
  expect(one.path).not.toBe(other.path);
  for (const { path, mode } of [one, other]) {
    expect(path.startsWith(join(tmpdir(), ".aistock-data."))).toBe(true);
    if (process.platform !== "win32") expect(mode! & 0o777).toBe(0o700);
    expect(existsSync(path)).toBe(false);
  }
});

it("where no such folder can be made, what fits into memory is read all the same", async () => {
  for (const name of ["TMPDIR", "TMP", "TEMP"]) vi.stubEnv(name, join(tmpdir(), "no", "such", "folder"));
  expect((await spillFolder()).path).toBe("");
});
