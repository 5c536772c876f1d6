import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookUpRows } from "#src/keys/find/row-vectors.js";
import { propertyRuns } from "../property-runs.js";

const INSTRUMENTS = 90;
const STRIDE = Math.ceil(INSTRUMENTS / 8);

/** A table as RowFinder builds it: of each eight instruments the bits of those present, above them the rows before. */
function tableOf(present: readonly (readonly boolean[])[]): Uint32Array {
  const table = new Uint32Array(present.length * STRIDE);
  for (const [s, has] of present.entries()) {
    for (let code = 0, rows = 0; code < INSTRUMENTS; code++) {
      if (code % 8 === 0) table[s * STRIDE + code / 8] = rows << 8;
      if (!has[code]) continue;
      table[s * STRIDE + (code >>> 3)]! |= 1 << (code & 7);
      rows++;
    }
  }
  return table;
}

describe("rows looked up with vectors", () => {
  it("are those that a plain search finds, session by session", () => {
    const session = fc
      .tuple(fc.constantFrom(0, 0.5, 0.97, 1), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })))
      .map(([share, stream]) => Array.from(stream.take(INSTRUMENTS), (x) => x <= share));
    const wanted = fc.uniqueArray(fc.nat(INSTRUMENTS - 1), {
      minLength: 1,
      maxLength: INSTRUMENTS,
      size: "max",
    });
    fc.assert(
      fc.property(
        fc.array(session, { minLength: 1, maxLength: 9 }),
        wanted,
        fc.nat(5),
        fc.nat(0xf0_00_00_00),
        (present, some, cut, base) => {
          const first = cut % present.length;
          const codes = Int32Array.from(some).sort();
          const starts = [base];
          for (const has of present) starts.push(starts.at(-1)! + has.filter(Boolean).length);
          const [at, room] = [3, codes.length * present.length];
          const rows = new Uint32Array(at + room + 1);
          const out = {
            rows,
            positions: new Uint16Array(rows.length),
            seen: new Uint8Array(codes.length),
          };
          const ends = new Uint32Array(present.length - first);
          const part = {
            table: tableOf(present),
            stride: STRIDE,
            first,
            last: present.length,
            startOf: (s: number) => starts[s]!,
          };
          expect(lookUpRows(part, codes, out, at, ends)).toBe(true);
          const expected: { row: number; position: number }[] = [];
          const endsExpected: number[] = [];
          for (let s = first; s < present.length; s++) {
            for (const [position, code] of codes.entries()) {
              if (!present[s]![code]) continue;
              const row = starts[s]! + present[s]!.slice(0, code).filter(Boolean).length;
              expected.push({ row, position });
            }
            endsExpected.push(at + expected.length);
          }
          const end = at + expected.length;
          expect([...ends]).toEqual(endsExpected);
          expect([...rows.subarray(at, end)]).toEqual(expected.map(({ row }) => row));
          expect([...out.positions.subarray(at, end)]).toEqual(expected.map(({ position }) => position));
          expect([...rows.subarray(end), ...rows.subarray(0, at)].every((row) => row === 0)).toBe(true);
          const seen = new Set(expected.map(({ position }) => position));
          expect([...out.seen]).toEqual(Array.from(codes, (_, i) => (seen.has(i) ? 1 : 0)));
        },
      ),
      propertyRuns(62, 200),
    );
  });

  it("are not looked up so where few are wanted, or too much would be laid out at a time", () => {
    const out = { rows: new Uint32Array(1), positions: new Uint16Array(1), seen: new Uint8Array(1) };
    const part = { table: new Uint32Array(0), first: 0, startOf: () => 0 };
    const ask = (stride: number, last: number) =>
      lookUpRows({ ...part, stride, last }, new Int32Array(1), out, 0, new Uint32Array(1));
    expect(ask(65, 1)).toBe(false);
    expect(ask(64, 1 << 14)).toBe(false);
  });
});
