import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gatherMask, gatherValues } from "#src/columns/gather.js";

const TYPES = [
  Float32Array,
  Float64Array,
  Int8Array,
  Int32Array,
  Uint16Array,
  BigInt64Array,
  BigUint64Array,
] as const;

describe("gatherValues", () => {
  for (const Type of TYPES) {
    it(`gives values[rows[i]], whatever their number: ${Type.name}`, () => {
      const bytes = fc.uint8Array({ minLength: 8, maxLength: 400 });
      fc.assert(
        fc.property(bytes, fc.array(fc.nat(), { maxLength: 40 }), (some, places) => {
          const width = Type.BYTES_PER_ELEMENT;
          const values = new Type(some.slice(0, some.length - (some.length % width)).buffer);
          const rows = Uint32Array.from(places, (place) => place % values.length);
          const got = gatherValues(values, rows);
          expect(got).toBeInstanceOf(Type);
          expect([...(got as Float64Array)]).toEqual(Array.from(rows, (row) => values[row]));
        }),
        { seed: 500 },
      );
    });
  }

  it("gives texts and masks too", () => {
    const rows = Uint32Array.of(2, 0, 2);
    expect(gatherValues(["a", null, "c"], rows)).toEqual(["c", "a", "c"]);
    expect(gatherMask(Uint8Array.of(1, 0, 0), rows)).toEqual(Uint8Array.of(0, 1, 0));
  });
});
