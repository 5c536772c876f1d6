import { existsSync } from "node:fs";
import { join } from "node:path";

/** What RD-Agent calls the table of a factor, in a folder of its own; what it writes first comes first. */
const NAMES = ["result.h5", "result.parquet"];

/** The tables of a factor in its folder; none where the folder is not that of a factor. No file is opened. */
export function resultFilesIn(folder: string): string[] {
  return NAMES.map((name) => join(folder, name)).filter((path) => existsSync(path));
}
