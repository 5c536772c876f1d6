import { channel } from "node:diagnostics_channel";
import { type BigIntStats, closeSync, openSync, statSync } from "node:fs";
import { DataServiceError } from "../errors.js";
import { accessing } from "./file-access.js";
import { handleStamp, stampOf } from "./file-stamp.js";
import { readWhole } from "./whole-bytes.js";

/**
 * Every read of a file's bytes is announced on this channel as a `ReadEvent`, so that tests and profilers can
 * tell what a request cost. Costs nothing while nobody listens.
 */
export const READ_CHANNEL = "aistock.data-service.read";

export interface ReadEvent {
  readonly path: string;
  /** Bytes asked of the file; for compressed data, the bytes after decompression. */
  readonly bytes: number;
  /** Where they lie in the file; absent for compressed data, which libhdf5 finds by itself. */
  readonly position?: number;
}

const reads = channel(READ_CHANNEL);

export function announceRead(event: ReadEvent): void {
  if (reads.hasSubscribers) reads.publish(event);
}

/** Fills `into` with the bytes from `position` on. */
export type ReadInto = (into: Uint8Array, position: number) => void;

/**
 * A file as it was when it was first looked at. No descriptor is held between reads: each opens the file,
 * makes sure that it is still the same one, and closes it again. Those within a session share its descriptor.
 */
export class ByteFile {
  readonly path: string;
  /** How errors name the file. */
  readonly label: string;
  readonly size: number;
  /** What it was then. @see stampOf */
  readonly stamp: string;
  /** Of the session that is going on. */
  private opened: number | undefined;

  protected constructor(path: string, label: string, stats: BigIntStats) {
    this.path = path;
    this.label = label;
    this.size = Number(stats.size);
    this.stamp = stampOf(stats);
  }

  /** @throws DataServiceError not-found, is-directory, read-failed */
  static of(path: string, label = path): ByteFile {
    const stats = accessing(label, () => statSync(path, { bigint: true }));
    if (stats.isDirectory()) {
      throw new DataServiceError("is-directory", `${label} is a directory; name a file in it`, {
        path: label,
      });
    }
    return new ByteFile(path, label, stats);
  }

  /**
   * Opens the file for the reads of `use` and closes it, whatever happens. Within a session another one goes on with it. The
   * file is compared with the one first looked at before and after, its time of change included; where it is another, what
   * `use` met in it is no damage.
   * @throws DataServiceError changed, corrupt (a read beyond the end), read-failed
   */
  session<T>(use: (read: ReadInto) => T): T {
    const outer = this.opened;
    if (outer !== undefined) return use((into, position) => this.fill(outer, into, position));
    const fd = accessing(this.label, () => this.open());
    try {
      this.compareHandle(fd);
      this.opened = fd;
      const result = use((into, position) => this.fill(fd, into, position));
      this.compareHandle(fd);
      return result;
    } catch (error) {
      this.compareHandle(fd);
      throw error;
    } finally {
      this.opened = undefined;
      closeSync(fd);
    }
  }

  /** A file that is not there any more has changed since it was first looked at. */
  private open(): number {
    try {
      return openSync(this.path, "r");
    } catch (cause) {
      this.check();
      throw cause;
    }
  }

  /**
   * The bytes [first, last), in `scratch` where there is one large enough, else in memory of their own.
   * @throws DataServiceError changed, corrupt, read-failed
   */
  read(first: number, last: number, scratch?: Uint8Array): Uint8Array {
    if (!(first >= 0 && first <= last && last <= this.size)) {
      throw new DataServiceError(
        "corrupt",
        `${this.label}: bytes ${first} to ${last} are needed but the file has ${this.size}; it is truncated or damaged, write it again`,
        { path: this.label, position: first },
      );
    }
    const fits = scratch !== undefined && last - first <= scratch.length;
    const bytes = fits ? scratch.subarray(0, last - first) : new Uint8Array(last - first);
    this.session((read) => read(bytes, first));
    return bytes;
  }

  /** @throws DataServiceError changed, where the file is no longer the one that was opened; read-failed */
  check(): void {
    const look = () => statSync(this.path, { throwIfNoEntry: false, bigint: true });
    const stats = accessing(this.label, look);
    this.compare(stats && stampOf(stats));
  }

  private compareHandle(fd: number): void {
    this.compare(accessing(this.label, () => handleStamp(fd)));
  }

  private compare(stamp: string | undefined): void {
    if (stamp === this.stamp) return;
    throw new DataServiceError(
      "changed",
      `${this.label}: the file was ${stamp === undefined ? "removed" : "written to"} since it was opened; open it again`,
      { path: this.label },
    );
  }

  protected fill(fd: number, into: Uint8Array, position: number): void {
    const done = accessing(this.label, () => readWhole(fd, into, position));
    if (done < into.byteLength) {
      this.compareHandle(fd);
      throw new DataServiceError(
        "corrupt",
        `${this.label}: ends at byte ${position + done}, where ${into.byteLength - done} more were expected; the file is truncated`,
        { path: this.label, position: position + done },
      );
    }
    announceRead({ path: this.path, bytes: into.byteLength, position });
  }
}
