import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { accessing } from "../../files/file-access.js";
import { filesIn } from "./find-parts.js";

/** Whether a path is a folder of table files, and neither a qlib provider nor a snapshot. */
export function isFolderOfParts(path: string): boolean {
  const stat = accessing(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!stat?.isDirectory()) return false;
  if (["features", "calendars", "instruments"].some((name) => existsSync(join(path, name)))) return false;
  return filesIn(path).length > 0;
}
