import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A folder for the tests of a file, or of the `describe` it is called in; it goes when they have ended. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "data-service-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
