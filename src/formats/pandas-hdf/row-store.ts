import { DataServiceError } from "../../errors.js";
import type { ByteFile } from "../../files/byte-file.js";
import type { Dataset, H5Structure, ReadingRows } from "./h5-structure.js";
import type { RowsInFile } from "./load/threaded-read.js";

/** Reads the bytes of the rows [first, last); they are aligned to 8 bytes, and the next call may overwrite them. */
export type ReadRows = (first: number, last: number) => Uint8Array;

/** A dataset as rows of bytes. */
export interface RowStore {
  readonly rowCount: number;
  readonly rowBytes: number;
  /** How many rows to read at once: enough to be fast, few enough to stay in a core's cache. */
  readonly slabRows: number;
  /** Rows between two wanted ones that are cheaper to read along than to skip. */
  readonly gapRows: number;
  /**
   * Opens the file for the reads of `use`, and closes it whatever happens. A read that fits into `buffer` may go there.
   * @throws DataServiceError changed, corrupt, bad-request (rows that are not there)
   */
  session<T>(use: (read: ReadRows) => T, buffer?: Uint8Array): T;
  /** Set where the rows lie one after another in the file. */
  readonly inFile?: RowsInFile;
}

/** Measured best between 256 KiB and 16 MiB for de-interleaving. */
const SLAB_BYTES = 1 << 20;
/** About what one more read call costs in bytes. */
const GAP_BYTES = 1 << 14;

/** A dataset of `rowCount` rows: straight from the file where it lies there contiguously, else through libhdf5. */
export function openRowStore(h5file: H5Structure, dataset: Dataset): RowStore {
  const rowCount = dataset.shape[0]!;
  const rowBytes = dataset.shape.slice(1).reduce((a, b) => a * b, 1) * dataset.size;
  const extent = h5file.extent(dataset);
  return extent
    ? new ContiguousRows(h5file.file, extent.position, rowCount, rowBytes)
    : new DecodedRows(h5file.file, h5file.laterRows(dataset), dataset, rowCount, rowBytes);
}

/** What lies before the first row and after the last one is another dataset's. @throws DataServiceError bad-request */
export function checkRows(first: number, last: number, rowCount: number, { label }: ByteFile): void {
  if (first >= 0 && first <= last && last <= rowCount) return;
  throw new DataServiceError(
    "bad-request",
    `${label}: the rows from ${first} up to ${last} are asked for, of ${rowCount}; ask for rows that are there`,
    { path: label, position: first },
  );
}

class ContiguousRows implements RowStore {
  readonly rowCount: number;
  readonly rowBytes: number;
  readonly slabRows: number;
  readonly gapRows: number;
  readonly inFile: RowsInFile;

  constructor(file: ByteFile, position: number, rowCount: number, rowBytes: number) {
    this.inFile = { file, position, rowBytes };
    this.rowCount = rowCount;
    this.rowBytes = rowBytes;
    this.slabRows = Math.max(1, Math.floor(SLAB_BYTES / rowBytes));
    this.gapRows = Math.floor(GAP_BYTES / rowBytes);
  }

  session<T>(use: (read: ReadRows) => T, given = new Uint8Array(0)): T {
    let buffer = given;
    const { file, position } = this.inFile;
    return file.session((read) =>
      use((first, last) => {
        checkRows(first, last, this.rowCount, file);
        const bytes = (last - first) * this.rowBytes;
        // Not zeroed first: a read fills all of it or throws.
        if (buffer.byteLength < bytes) buffer = new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
        const rows = buffer.subarray(0, bytes);
        read(rows, position + first * this.rowBytes);
        return rows;
      }),
    );
  }
}

/** Rows that libhdf5 finds and decompresses. */
class DecodedRows implements RowStore {
  readonly rowCount: number;
  readonly rowBytes: number;
  readonly slabRows: number;
  readonly gapRows: number;
  readonly session: ReadingRows;

  constructor(file: ByteFile, rows: ReadingRows, dataset: Dataset, rowCount: number, rowBytes: number) {
    this.session = (use) =>
      rows((read) =>
        use((first, last) => {
          checkRows(first, last, rowCount, file);
          return read(first, last);
        }),
      );
    this.rowCount = rowCount;
    this.rowBytes = rowBytes;
    // Whole chunks, since libhdf5 decodes a chunk again in each call that touches it.
    const chunkRows = Math.max(1, dataset.chunks?.[0] ?? 1);
    const chunks = Math.max(1, Math.floor((4 * SLAB_BYTES) / Math.max(1, chunkRows * rowBytes)));
    this.slabRows = chunks * chunkRows;
    this.gapRows = chunkRows;
  }
}
