import { closeSync, openSync, writeSync } from "node:fs";
import { RecordBatchFileWriter } from "apache-arrow";
import { ArrowBatches, BATCH_ROWS } from "./arrow.js";
import type { Progress, WritableTable } from "./table.js";

/**
 * Writes an Arrow IPC file (Feather v2, not compressed, so that rows can be read by byte range): record batches
 * of 65,536 rows and one dictionary. Holds one batch in memory at a time.
 */
export async function writeArrowIpc(
  path: string,
  table: WritableTable,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  const totalRows = table.keys.rowCount;
  const batches = new ArrowBatches(table);
  const fd = openSync(path, "w");
  try {
    const writer = new FileWriter(fd);
    for (let first = 0; first < totalRows || first === 0; first += BATCH_ROWS) {
      const rows = Math.min(first + BATCH_ROWS, totalRows);
      writer.write(batches.of(first, rows));
      onProgress?.({ rows, totalRows });
    }
    writer.finish();
  } finally {
    closeSync(fd);
  }
}

/** apache-arrow's writer keeps what it writes in a queue; this one hands it to the file at once. */
class FileWriter extends RecordBatchFileWriter {
  constructor(readonly fd: number) {
    super();
  }

  protected override _write(chunk: ArrayBufferView): this {
    if (!this._started) return this;
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done, bytes.length - done);
    this._position += bytes.length;
    return this;
  }
}
