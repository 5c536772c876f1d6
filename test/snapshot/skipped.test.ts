import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openSnapshot } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const DIR = "data-fixtures/snapshot";
const folder = scratchFolder();

it("a field whose panel is a file that is not read is told so, with the reason", async () => {
  copyFileSync(`${DIR}/daily_pv.h5`, join(folder, "daily_pv.h5"));
  writeFileSync(join(folder, "valuation.h5"), "not HDF5 at all");
  const snapshot = await openSnapshot(folder);
  await expect(snapshot.getHistoryWindow(null, { fields: ["valuation.pe"] })).rejects.toThrow(
    'unknown field "valuation.pe" in daily_pv; snapshot.fields() lists what there is; valuation.h5 is not read: not an HDF5 file; its first bytes are "not HDF5 at all"; give a pandas HDF5, Parquet, Arrow or .csv file',
  );
  await expect(snapshot.getHistoryWindow(null, { fields: ["none.pe"] })).rejects.toThrow(
    /snapshot\.fields\(\) lists what there is$/,
  );
});

it("a qlib provider is not taken for an empty snapshot", async () => {
  await expect(openSnapshot(`${DIR}/qlib_bin`)).rejects.toMatchObject({
    code: "bad-request",
    message: `${DIR}/qlib_bin: a qlib provider, which is one panel and no snapshot of several; open it with openPanel (window), or the folder that it is in`,
  });
});

it("a field dictionary whose quotes do not end is listed, with its line", async () => {
  const path = join(folder, "static_schema.csv");
  writeFileSync(path, 'name,meaning\nclose,"收盘价\n');
  expect((await openSnapshot(folder)).skipped).toContainEqual({
    file: path,
    reason: expect.stringContaining("line 2 begins a quoted cell that does not end"),
  });
});

it("a folder with the result of a factor is a panel of the folder's name, of daily bars", async () => {
  const dir = scratchFolder();
  for (const name of ["monthly_reversal", "broken", "empty"]) mkdirSync(join(dir, name));
  copyFileSync(`${DIR}/daily_pv.h5`, join(dir, "daily_pv.h5"));
  copyFileSync(`${DIR}/result_mom.h5`, join(dir, "monthly_reversal", "result.h5"));
  writeFileSync(join(dir, "broken", "result.h5"), "not HDF5 at all");
  const snapshot = await openSnapshot(dir);
  expect(snapshot.panels().map(({ name, freq }) => [name, freq])).toEqual([
    ["daily_pv", "1d"],
    ["monthly_reversal", "1d"],
  ]);
  expect(snapshot.skipped.map(({ file }) => file)).toEqual([join("broken", "result.h5"), "empty"]);
  const window = await snapshot.getHistoryWindow(null, { bars: 1, fields: ["monthly_reversal.mom_10d"] });
  const whole = await snapshot.panel("monthly_reversal");
  expect(window.rowCount - window.column("monthly_reversal.mom_10d").countMissing()).toBeGreaterThan(0);
  expect(whole.label).toBe(join(dir, "monthly_reversal", "result.h5"));
});
