import { closeSync, openSync } from "node:fs";
import type { RecordBatchFileWriter, RecordBatchStreamWriter } from "apache-arrow";
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
      await writer.write(first, rows);
      onProgress?.({ rows, totalRows });
    }
    await writer.finish();
  } finally {
    writer.close();
  }
}

/** An Arrow IPC file that is written some rows at a time. */
export class ArrowIpcWriter {
  readonly #batches: ArrowBatches;
  readonly #fd: number;
  readonly #writer: RecordBatchFileWriter;
  readonly #drained: Promise<void>;
  #failure: unknown;
  #isClosed = false;

  constructor(path: string, table: WritableTable) {
    this.#batches = new ArrowBatches(table);
    this.#fd = openSync(path, "w");
    this.#writer = new (arrowLibrary().RecordBatchFileWriter)();
    this.#drained = this.#drain();
  }

  /** The table's rows [first, last) as the next record batch, which is in the file when this ends. */
  async write(first: number, last: number): Promise<void> {
    this.#writer.write(this.#batches.of(first, last));
    await yieldToEventLoop(); // all that the writer has queued is taken meanwhile
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends the file; one without this is truncated. */
  async finish(): Promise<void> {
    this.#writer.finish();
    await this.#drained;
    if (this.#failure !== undefined) throw this.#failure;
  }

  close(): void {
    this.#isClosed = true;
    closeSync(this.#fd);
  }

  /** apache-arrow's writer keeps what it writes in a queue: it is taken from there as it comes. */
  async #drain(): Promise<void> {
    try {
      for await (const chunk of this.#writer) {
        if (this.#isClosed) return;
        writeWhole(this.#fd, chunk, null);
      }
    } catch (error) {
      this.#failure = error;
    }
  }
}

/** The two forms of Arrow's IPC: a stream, or a file, whose end tells where each batch lies. */
export type ArrowIpcForm = "stream" | "file";

/** A table in Arrow's IPC as one run of bytes: record batches of 65,536 rows and one dictionary. */
export function arrowIpcBytes(table: WritableTable, form: ArrowIpcForm): Uint8Array {
  const writer = ipcWriter(form);
  const batches = new ArrowBatches(table);
  for (const [first, last] of batchesOf(table)) writer.write(batches.of(first, last));
  writer.finish();
  return writer.toUint8Array(true);
}

/** The same bytes in parts, a batch of rows at a time: each is made when it is asked for. */
export async function* arrowIpcChunks(table: WritableTable, form: ArrowIpcForm): AsyncGenerator<Uint8Array> {
  const writer = ipcWriter(form);
  const batches = new ArrowBatches(table);
  const queue = writer[Symbol.asyncIterator]();
  let next = queue.next();
  for (const [first, last] of batchesOf(table)) {
    writer.write(batches.of(first, last));
    for (;;) {
      const chunk = await Promise.race([next, yieldToEventLoop()]); // the queue cannot tell that it is empty: it waits
      if (!chunk || chunk.done) break;
      yield chunk.value;
      next = queue.next();
    }
  }
  writer.finish();
  for (let chunk = await next; !chunk.done; chunk = await queue.next()) yield chunk.value;
}

function ipcWriter(form: ArrowIpcForm): RecordBatchFileWriter | RecordBatchStreamWriter {
  const { RecordBatchFileWriter, RecordBatchStreamWriter } = arrowLibrary();
  return form === "file" ? new RecordBatchFileWriter() : new RecordBatchStreamWriter();
}

/** The rows [first, last) of each batch; an empty table has an empty one. */
function* batchesOf({ keys }: WritableTable): Generator<[first: number, last: number]> {
  for (let first = 0; first < keys.rowCount || first === 0; first += BATCH_ROWS) {
    yield [first, Math.min(first + BATCH_ROWS, keys.rowCount)];
  }
}
