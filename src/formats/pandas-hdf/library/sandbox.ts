import { dirname, resolve } from "node:path";

/**
 * What libhdf5 may reach while it has a file open that nobody vouches for. External links, external storage and
 * virtual datasets make it open whatever other file their text names; a size in a damaged header makes it ask for
 * any amount of memory. Both pass through JavaScript, where they are stopped whichever structure they came from.
 */

/** An error that the compiled system calls pass on to libhdf5; 2 is its EACCES. */
class Refusal extends Error {
  override readonly name = "ErrnoError";
  readonly errno = 2;
}

/** As the compiled system calls have it. */
const O_DIRECTORY = 0o200000;

type Open = (path: string, flags: string | number, mode?: number) => unknown;

/** The part of h5wasm's file system that finds and opens files. */
export interface OpeningFs {
  open: Open;
}

/** Watches what libhdf5 opens besides the one file it was given. */
export class Sandbox {
  /** The file that it was refused last. */
  outside: string | undefined;
  readonly #fs: OpeningFs;
  readonly #plugins: string;

  constructor(fs: OpeningFs, plugins: string) {
    this.#fs = fs;
    this.#plugins = plugins;
  }

  /** Runs calls that may open the file at `path` and plug-ins, and nothing else. */
  around<T>(path: string, use: () => T): T {
    const open = this.#fs.open;
    const own = resolve(path);
    this.#fs.open = (asked, flags, mode) => {
      const full = resolve(asked);
      const isFolder = (Number(flags) & O_DIRECTORY) !== 0; // to look for plug-ins
      const isPlugin = dirname(full) === this.#plugins && full.endsWith(".so");
      if (full === own || isFolder || isPlugin) return open.call(this.#fs, asked, flags, mode);
      this.outside = asked;
      throw new Refusal(`${asked} is not opened`);
    };
    try {
      return use();
    } finally {
      this.#fs.open = open;
    }
  }
}

/** Memory of a WebAssembly instance; the types of ES2023 lack it. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE_BYTES = 1 << 16;
/** What opening a file, its metadata and a plug-in may need: libhdf5's own caches stay below 32 MB. */
const SPACE_BYTES = 32 << 20;

/** Bytes that the heap may have; calls into libhdf5 are synchronous, so that there is one limit at a time. */
let mostBytes = Number.POSITIVE_INFINITY;

/** From now on this memory grows no further than the limit in force; malloc then gives null, as when none is left. */
export function limitGrowth(memory: WasmMemory): void {
  const grow = memory.grow;
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE_BYTES > mostBytes) {
      throw new RangeError(`the heap would exceed ${mostBytes} bytes`);
    }
    return grow.call(memory, pages);
  };
}

/** Runs calls for which a heap of `heapBytes` may grow by `bytes`, and by what is needed anyway. */
export function withinHeap<T>(heapBytes: number, bytes: number, use: () => T): T {
  const before = mostBytes;
  // A quarter: the allocator grows by a fifth more than it needs.
  mostBytes = Math.max(heapBytes * 1.25 + SPACE_BYTES + bytes, Number.isFinite(before) ? before : 0);
  try {
    return use();
  } finally {
    mostBytes = before;
  }
}
