import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { accessing } from "../../files/file-access.js";
import { filesIn } from "./find-parts.js";

/** Whether a path is a folder of table files, and no qlib provider. */
export function isFolderOfParts(path: string): boolean {
  const stat = accessing(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!stat?.isDirectory()) return false;
  if (existsSync(join(path, "features")) && existsSync(join(path, "calendars"))) return false;
  return filesIn(path).length > 0;
}
