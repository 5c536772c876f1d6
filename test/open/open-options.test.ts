import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { convertFile, type OpenOptions, openPanel } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const SNAPSHOT = "data-fixtures/snapshot";
const folder = scratchFolder();

describe("an option of another format", () => {
  it.each<[file: string, options: OpenOptions, message: string]>([
    [
      "daily_pv.h5",
      { instruments: "csi300" },
      'the option "instruments" is for a qlib folder, and this is a pandas HDF5 file; choose instruments with panel.window({ universe })',
    ],
    [
      "daily_pv.h5",
      { freq: "day" },
      'the option "freq" is for a qlib folder, and this is a pandas HDF5 file; leave it out, the bars are those of the file',
    ],
    [
      "static_factors.parquet",
      { keepEmptyRows: false },
      'the option "keepEmptyRows" is for a qlib folder, and this is a Parquet file; leave it out, the rows are those of the file',
    ],
    [
      "static_factors.parquet",
      { key: "data" },
      'the option "key" is for a pandas HDF5 file, and this is a Parquet file; leave it out, there is one table',
    ],
    [
      "qlib_bin",
      { key: "data" },
      'the option "key" is for a pandas HDF5 file, and this is a qlib folder; leave it out, there is one table',
    ],
  ])("is refused: %s %j", async (file, options, message) => {
    const path = join(SNAPSHOT, file);
    await expect(openPanel(path, options)).rejects.toMatchObject({
      code: "bad-request",
      message: `${path}: ${message}`,
      details: { path, field: Object.keys(options)[0] },
    });
  });

  it("is refused where the cache has the file, and in a conversion", async () => {
    const path = join(SNAPSHOT, "result_mom.h5");
    await openPanel(path, { cache: folder });
    const refused = { code: "bad-request", details: { field: "instruments" } };
    await expect(openPanel(path, { cache: folder, instruments: "csi8" })).rejects.toMatchObject(refused);
    await expect(convertFile(path, join(folder, "out.arrow"), { instruments: "csi8" })).rejects.toMatchObject(
      refused,
    );
  });

  it("that is undefined is none, and the file's own are taken", async () => {
    const none = { key: undefined, freq: undefined, instruments: undefined, keepEmptyRows: undefined };
    expect((await openPanel(join(SNAPSHOT, "daily_pv.h5"), { ...none, key: "data" })).rowCount).toBe(9956);
    const csi = await openPanel(join(SNAPSHOT, "qlib_bin"), { ...none, freq: "day", instruments: "csi8" });
    expect(csi.index.usedInstruments()).toHaveLength(8);
  });
});
