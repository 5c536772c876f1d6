import { closeSync, fstatSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DataServiceError } from "../errors.js";
import { announceRead, ByteFile, type ReadInto } from "../files/byte-file.js";
import { BLOCK_BYTES, CheckedBlocks } from "./block-sums.js";
import { removeEntry } from "./cache-folder.js";

/** Those that panels read from, by path: one serves all panels of an entry. */
const shared = new Map<string, WeakRef<HeldFile>>();

/** Closes the file of a HeldFile that nobody can reach any more. */
const abandoned = new FinalizationRegistry<{ readonly fd: number; readonly path: string }>(({ fd, path }) => {
  closeSync(fd);
  if (shared.get(path)?.deref() === undefined) shared.delete(path);
});

/**
 * A file of the cache, kept open as long as a panel reads from it: an entry that is evicted or cleared meanwhile
 * stays readable. The files of an entry are never written to once it is there; what a disk or a stranger did to one shows
 * in the sums of its blocks.
 */
export class HeldFile extends ByteFile {
  #fd: number;
  #blocks: CheckedBlocks | undefined;
  #modifiedMs: number;

  constructor(path: string) {
    const fd = openSync(path, "r");
    super(path, path, fstatSync(fd, { bigint: true }));
    this.#fd = fd;
    this.#modifiedMs = fstatSync(fd).mtimeMs;
    abandoned.register(this, { fd, path }, this);
  }

  /** From now on every range that is read is compared with the sums of its blocks. @see blockSums */
  checkBy(sums: Uint8Array): void {
    this.#blocks = new CheckedBlocks(sums);
  }

  /** The file for a panel to read from: where another panel has the same one open that one, and this is closed. */
  shared(): HeldFile {
    const known = shared.get(this.path)?.deref();
    if (known?.isSame(this)) {
      this.close();
      return known;
    }
    shared.set(this.path, new WeakRef(this));
    return this;
  }

  private isSame({ stamp }: HeldFile): boolean {
    return this.stamp === stamp;
  }

  /** For those who know that nobody reads from it any more, or that nobody but another one did. */
  close(): void {
    if (this.#fd < 0) return;
    abandoned.unregister(this);
    if (shared.get(this.path)?.deref() === this) shared.delete(this.path);
    closeSync(this.#fd);
    this.#fd = -1; // the system gives the number to the next file
  }

  get fd(): number {
    return this.#fd;
  }

  override session<T>(use: (read: ReadInto) => T): T {
    const { mtimeMs } = fstatSync(this.#fd);
    if (mtimeMs !== this.#modifiedMs) this.#blocks?.forget();
    this.#modifiedMs = mtimeMs;
    return use((into, position) => this.fill(this.#fd, into, position));
  }

  /** @throws DataServiceError corrupt: the entry is removed, so that the next open makes another */
  protected override fill(fd: number, into: Uint8Array, position: number): void {
    if (!this.#blocks) {
      super.fill(fd, into, position);
      return;
    }
    const damaged = this.#blocks.fill(fd, into, position);
    if (damaged === undefined) {
      announceRead({ path: this.path, bytes: into.byteLength, position });
      return;
    }
    removeEntry(dirname(this.path));
    const at = damaged * BLOCK_BYTES;
    throw new DataServiceError(
      "corrupt",
      `${this.label}: this copy in the cache is damaged behind byte ${at} and was removed; the file it was made of is not concerned: open it again`,
      { path: this.label, position: at },
    );
  }
}
