import { DataServiceError } from "../../errors.js";
import { listNames } from "../../names/field.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { ByteFile } from "../byte-file.js";
import type { FileTable, TableRequest } from "../table.js";
import { openFixedFrame, openFixedSeries } from "./fixed.js";
import { withH5File } from "./h5-file.js";
import { loadH5 } from "./h5-library.js";
import type { H5Structure } from "./h5-structure.js";
import { readSuperblock } from "./object-header.js";
import { NotPlain } from "./plain/not-plain.js";
import { withPlainFile } from "./plain/plain-file.js";
import { openAppendable } from "./table.js";

/** The key research files have, taken where none is asked for; a table of another name is not taken for it. */
const DEFAULT_KEY = "data";

/**
 * Opens a frame or series that pandas wrote to an HDF5 file, of its fixed or its table format. Labels and
 * structure are read now; columns when they are first asked for. The file is closed in between. A file that lies
 * there plainly is read without libhdf5.
 * @throws DataServiceError not-found, is-directory, unknown-format, corrupt, unsupported, unknown-key,
 *   flat-index, unknown-field
 */
export async function openPandasHdf(path: string, request: TableRequest = {}): Promise<FileTable> {
  const file = ByteFile.of(path);
  const open = (h5file: H5Structure) =>
    openKey(h5file, chooseKey(h5file, request.key ?? DEFAULT_KEY), request);
  try {
    return withPlainFile(file, open);
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
  }
  checkWhole(file);
  await loadH5();
  return withH5File(file, open);
}

/** @throws DataServiceError where the first bytes already tell that libhdf5 could not open the file */
function checkWhole(file: ByteFile): void {
  const { label, size } = file;
  if (size === 0) {
    throw new DataServiceError("corrupt", `${label}: the file is empty (0 bytes); write it again`, {
      path: label,
      count: 0,
    });
  }
  const { superblock, signed } = file.session((read) => {
    const head = new Uint8Array(Math.min(size, 8));
    read(head, 0);
    return { superblock: readSuperblock(read, size), signed: head[0] === 0x89 && head[1] === 0x48 };
  });
  if (superblock && superblock.endOfFile > size) {
    throw new DataServiceError(
      "corrupt",
      `${label}: the file is truncated: it should hold ${superblock.endOfFile} bytes and holds ${size}; copy or write it again`,
      { path: label, count: size },
    );
  }
  if (!superblock && !signed && !hasUserBlock(file)) {
    throw new DataServiceError("unknown-format", `${label}: not an HDF5 file`, { path: label });
  }
}

/** HDF5 allows other data in front; the signature is then at byte 512, 1024, 2048 ... */
function hasUserBlock(file: ByteFile): boolean {
  return file.session((read) => {
    const mark = new Uint8Array(4);
    for (let at = 512; at + 4 <= file.size && at <= 1 << 16; at *= 2) {
      read(mark, at);
      if (mark[0] === 0x89 && mark[1] === 0x48 && mark[2] === 0x44 && mark[3] === 0x46) return true;
    }
    return false;
  });
}

/** The path of the group to read, such as `/data`. */
function chooseKey(h5file: H5Structure, asked: string): string {
  const path = `/${asked.replace(/^\/+|\/+$/g, "")}`;
  if (path !== "/" && h5file.isGroup(path) && pandasType(h5file, path) !== undefined) return path;
  const { label } = h5file.file;
  const keys = h5file
    .groups()
    .filter((group) => pandasType(h5file, group) !== undefined)
    .map((group) => group.slice(1));
  const details = { path: label, key: asked, found: keys };
  if (keys.length === 0) {
    const problem = `${label}: an HDF5 file that holds no pandas table; write one with pandas' to_hdf`;
    throw new DataServiceError("unknown-key", problem, details);
  }
  const near = nearestName(asked, keys);
  throw new DataServiceError(
    "unknown-key",
    `${label}: no key "${asked}"; the file holds ${listNames(keys)}; say which with the key option${suggestion(near)}`,
    { ...details, ...(near !== undefined && { suggestion: near }) },
  );
}

function pandasType(h5file: H5Structure, path: string): string | undefined {
  return h5file.text(path, "pandas_type");
}

function openKey(h5file: H5Structure, path: string, request: TableRequest): FileTable {
  const type = pandasType(h5file, path)!;
  switch (type) {
    case "frame":
      return openFixedFrame(h5file, path, request);
    case "series":
      return openFixedSeries(h5file, path, request);
    case "frame_table":
    case "series_table":
      return openAppendable(h5file, path, request);
    default:
      throw new DataServiceError(
        "unsupported",
        `${h5file.file.label}: "${path.slice(1)}" is a pandas object of the type "${type}"; only frames and series can be read`,
        { path: h5file.file.label, key: path.slice(1) },
      );
  }
}
