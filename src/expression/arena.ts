import { ensureBytes } from "../simd/load.js";
import { type Address, type Kernels, STATIC_BYTES } from "./kernels.js";

/** What a kernel may read and write after the end of what it was given: three cells of a pair. */
const SLACK = 64;

/** Hands out the memory of some kernels, piece by piece; what was handed out before a `clear` is free again. */
export class Arena {
  readonly kernels: Kernels;
  #next: Address = STATIC_BYTES;

  constructor(kernels: Kernels) {
    this.kernels = kernels;
  }

  clear(): void {
    this.#next = STATIC_BYTES;
  }

  /** `bytes` bytes, aligned to 16. Views made before may be of a memory that has been replaced. */
  take(bytes: number): Address {
    const address = this.#next;
    this.#next = (address + bytes + 15) & ~15;
    ensureBytes(this.kernels.memory, this.#next + SLACK);
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
