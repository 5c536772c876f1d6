import { accessSync, constants, statSync } from "node:fs";
import { dirname, extname } from "node:path";
import { Option } from "commander";
import { DataServiceError } from "../errors.js";
import { accessing } from "../formats/file-access.js";

/** What `panel.write` writes. */
const EXTENSIONS = [".h5", ".parquet", ".arrow", ".feather", ".csv"];

export const outOption = (): Option =>
  new Option(
    "-o, --out <file>",
    "write to .parquet, .h5, .arrow, .feather or .csv instead of printing",
  ).argParser(checkedFile);

/** A file to write, looked at before the work that it is to take. @throws DataServiceError bad-request, not-found, write-failed */
export function checkedFile(path: string): string {
  const extension = extname(path).toLowerCase();
  if (!EXTENSIONS.includes(extension)) {
    throw new DataServiceError(
      "bad-request",
      `${path}: cannot tell the format to write from "${extension}"; use ${EXTENSIONS.join(", ")}`,
      { path, found: EXTENSIONS },
    );
  }
  if (accessing(path, () => statSync(path, { throwIfNoEntry: false }))?.isDirectory()) {
    throw new DataServiceError("write-failed", `${path}: is a folder; name a file to write`, { path });
  }
  checkFolder(path);
  return path;
}

/** A file to write, or without an extension a qlib folder. @throws as `checkedFile` */
export function checkedTarget(path: string): string {
  if (extname(path) !== "") return checkedFile(path);
  checkFolder(path);
  return path;
}

/** The folder of what is written takes it, and the temporary name that it has until it is whole. */
function checkFolder(path: string): void {
  const folder = dirname(path);
  if (!accessing(folder, () => statSync(folder, { throwIfNoEntry: false }))?.isDirectory()) {
    throw new DataServiceError(
      "not-found",
      `${path}: there is no folder ${folder} to write to; make it first`,
      {
        path,
      },
    );
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const problem = `${path}: the folder ${folder} cannot be written to; choose another, or change its permissions`;
    throw new DataServiceError("write-failed", problem, { path }, cause);
  }
}
