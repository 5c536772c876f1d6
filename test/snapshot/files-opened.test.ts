import fs, { copyFileSync, mkdirSync, utimesSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import { scratchFolder } from "../scratch-folder.js";

const DATA = "data-fixtures/snapshot";
const FACTORS = 300;
/** Of result_vol.h5. */
const FIELD = "vol_20d";

const dir = scratchFolder();
copyFileSync(join(DATA, "daily_pv.h5"), join(dir, "daily_pv.h5"));
for (let i = 0; i < FACTORS; i++) {
  mkdirSync(join(dir, `factor_${i}`));
  copyFileSync(
    join(DATA, i % 2 === 0 ? "result_mom.h5" : "result_vol.h5"),
    join(dir, `factor_${i}`, "result.h5"),
  );
}

const { openSync } = fs;

afterEach(() => {
  fs.openSync = openSync;
  syncBuiltinESMExports();
});

/** The files of the folder that are opened from now on. */
function countOpened(): Set<string> {
  const opened = new Set<string>();
  fs.openSync = (path, ...rest) => {
    if (String(path).startsWith(dir)) opened.add(String(path));
    return openSync(path, ...rest);
  };
  syncBuiltinESMExports();
  return opened;
}

describe(`in a folder of ${FACTORS} factors`, () => {
  it("a field named with its panel opens that panel and the base", async () => {
    const snapshot = await openSnapshot(dir);
    const opened = countOpened();
    const window = await snapshot.getHistoryWindow(null, { bars: 5, fields: [`factor_7.${FIELD}`] });
    expect(window.column(`factor_7.${FIELD}`).values.length).toBe(window.rowCount);
    expect([...opened].sort()).toEqual([join(dir, "daily_pv.h5"), join(dir, "factor_7", "result.h5")]);
  });

  it("so does one in an expression", async () => {
    const snapshot = await openSnapshot(dir);
    const opened = countOpened();
    const fields = { x: `Mean($factor_7.${FIELD}, 3) / $close`, y: "Mean($close, 3)", close: "close" };
    await snapshot.getHistoryWindow(null, { bars: 5, fields });
    expect([...opened].sort()).toEqual([join(dir, "daily_pv.h5"), join(dir, "factor_7", "result.h5")]);
  });

  it("a bare name asks all for their columns once, until a file changes", async () => {
    const snapshot = await openSnapshot(dir);
    const ask = () => snapshot.getHistoryWindow(null, { bars: 5, fields: ["no_such_field"] });
    const first = countOpened();
    await expect(ask()).rejects.toMatchObject({ code: "unknown-field" });
    expect(first.size).toBe(FACTORS + 1);
    const second = countOpened();
    await expect(ask()).rejects.toMatchObject({ code: "unknown-field" });
    expect([...second]).toEqual([]);
    utimesSync(join(dir, "factor_3", "result.h5"), new Date(), new Date());
    const third = countOpened();
    await expect(ask()).rejects.toMatchObject({ code: "unknown-field" });
    expect([...third]).toEqual([join(dir, "factor_3", "result.h5")]);
  });
});
