import { expect, it } from "vitest";
import { openPanel } from "#src/index.js";

const FLAT = "data-fixtures/flat-hdf5";
const ROWS = [
  ["2020-01-02", "SH600000", 12.5],
  ["2020-01-02", "SZ000001", 11.5],
  ["2020-01-03", "SH600000", 10.5],
];

it.each([
  ["aware_column.h5", undefined, "Asia/Shanghai"],
  ["int_index.h5", { datetime: "trade_date", instrument: "ts_code" }, undefined],
])("keys that are columns of a flat frame, as pandas' to_hdf writes it: %s", async (file, keys, zone) => {
  const panel = await openPanel(`${FLAT}/${file}`);
  expect(panel.toJSON().map(({ datetime, instrument, close }) => [datetime, instrument, close])).toEqual(
    ROWS,
  );
  expect([panel.info.keys, panel.index.timezone]).toEqual([keys, zone]);
  expect(panel.columnNames).toEqual(["close", "volume"]);
  const named = await openPanel(`${FLAT}/${file}`, { columns: ["volume"], start: "2020-01-03" });
  expect(named.toJSON()).toMatchObject([{ volume: 1 }]);
});
