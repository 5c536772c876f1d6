/** Bytes that are kept of a file, about; the last batches are, whatever they take. */
const KEPT_BYTES = 128_000_000;
/** Rows that are read one column after another may begin in one record batch and end in the next. */
const LEAST_BATCHES = 2;

/**
 * Decompressed buffers of a file, of the record batches that were read last. A batch's go together: writers read some
 * rows of each column, then the next rows, and would decompress each buffer again if others of its batch took its place.
 */
export class DecompressedBuffers {
  /** By batch, the one that was read last at the end. */
  readonly #batches = new Map<number, Map<object, Uint8Array>>();
  #bytes = 0;

  constructor(readonly keptBytes = KEPT_BYTES) {}

  /** How many are kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  get(batch: number, buffer: object): Uint8Array | undefined {
    const kept = this.#batches.get(batch);
    if (!kept) return undefined;
    this.#batches.delete(batch);
    this.#batches.set(batch, kept);
    return kept.get(buffer);
  }

  keep(batch: number, buffer: object, bytes: Uint8Array): void {
    const kept = this.#batches.get(batch) ?? new Map<object, Uint8Array>();
    this.#batches.set(batch, kept.set(buffer, bytes));
    this.#bytes += bytes.byteLength;
    for (const [oldest, buffers] of this.#batches) {
      if (this.#bytes <= this.keptBytes || this.#batches.size <= LEAST_BATCHES) break;
      for (const dropped of buffers.values()) this.#bytes -= dropped.byteLength;
      this.#batches.delete(oldest);
    }
  }

  drop(batch: number, buffer: object): void {
    const kept = this.#batches.get(batch);
    this.#bytes -= kept?.get(buffer)?.byteLength ?? 0;
    kept?.delete(buffer);
  }
}
