import { expect, it } from "vitest";
import { buildIndex } from "#src/keys/build/build-index.js";
import { PanelIndex } from "#src/keys/panel-index.js";

const keys = {
  rowCount: 2 ** 31,
  datetimes: BigInt64Array.of(0n),
  instruments: ["a"],
  readDatetimeCodes: () => {
    throw new Error("nothing is read");
  },
  readInstrumentCodes: () => new Int32Array(0),
};

it("more rows than Int32 can number are refused, in a file before they are read", () => {
  const said =
    "2147483648 rows are more than the 2147483647 a panel can have; take part of them, by start and end";
  expect(() => buildIndex(keys, "big.arrow")).toThrow(`big.arrow: ${said}`);
  const parts = {
    datetimes: keys.datetimes,
    instruments: keys.instruments,
    codes: { read: () => new Int32Array(0) },
  };
  expect(() => new PanelIndex({ ...parts, offsets: Uint32Array.of(0, 2 ** 31) })).toThrow(`a panel: ${said}`);
  expect(new PanelIndex({ ...parts, offsets: Uint32Array.of(0, 2 ** 31 - 1) }).rowCount).toBe(2 ** 31 - 1);
});
