import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataServiceError } from "../errors.js";
import { accessing } from "../files/file-access.js";
import { resultFilesIn } from "../files/result-files.js";
import { detectFormat } from "../formats/open.js";
import { isTableName } from "../formats/write.js";
import { isDictionaryName } from "../snapshot/field-dictionary.js";

/**
 * The factor files that a path names: itself, or of a folder (but a qlib folder, which is a table) its tables, told by
 * their extensions, and the `result.h5` or `result.parquet` of the folders in it. Hidden files and field dictionaries are
 * left out. No file is opened.
 * @throws DataServiceError not-found (a folder without tables), read-failed
 */
export function factorFiles(path: string): string[] {
  if (!isFolderOfFiles(path)) return [path];
  const files = accessing(path, () => readdirSync(path))
    .sort()
    .filter((name) => !name.startsWith("."))
    .flatMap((name) => filesAt(join(path, name), name));
  if (files.length > 0) return files;
  throw new DataServiceError(
    "not-found",
    `${path}: a folder without factor files (tables, or folders with a result.h5 or result.parquet); give one that has some, or the files`,
    { path },
  );
}

function filesAt(path: string, name: string): string[] {
  if (accessing(path, () => statSync(path, { throwIfNoEntry: false }))?.isDirectory()) {
    return resultFilesIn(path);
  }
  return isTableName(name) && !isDictionaryName(name) ? [path] : [];
}

/** What is wrong with a path in another way is found when it is opened. */
function isFolderOfFiles(path: string): boolean {
  try {
    detectFormat(path);
    return false;
  } catch (error) {
    if (!(error instanceof DataServiceError)) throw error;
    return error.code === "is-directory";
  }
}
