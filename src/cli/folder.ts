import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { accessing } from "../files/file-access.js";
import { isPartsFolder } from "../formats/parts/part-names.js";

/** A folder that is a table by itself. */
export function isQlibFolder(path: string): boolean {
  return existsSync(join(path, "features")) && existsSync(join(path, "calendars"));
}

/** A folder of tables, and not of the parts of one. */
export function isSnapshot(path: string): boolean {
  return (
    accessing(path, () => statSync(path, { throwIfNoEntry: false }))?.isDirectory() === true &&
    !isQlibFolder(path) &&
    !isPartsFolder(path)
  );
}
