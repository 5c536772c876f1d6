import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedFixtures } from "../shared-fixtures.js";

/** What qlib's own code made, and the market it made it from. */
export const REFEREE = "data-fixtures/training";
export const PROVIDER = "data-fixtures/snapshot/qlib_bin";

export function readReferee<T>(file: string): T {
  return JSON.parse(readFileSync(join(REFEREE, file), "utf8")) as T;
}

/** A frame that qlib saved; the largest lie beside the checkout only, and may be absent. */
export function refereeFrame(file: string): string | undefined {
  const own = join(REFEREE, file);
  if (existsSync(own)) return own;
  const shared = sharedFixtures("training");
  const other = shared && join(shared, file);
  return other && existsSync(other) ? other : undefined;
}
