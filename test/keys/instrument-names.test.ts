import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapInstruments } from "#src/align/instrument-map.js";
import { InstrumentNames } from "#src/keys/instrument-names.js";
import { propertyRuns } from "../property-runs.js";

const known = Array.from({ length: 60 }, (_, i) => `${String(600_000 + 7 * i).padStart(6, "0")}.SH`).sort();
/** Names in both spellings, some of which nobody has. */
const names = fc.array(
  fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom(...known.map((name) => `SH${name.slice(0, 6)}`)),
    fc.constantFrom("600001.SH", "none", ""),
  ),
  { maxLength: 40 },
);

describe("the codes of a universe", () => {
  it("are those of its names, ascending and once", () => {
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 4 }), (universes) => {
        const index = new InstrumentNames(known);
        for (const universe of universes) {
          const codes = universe.map((name) => index.codeOf(name));
          const found = index.codesOfAll(universe);
          expect([...found.codes]).toEqual(
            [...new Set(codes.filter((code) => code >= 0))].sort((a, b) => a - b),
          );
          expect(found.unknown).toEqual(universe.filter((_, i) => codes[i]! < 0));
        }
      }),
      propertyRuns(83, 200),
    );
  });

  it("are, for a code that two names spell, those of the first, as in joins", () => {
    const twice = ["000001.SZ", "SZ000001"];
    const index = new InstrumentNames(twice);
    expect(["000001.SZ", "SZ000001", "sz000001"].map((name) => index.codeOf(name))).toEqual([0, 1, 0]);
    expect([...mapInstruments(["sz000001"], twice)]).toEqual([0]);
  });
});
