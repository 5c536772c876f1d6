import type { FileTable, TableRequest } from "../../columns/table.js";
import { ByteFile } from "../../files/byte-file.js";
import { openKey } from "./open-key.js";
import { NotPlain } from "./own-reader/needs-library.js";
import { withPlainFile } from "./own-reader/open-file.js";

/**
 * Opens a frame or series that pandas wrote to an HDF5 file, of its fixed or its table format. Labels and
 * structure are read now; columns when they are first asked for. The file is closed in between. A file that lies
 * there plainly is read without libhdf5.
 * @throws DataServiceError not-found, is-directory, unknown-format, corrupt, unsupported, unknown-key,
 *   flat-index, unknown-field
 */
export async function openPandasHdf(path: string, request: TableRequest = {}): Promise<FileTable> {
  const file = ByteFile.of(path);
  try {
    return withPlainFile(file, (plain) => openKey(plain, request, notAppendable));
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
  }
  const { openByLibrary } = await import("./library/open-by-library.js");
  return openByLibrary(file, request);
}

/** The table format is chunked. */
function notAppendable(): never {
  throw new NotPlain("a key of the table format");
}
