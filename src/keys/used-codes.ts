import { coldStartLoops, loopsAround } from "../simd/cold-start.js";

/** For each code its place among those that are used (1 in `used`), ascending; -1 for the others. */
export function placesOfUsed(used: Uint8Array): Int32Array {
  const places = new Int32Array(used.length);
  for (let code = 0, next = 0; code < used.length; code++) places[code] = used[code] === 1 ? next++ : -1;
  return places;
}

/** Codes in [0, 65536) where a byte of each is marked, and those for which it is not worth it. */
const CODES = 1 << 16;
const FEW_CODES = 1 << 10;

/** Sets used[code] for all codes: a fresh process takes 1 ms for 890,000, 5 in a loop. */
export function markUsed(codes: Int16Array | Int32Array, used: Uint8Array): void {
  const fits = codes instanceof Int16Array && codes.length >= FEW_CODES && used.length <= CODES;
  const there = fits ? loopsAround(codes) : undefined;
  const loops = there ?? (fits ? coldStartLoops(CODES + codes.byteLength) : undefined);
  if (!loops) {
    for (let i = 0; i < codes.length; i++) used[codes[i]!] = 1;
    return;
  }
  const marks = new Uint8Array(loops.memory.buffer, 0, used.length);
  marks.set(used);
  const from = there ? codes.byteOffset : CODES;
  if (!there) new Int16Array(loops.memory.buffer, CODES, codes.length).set(codes as Int16Array);
  loops.mark(from, from + codes.byteLength, 0);
  used.set(marks);
}
