import { closeSync, openSync } from "node:fs";
import type { RecordBatchFileWriter } from "apache-arrow";
import type { Progress, WritableTable } from "../../columns/table.js";
import { writeWhole } from "../../files/whole-bytes.js";
import { yieldToEventLoop } from "../../files/yield-to-event-loop.js";
import { ArrowBatches, BATCH_ROWS } from "./arrow.js";
import { arrowLibrary } from "./library.js";

/**
 * Writes an Arrow IPC file (Feather v2, not compressed, so that rows can be read by byte range): record batches
 * of 65,536 rows (or `batchRows`) and one dictionary. Holds one batch in memory at a time.
 */
export async function writeArrowIpc(
  path: string,
  table: WritableTable,
  onProgress?: (progress: Progress) => void,
  batchRows = BATCH_ROWS,
): Promise<void> {
  const totalRows = table.keys.rowCount;
  const writer = new ArrowIpcWriter(path, table);
  try {
    for (let first = 0; first < totalRows || first === 0; first += batchRows) {
      const rows = Math.min(first + batchRows, totalRows);
      writer.write(first, rows);
      onProgress?.({ rows, totalRows });
      await yieldToEventLoop();
    }
    writer.finish();
  } finally {
    writer.close();
  }
}

/** An Arrow IPC file that is written some rows at a time. */
export class ArrowIpcWriter {
  readonly #batches: ArrowBatches;
  readonly #fd: number;
  readonly #writer: RecordBatchFileWriter;

  constructor(path: string, table: WritableTable) {
    this.#batches = new ArrowBatches(table);
    this.#fd = openSync(path, "w");
    this.#writer = fileWriter(this.#fd);
  }

  /** The table's rows [first, last) as the next record batch. */
  write(first: number, last: number): void {
    this.#writer.write(this.#batches.of(first, last));
  }

  /** Ends the file; one without this is truncated. */
  finish(): void {
    this.#writer.finish();
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/**
 * apache-arrow's writer keeps what it writes in a queue; this one hands it to the file at once. The class is made
 * here, not when this module is loaded, since that would load apache-arrow.
 */
function fileWriter(fd: number): RecordBatchFileWriter {
  class FileWriter extends arrowLibrary().RecordBatchFileWriter {
    protected override _write(chunk: ArrayBufferView): this {
      if (!this._started) return this;
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      writeWhole(fd, bytes, null);
      this._position += bytes.length;
      return this;
    }
  }
  return new FileWriter();
}
