import { instantiate, type SimdMemory } from "./load.js";

/**
 * Loops over many elements for a fresh process, whose interpreter takes 20 to 50 times as long for a loop's first run:
 * assembly/cold-start/. What they work on is put into the memory they share, from its first byte on, call by call.
 */
interface ColdStartLoops {
  readonly memory: SimdMemory;
  copyRows(numbers: number, end: number, base: number, words: number, rows: number, out: number): void;
  digest(from: number, to: number, out: number): void;
  pick32(rows: number, end: number, base: number, cells: number, out: number): void;
  pick64(rows: number, end: number, base: number, cells: number, out: number): void;
  greatest(from: number, to: number): number;
  mark(from: number, to: number, marks: number): void;
  changes(from: number, to: number, out: number): number;
  sortedRows(
    wide: boolean,
    times: number,
    codes: number,
    rows: number,
    before: number,
    after: number,
    codeCount: number,
    counts: number,
    marks: number,
    every: number,
  ): number;
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

/** At least so much is there for what the loops read and write; a very large index asks for more. Untouched it costs nothing. */
const WORK_BYTES = 4 << 20;
/** After it lie rooms that files are read into, so that the loops find the bytes in their own memory, without a copy. */
export const SPACE_BYTES = 1 << 20;
const ROOMS = 2;

let loops: ColdStartLoops | null | undefined;

/** The loops, with room for so many bytes in their memory; undefined where Node has no WebAssembly, or no SIMD. */
export function coldStartLoops(bytes: number): ColdStartLoops | undefined {
  if (loops === null) return undefined;
  const wanted = Math.max(bytes, WORK_BYTES) + ROOMS * SPACE_BYTES;
  if (loops && loops.memory.buffer.byteLength >= wanted) return loops;
  try {
    loops = instantiate<ColdStartLoops>("cold-start", wanted);
    return loops;
  } catch {
    loops = null;
    return undefined;
  }
}

/** One of two rooms of `SPACE_BYTES`, lent until somebody asks for it again. What the loops write lies apart from them. */
export function coldStartSpace(number: 0 | 1): Uint8Array<ArrayBuffer> | undefined {
  const buffer = coldStartLoops(0)?.memory.buffer;
  return buffer && new Uint8Array(buffer, buffer.byteLength - (number + 1) * SPACE_BYTES, SPACE_BYTES);
}

/** The loops, where these lie in one of their rooms. */
export function loopsAround(array: ArrayBufferView): ColdStartLoops | undefined {
  return loops?.memory.buffer === array.buffer ? loops : undefined;
}
