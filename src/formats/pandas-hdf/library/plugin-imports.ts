import { inflateSync } from "node:zlib";
import { limitGrowth, type WasmMemory } from "./sandbox.js";

/**
 * The decompression plug-ins call C functions that h5wasm does not export to them: zlib's `uncompress`, without
 * which blosc's zlib codec cannot be read, and prints for their error messages. A call of a function that is not
 * there brings the whole instance down, and a damaged file is enough to cause one. They are supplied here.
 */
type Imports = Record<string, Record<string, unknown> | undefined>;

type Instantiate = (
  source: Uint8Array,
  imports?: Imports,
) => Promise<{ readonly instance: { readonly exports: { readonly memory?: WasmMemory } } }>;

/** Node has it; the types of ES2023 do not. */
const wasm = (
  globalThis as unknown as { WebAssembly: { instantiate: Instantiate; RuntimeError: typeof Error } }
).WebAssembly;

/** Whether WebAssembly code came down: an abort, or memory out of bounds. */
export function isWasmFailure(error: unknown): boolean {
  return error instanceof wasm.RuntimeError;
}

/**
 * Runs `load`, which instantiates h5wasm, and adds the missing functions to what its plug-ins link against.
 * h5wasm takes no options, so the call to WebAssembly.instantiate is watched meanwhile.
 */
export async function withPluginImports<T>(load: () => Promise<T>): Promise<T> {
  const { instantiate } = wasm;
  const watched: Instantiate = (source, imports) => {
    const instantiated = instantiate(source, imports);
    const env = imports?.["GOT.func"] && imports.env;
    if (!env) return instantiated;
    return instantiated.then((result) => {
      const memory = (result.instance.exports.memory ?? env.memory) as WasmMemory;
      limitGrowth(memory);
      for (const [name, call] of Object.entries(missingFunctions(memory))) env[name] ??= call;
      return result;
    });
  };
  wasm.instantiate = watched;
  try {
    return await load();
  } finally {
    if (wasm.instantiate === watched) wasm.instantiate = instantiate; // what others put there since is theirs
  }
}

const Z_OK = 0;
const Z_DATA_ERROR = -3;

/** Pointers and sizes are 32-bit and may arrive as negative numbers. */
function missingFunctions(memory: WasmMemory) {
  const bytes = (at: number, length: number) => new Uint8Array(memory.buffer, at >>> 0, length >>> 0);
  const word = (at: number) => new DataView(memory.buffer, at >>> 0, 4);
  return {
    uncompress(into: number, intoLength: number, from: number, fromLength: number): number {
      const room = word(intoLength).getUint32(0, true);
      try {
        const plain = inflateSync(bytes(from, fromLength), { maxOutputLength: Math.max(room, 1) });
        bytes(into, room).set(plain);
        word(intoLength).setUint32(0, plain.byteLength, true);
        return Z_OK;
      } catch {
        return Z_DATA_ERROR;
      }
    },
    memcmp(a: number, b: number, length: number): number {
      return Buffer.compare(bytes(a, length), bytes(b, length));
    },
    /** Messages to stderr: libhdf5 reports the failure as well. */
    fiprintf: () => 0,
    __small_fprintf: () => 0,
    puts: () => 0,
    fputc: (character: number) => character,
    fwrite: (_from: number, _size: number, count: number) => count,
  };
}
