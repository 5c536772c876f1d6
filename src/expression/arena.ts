import { PAGE_BYTES } from "../simd/load.js";
import { type Address, loadKernels, STATIC_BYTES } from "./kernels.js";

/** What a kernel may read and write after the end of what it was given: three cells of a pair. */
const SLACK = 64;

/** Reserved at once: memory costs nothing until it is touched, and growing it slows typed arrays down (`simd/load.ts`). */
const RESERVED_BYTES = 1 << 28;

/** Hands out the memory of some kernels, piece by piece. */
export class Arena {
  readonly kernels = loadKernels(RESERVED_BYTES);
  #next: Address = STATIC_BYTES;
  #most: Address = STATIC_BYTES;

  /** How many bytes have been touched, at most. */
  get most(): number {
    return this.#most;
  }

  /** Where the next piece begins; `rewind` to it frees what was handed out since. */
  get mark(): Address {
    return this.#next;
  }

  rewind(mark: Address = STATIC_BYTES): void {
    this.#next = mark;
  }

  /** `bytes` bytes, aligned to 16. Views made before may be of a memory that has been replaced. */
  take(bytes: number): Address {
    const address = this.#next;
    this.#next = address + Math.ceil(bytes / 16) * 16;
    this.#most = Math.max(this.#most, this.#next + SLACK);
    const { memory } = this.kernels;
    const missing = this.#most - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return address;
  }

  /** Where a copy of `values` lies. */
  put(values: Int32Array | Uint32Array): Address {
    const address = this.take(values.byteLength);
    this.int32(address, values.length).set(values);
    return address;
  }

  float64(address: Address, length: number): Float64Array {
    return new Float64Array(this.kernels.memory.buffer, address, length);
  }

  float32(address: Address, length: number): Float32Array {
    return new Float32Array(this.kernels.memory.buffer, address, length);
  }

  int32(address: Address, length: number): Int32Array {
    return new Int32Array(this.kernels.memory.buffer, address, length);
  }

  uint32(address: Address, length: number): Uint32Array {
    return new Uint32Array(this.kernels.memory.buffer, address, length);
  }
}

/** An arena nobody uses now: a window with an expression in it takes less time than a new one. */
let idle: Arena | undefined;
/** An arena of which more was touched is not kept. */
const KEPT_BYTES = 64_000_000;

/** Lends an arena for the time of a call. */
export function withArena<T>(use: (arena: Arena) => T): T {
  const arena = idle ?? new Arena();
  idle = undefined;
  try {
    return use(arena);
  } finally {
    arena.rewind();
    if (arena.most <= KEPT_BYTES) idle = arena;
  }
}
