import { readFileSync } from "node:fs";

/** What is used of WebAssembly, which the types of ES2023 lack. */
interface Assembly {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  readonly Memory: new (size: { initial: number; maximum?: number; shared?: boolean }) => SimdMemory;
}

/** A module's memory; `buffer` is another one after it has grown. */
export interface SimdMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A memory that several threads can have. */
export interface SharedSimdMemory {
  readonly buffer: SharedArrayBuffer;
}

export const PAGE_BYTES = 1 << 16;
/** As much as 32 bits can address. */
const MOST_PAGES = 1 << 16;
const compiled = new Map<string, object>();

/**
 * A new instance of `assembly/NAME.ts`, with `memory` or a memory of its own of so many bytes or a little more. Its code
 * is read and compiled once a thread. A memory that grows gives up its buffer; from the first time on that a buffer is
 * given up, V8 looks at every access to a typed array whether its buffer is still there, and loops that look rows up took
 * 1.4 times as long. So the memory should be large enough from the beginning.
 * @throws where Node runs without WebAssembly (`--jitless`) or the processor has no vectors of 128 bits
 */
export function instantiate<Exports>(name: string, memory: number | SharedSimdMemory = PAGE_BYTES): Exports {
  const { Module, Instance, Memory } = assembly();
  let module = compiled.get(name);
  if (!module) {
    module = new Module(readFileSync(new URL(`./compiled/${name}.wasm`, import.meta.url)));
    compiled.set(name, module);
  }
  const own = typeof memory === "number" ? new Memory({ initial: pagesOf(memory) }) : memory;
  return new Instance(module, { env: { memory: own } }).exports as Exports;
}

/** A memory of so many bytes for instances in several threads; undefined where there can be none, or none so large. */
export function sharedMemory(bytes: number): SharedSimdMemory | undefined {
  const pages = pagesOf(bytes);
  if (pages > MOST_PAGES) return undefined;
  try {
    const memory: unknown = new (assembly().Memory)({ initial: pages, maximum: pages, shared: true });
    return memory as SharedSimdMemory;
  } catch {
    return undefined;
  }
}

function pagesOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PAGE_BYTES));
}

function assembly(): Assembly {
  return (globalThis as unknown as { WebAssembly: Assembly }).WebAssembly;
}
