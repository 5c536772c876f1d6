import { instantiate, type SimdMemory } from "./load.js";

/**
 * Loops over many elements for a fresh process, whose interpreter takes 20 to 50 times as long for a loop's first run:
 * assembly/fresh/. What they work on is put into the memory they share, from its first byte on, call by call.
 */
interface FreshLoops {
  readonly memory: SimdMemory;
  digest(from: number, to: number, out: number): void;
  pick32(rows: number, end: number, base: number, cells: number, out: number): void;
  pick64(rows: number, end: number, base: number, cells: number, out: number): void;
  greatest(from: number, to: number): number;
  mark(from: number, to: number, marks: number): void;
  changes(from: number, to: number, out: number): number;
  descents(from: number, to: number, out: number): number;
  rowsOf(
    codes: number,
    end: number,
    row: number,
    places: number,
    seen: number,
    rows: number,
    positions: number,
  ): number;
}

/** Room for all that is asked for but a very large index; what is asked for is touched, not what is there. */
const MEMORY_BYTES = 4 << 20;

let loops: FreshLoops | null | undefined;

/** The loops, with room for so many bytes in their memory; undefined where Node has no WebAssembly, or no SIMD. */
export function freshLoops(bytes: number): FreshLoops | undefined {
  if (loops === null) return undefined;
  if (loops && loops.memory.buffer.byteLength >= bytes) return loops;
  try {
    loops = instantiate<FreshLoops>("fresh", Math.max(bytes, MEMORY_BYTES));
    return loops;
  } catch {
    loops = null;
    return undefined;
  }
}

/** What the loops write to in such a memory; the room lies behind it. */
const WORK_BYTES = 1 << 20;
const around = new WeakMap<ArrayBufferLike, FreshLoops>();

/**
 * Room in a memory of its own: what lies there need not be put there for the loops, which may write to the memory's first
 * megabyte. Undefined where there are no loops.
 */
export function freshRoom(bytes: number): Uint8Array<ArrayBuffer> | undefined {
  if (!freshLoops(0)) return undefined;
  const own = instantiate<FreshLoops>("fresh", WORK_BYTES + bytes);
  around.set(own.memory.buffer, own);
  return new Uint8Array(own.memory.buffer, WORK_BYTES, bytes);
}

/** The loops of the memory whose room these lie in. */
export function loopsAround(array: ArrayBufferView): FreshLoops | undefined {
  return around.get(array.buffer);
}
