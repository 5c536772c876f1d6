import { closeSync, fstatSync, openSync } from "node:fs";
import { ByteFile, type ReadInto } from "../formats/byte-file.js";

/** Closes the file of a HeldFile that nobody can reach any more. */
const abandoned = new FinalizationRegistry<number>(closeSync);

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
    abandoned.register(this, fd, this);
  }

  /** For those who know that nobody reads from it any more. */
  close(): void {
    abandoned.unregister(this);
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
