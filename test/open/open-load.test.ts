import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataServiceError, type OpenOptions, openPanel, type Panel } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const FIXTURES = join(import.meta.dirname, "..", "..", "data-fixtures");
const folder = scratchFolder();

/** Opens a copy of a file with `load`, then removes it, so that nothing can be read from it any more. */
async function openAndRemove(file: string, options: OpenOptions): Promise<Panel> {
  const copy = join(folder, file.replaceAll("/", "-"));
  copyFileSync(join(FIXTURES, file), copy);
  const panel = await openPanel(copy, { ...options, load: true });
  rmSync(copy);
  return panel;
}

describe("openPanel with load", () => {
  const files = [
    "hdf5/fixed_f32.pd15.h5",
    "hdf5/fixed_mixed_blocks.pd15.h5",
    "hdf5/fixed_unsorted.pd15.h5",
    "hdf5/fixed_blosc.pd15.h5",
    "hdf5/table_f32.pd15.h5",
    "snapshot/combined_factors_df.parquet",
    "formats/lz4.feather",
  ];
  for (const file of files) {
    it(`reads all that openPanel gives, and nothing afterwards: ${file}`, async () => {
      const { datetimes } = (await openPanel(join(FIXTURES, file), { cache: false })).index;
      for (const range of [{}, { start: datetimes[1], end: datetimes.at(-2) }]) {
        const options = { ...range, cache: false };
        const lazy = await openPanel(join(FIXTURES, file), options);
        const loaded = await openAndRemove(file, options);
        expect(lazy.rowCount).toBeGreaterThan(0);
        expect(loaded.columnNames.map((name) => loaded.column(name).loaded)).not.toContain(false);
        expect(loaded.toRows()).toEqual(lazy.toRows());
      }
    });
  }

  it("reads the columns asked for, under the names asked by", async () => {
    const panel = await openAndRemove("hdf5/fixed_f32.pd15.h5", {
      columns: ["volume", "close"],
      cache: false,
    });
    expect(panel.columnNames).toEqual(["volume", "close"]);
    expect(panel.column("close").loaded).toBe(true);
  });

  it("reads a copy in the cache", async () => {
    const file = join(FIXTURES, "hdf5/fixed_f32.pd15.h5");
    const cache = join(folder, "cache");
    await openPanel(file, { cache });
    const panel = await openPanel(file, { cache, load: true });
    expect(panel.columnNames.map((name) => panel.column(name).loaded)).not.toContain(false);
    expect(panel.toRows()).toEqual((await openPanel(file, { cache: false })).toRows());
  });

  it("refuses bad keys as without it", async () => {
    for (const name of ["bad_duplicate_keys", "bad_nat_key", "bad_truncated"]) {
      const file = join(FIXTURES, `hdf5/${name}.pd15.h5`);
      const refused: unknown = await openPanel(file, { cache: false }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(DataServiceError);
      await expect(openPanel(file, { cache: false, load: true })).rejects.toEqual(refused);
    }
  });

  it("reports progress, up to all rows", async () => {
    const progress: number[] = [];
    const panel = await openPanel(join(FIXTURES, "hdf5/fixed_f32.pd15.h5"), {
      cache: false,
      load: true,
      onProgress: ({ rows, totalRows }) => progress.push(rows / totalRows),
    });
    expect(panel.rowCount).toBeGreaterThan(0);
    expect(progress.at(-1)).toBe(1);
  });
});
