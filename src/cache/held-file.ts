import { closeSync, fstatSync, openSync } from "node:fs";
import { ByteFile, type ReadInto } from "../files/byte-file.js";

/** Those that panels read from, by path: one serves all panels of an entry. */
const shared = new Map<string, WeakRef<HeldFile>>();

/** Closes the file of a HeldFile that nobody can reach any more. */
const abandoned = new FinalizationRegistry<{ readonly fd: number; readonly path: string }>(({ fd, path }) => {
  closeSync(fd);
  if (shared.get(path)?.deref() === undefined) shared.delete(path);
});

/**
 * A file of the cache, kept open as long as a panel reads from it: an entry that is evicted or cleared meanwhile
 * stays readable. The files of an entry are never written to once it is there.
 */
export class HeldFile extends ByteFile {
  #fd: number;

  constructor(path: string) {
    const fd = openSync(path, "r");
    super(path, path, fstatSync(fd));
    this.#fd = fd;
    abandoned.register(this, { fd, path }, this);
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

  private isSame({ size, inode, mtimeMs }: HeldFile): boolean {
    return this.size === size && this.inode === inode && this.mtimeMs === mtimeMs;
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
    return use((into, position) => this.fill(this.#fd, into, position));
  }
}
