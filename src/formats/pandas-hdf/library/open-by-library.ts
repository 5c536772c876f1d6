import type { FileTable, TableRequest } from "../../../columns/table.js";
import { DataServiceError } from "../../../errors.js";
import type { ByteFile } from "../../../files/byte-file.js";
import { SIGNATURE } from "../h5-format.js";
import { readSuperblock } from "../object-header.js";
import { openKey } from "../open-key.js";
import { openAppendable } from "../table.js";
import { withH5File } from "./h5-file.js";
import { loadH5 } from "./h5-library.js";

/** Opens any HDF5 file of pandas' by libhdf5, which is loaded if it was not yet. */
export async function openByLibrary(file: ByteFile, request: TableRequest): Promise<FileTable> {
  checkWhole(file);
  await loadH5();
  return withH5File(file, (h5file) => openKey(h5file, request, openAppendable));
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
    return {
      superblock: readSuperblock(read, size),
      signed: head[0] === SIGNATURE[0] && head[1] === SIGNATURE[1],
    };
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
      if (mark.every((byte, i) => byte === SIGNATURE[i])) return true;
    }
    return false;
  });
}
