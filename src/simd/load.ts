import { readFileSync } from "node:fs";

/** What is used of WebAssembly, which the types of ES2023 lack. */
interface Assembly {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  readonly Memory: new (size: { readonly initial: number }) => SimdMemory;
}

/** A module's memory; `buffer` is another one after it has grown. */
export interface SimdMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export const PAGE_BYTES = 1 << 16;
const compiled = new Map<string, object>();

/**
 * A new instance of `assembly/NAME.ts`, with a memory of its own of `bytes` bytes or a little more. Its code is read and
 * compiled once a thread. A memory that grows gives up its buffer; from the first time on that a buffer is given up, V8
 * looks at every access to a typed array whether its buffer is still there, and loops that look rows up took 1.4 times as
 * long. So the memory should be large enough from the beginning.
 * @throws where Node runs without WebAssembly (`--jitless`) or the processor has no vectors of 128 bits
 */
export function instantiate<Exports>(name: string, bytes = PAGE_BYTES): Exports {
  const { Module, Instance, Memory } = (globalThis as unknown as { WebAssembly: Assembly }).WebAssembly;
  let module = compiled.get(name);
  if (!module) {
    module = new Module(readFileSync(new URL(`./compiled/${name}.wasm`, import.meta.url)));
    compiled.set(name, module);
  }
  const memory = new Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE_BYTES)) });
  return new Instance(module, { env: { memory } }).exports as Exports;
}
