import { readFileSync } from "node:fs";

/** What is used of WebAssembly, which the types of ES2023 lack. */
interface Assembly {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

/** A module's memory; `buffer` is another one after it has grown. */
export interface SimdMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE_BYTES = 1 << 16;
const compiled = new Map<string, object>();

/**
 * A new instance of `assembly/NAME.ts`, with a memory of its own. Its code is read and compiled once a thread.
 * @throws where Node runs without WebAssembly (`--jitless`) or the processor has no vectors of 128 bits
 */
export function instantiate<Exports>(name: string): Exports {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: Assembly }).WebAssembly;
  let module = compiled.get(name);
  if (!module) {
    module = new Module(readFileSync(new URL(`./compiled/${name}.wasm`, import.meta.url)));
    compiled.set(name, module);
  }
  return new Instance(module).exports as Exports;
}

/** Makes a memory hold at least `bytes` bytes. */
export function ensureBytes(memory: SimdMemory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}
