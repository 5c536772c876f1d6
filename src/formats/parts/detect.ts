import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesIn } from "./find-parts.js";

/** Whether a path is a folder of table files, and no qlib provider. */
export function isFolderOfParts(path: string): boolean {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  if (existsSync(join(path, "features")) && existsSync(join(path, "calendars"))) return false;
  return filesIn(path).length > 0;
}
