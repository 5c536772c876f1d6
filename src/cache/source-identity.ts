import { type BigIntStats, closeSync, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { isSystemError } from "../files/file-access.js";
import { DEFAULT_KEY, keyName } from "../formats/pandas-hdf/key-name.js";
import { digestOf } from "./digest.js";

/** What a source file was when it was read. An entry serves a file only while all of it is the same. */
export interface SourceIdentity {
  /** The real path, and the key inside an HDF5 file; undefined for the default one, however it is asked for. */
  readonly path: string;
  readonly key: string | undefined;
  readonly bytes: number;
  /** Nanoseconds since 1970, as text. No program can set the time of change; any write or replacement moves it. */
  readonly modifiedNs: string;
  readonly changedNs: string;
  readonly device: string;
  readonly inode: string;
  /** The digest of its first and last pages and of some between: a table's levels, and samples of codes and cells. */
  readonly sample: string;
}

const PAGE_BYTES = 4096;
/** pandas writes levels and codes before the cells; the head gets more room. */
const HEAD_BYTES = 1 << 18;
const TAIL_BYTES = 1 << 16;
const SAMPLED_PAGES = 32;

/**
 * The identity of a table in a regular file, by any spelling of its key; undefined for anything else, and where none can be
 * read: opening it says why.
 */
export function identifySource(path: string, key: string | undefined): SourceIdentity | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const stats = fstatSync(fd, { bigint: true });
    if (!stats.isFile()) return undefined;
    return {
      path: realpathSync.native(path),
      key: keyName(key) === DEFAULT_KEY ? undefined : keyName(key),
      ...statsOf(stats),
      sample: sampleOf(fd, Number(stats.size)),
    };
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function statsOf(stats: BigIntStats): Omit<SourceIdentity, "path" | "key" | "sample"> {
  return {
    bytes: Number(stats.size),
    modifiedNs: String(stats.mtimeNs),
    changedNs: String(stats.ctimeNs),
    device: String(stats.dev),
    inode: String(stats.ino),
  };
}

/** Of about 0.4 MB of a file of any size, and its size. */
export function sampleOf(fd: number, size: number): string {
  const text = String(size);
  return digestOf(text.length + HEAD_BYTES + SAMPLED_PAGES * PAGE_BYTES + TAIL_BYTES, (room) => {
    let filled = room.write(text);
    const add = (first: number, last: number) => {
      filled += readSync(fd, room, filled, Math.max(0, last - first), first);
    };
    add(0, Math.min(HEAD_BYTES, size));
    const [from, to] = [HEAD_BYTES, size - TAIL_BYTES];
    for (let i = 0; i < SAMPLED_PAGES && to > from; i++) {
      const first = from + Math.floor(((to - from) * i) / SAMPLED_PAGES);
      add(first, Math.min(first + PAGE_BYTES, size));
    }
    add(Math.max(0, size - TAIL_BYTES), size);
    return filled;
  });
}

/** Whether both say the same in every point. */
export function sameSource(a: SourceIdentity, b: SourceIdentity): boolean {
  return IDENTITY.every((point) => a[point] === b[point]);
}

const IDENTITY: readonly (keyof SourceIdentity)[] = [
  "path",
  "key",
  "bytes",
  "modifiedNs",
  "changedNs",
  "device",
  "inode",
  "sample",
];

/**
 * How long to wait, in milliseconds, until a later write to the file must show in its times. File systems round
 * times: to seconds where they are whole seconds, else to a tick of the kernel's clock.
 */
export function settlingMs(source: SourceIdentity, nowMs: number): number {
  const changed = BigInt(source.changedNs) > BigInt(source.modifiedNs) ? source.changedNs : source.modifiedNs;
  const roundedMs = BigInt(changed) % 1_000_000_000n === 0n ? 2000 : 40;
  const age = nowMs - Number(BigInt(changed) / 1_000_000n);
  return age >= 0 ? Math.max(0, roundedMs - age) : 0;
}
