import type { LevelCodes } from "../formats/table.js";

/**
 * Comparisons of each row's code with that of the row before. A fresh process compares 14 million rows before V8 has
 * compiled a loop well: 16-bit codes, which large files have, are compared eight at a time by the few instructions
 * below (10 ms for both levels; the loops: 50).
 */

/** The rows whose code is another than that of the row before; the first row is none. */
export function changes(codes: LevelCodes): ArrayLike<number> {
  const compared = compareEight("changes", codes);
  if (compared) return compared;
  const rows: number[] = [];
  for (let row = 1; row < codes.length; row++) if (codes[row] !== codes[row - 1]) rows.push(row);
  return rows;
}

/** The rows whose code is not greater than that of the row before; the first row is none. */
export function descents(codes: LevelCodes): ArrayLike<number> {
  const compared = compareEight("descents", codes);
  if (compared) return compared;
  const rows: number[] = [];
  for (let row = 1; row < codes.length; row++) if (codes[row]! <= codes[row - 1]!) rows.push(row);
  return rows;
}

/** Codes that the memory of the module has room for, and those for which it is not worth compiling. */
const MOST_CODES = 1 << 18;
const FEW_CODES = 1 << 14;

/** Undefined where the loop is to be used: other codes, too few or too many of them, no such instructions. */
function compareEight(comparison: "changes" | "descents", codes: LevelCodes): Uint32Array | undefined {
  if (!(codes instanceof Int16Array) || codes.length < FEW_CODES || codes.length > MOST_CODES)
    return undefined;
  if (eight === undefined) eight = loadEight();
  if (!eight) return undefined;
  new Int16Array(eight.memory.buffer, 0, codes.length).set(codes);
  const begin = 2 * MOST_CODES;
  // The last codes, up to eight with no whole vector of successors, are compared here.
  const whole = (codes.length - 1) & ~7;
  const end = eight[comparison](0, 2 * whole, begin);
  const found = new Uint32Array(eight.memory.buffer, begin, codes.length);
  let count = (end - begin) / 4;
  for (let i = 0; i < count; i++) found[i]!++; // from the code before to the row
  for (let row = whole + 1; row < codes.length; row++) {
    const [code, before] = [codes[row]!, codes[row - 1]!];
    if (comparison === "changes" ? code !== before : code <= before) found[count++] = row;
  }
  return found.slice(0, count);
}

/**
 * Of the 16-bit codes at the bytes [from, to), a multiple of 16: writes the number of each that its successor differs
 * from, or is not greater than, as 32 bits from the byte `out` on; gives the end of what it wrote.
 */
type Compare = (from: number, to: number, out: number) => number;

interface Eight {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly changes: Compare;
  readonly descents: Compare;
}

/** What is used of WebAssembly, which the types of ES2023 lack. */
interface Assembly {
  readonly Module: new (bytes: Uint8Array) => unknown;
  readonly Instance: new (module: unknown) => { readonly exports: unknown };
}

let eight: Eight | null | undefined;

/** Null where the machine has no such instructions, or Node runs without WebAssembly. */
function loadEight(): Eight | null {
  try {
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: Assembly }).WebAssembly;
    return new Instance(new Module(moduleBytes())).exports as Eight;
  } catch {
    return null;
  }
}

const NOT_EQUAL = 0x2e;
const LESS_OR_EQUAL = 0x33;

/** (func (param $from i32) (param $to i32) (param $out i32) (result i32) (local $bits i32) …), opcode by opcode. */
function compareBody(comparison: number): number[] {
  return [
    ...[1, 1, 0x7f], // (local $bits i32)
    ...[0x03, 0x40], // loop: eight codes
    ...[0x20, 0, 0xfd, 0, 0, 2], // v128.load offset=2 ($from), the successors
    ...[0x20, 0, 0xfd, 0, 0, 0], // v128.load ($from)
    ...[0xfd, comparison, 0xfd, 0x84, 1, 0x22, 3], // $bits = i16x8.bitmask of the comparison
    ...[0x04, 0x40, 0x03, 0x40], // if any: loop: one bit
    ...[0x20, 2, 0x20, 0, 0x41, 1, 0x76, 0x20, 3, 0x68, 0x6a, 0x36, 0, 0], // i32.store ($out) ($from / 2 + ctz $bits)
    ...[0x20, 2, 0x41, 4, 0x6a, 0x21, 2], // $out = $out + 4
    ...[0x20, 3, 0x20, 3, 0x41, 1, 0x6b, 0x71, 0x22, 3, 0x0d, 0], // $bits = $bits & ($bits - 1), br_if
    ...[0x0b, 0x0b], // end, end
    ...[0x20, 0, 0x41, 16, 0x6a, 0x22, 0, 0x20, 1, 0x49, 0x0d, 0], // $from = $from + 16, br_if < $to
    ...[0x0b, 0x20, 2, 0x0b], // end; $out
  ];
}

function moduleBytes(): Uint8Array {
  const section = (id: number, bytes: readonly number[]) => [id, ...leb(bytes.length), ...bytes];
  const text = (name: string) => [name.length, ...Buffer.from(name)];
  const bodies = [NOT_EQUAL, LESS_OR_EQUAL].map(compareBody).flatMap((body) => [body.length, ...body]);
  const pages = ((2 + 4) * MOST_CODES) / 65_536; // the codes, and a number for each
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f]), // one type: (i32, i32, i32) -> i32
    ...section(3, [2, 0, 0]), // two functions of it
    ...section(5, [1, 0, pages]), // a memory
    ...section(7, [3, ...text("memory"), 2, 0, ...text("changes"), 0, 0, ...text("descents"), 0, 1]),
    ...section(10, [2, ...bodies]),
  ]);
}

/** A length below 2 ** 14. */
function leb(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, length >> 7];
}
