import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InstrumentOrder } from "../../src/panel/instrument-order.js";
import { PanelIndex } from "../../src/panel/panel-index.js";

/** Sessions of some instruments out of `instruments`, more than are placed in one pass. */
const market = fc.integer({ min: 1, max: 1200 }).chain((instruments) =>
  fc.record({
    instruments: fc.constant(instruments),
    sessions: fc.array(fc.uniqueArray(fc.nat(instruments - 1), { minLength: 1 }), { maxLength: 40 }),
  }),
);

describe("the second order of an index", () => {
  it("holds the rows of each instrument, ascending", () => {
    fc.assert(
      fc.property(market, ({ instruments, sessions }) => {
        const codes = sessions.flatMap((session) => session.sort((a, b) => a - b));
        const offsets = [0];
        for (const session of sessions) offsets.push(offsets.at(-1)! + session.length);
        const order = new InstrumentOrder(
          new PanelIndex({
            datetimes: BigInt64Array.from(sessions.keys(), BigInt),
            instruments: Array.from(
              { length: instruments },
              (_, code) => `S${String(code).padStart(3, "0")}`,
            ),
            offsets: Uint32Array.from(offsets),
            codes: Int32Array.from(codes),
          }),
        );
        for (let code = 0; code < instruments; code++) {
          const rows = [...codes.keys()].filter((row) => codes[row] === code);
          expect([...order.rowsOf(code)]).toEqual(rows);
        }
      }),
      { seed: 311 },
    );
  });
});
