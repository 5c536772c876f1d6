import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { READ_CHANNEL, type ReadEvent } from "#src/files/byte-file.js";
import { clearCache, openPanel } from "#src/index.js";
import { readSchema } from "#src/open/read-schema.js";
import { scratchFolder } from "../scratch-folder.js";

/** Files of every format, most of which open. */
const FILES = ["hdf5", "snapshot", "formats"]
  .map((folder) => join("data-fixtures", folder))
  .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
  .filter((path) => /\.(h5|parquet|arrow|feather|csv)$/.test(path) || path.endsWith("qlib_bin"))
  .filter((path) => !/bad_|_schema\.|pd15|codec|timestamp|dictionary_/.test(path))
  .filter((_, i) => i % 3 === 0);

async function outcome<T>(of: () => Promise<T>): Promise<T | undefined> {
  return of().catch(() => undefined);
}

describe("the columns of a file", () => {
  it("are those of the panel it opens as", async () => {
    let compared = 0;
    for (const path of FILES) {
      const panel = await outcome(() => openPanel(path, { cache: false }));
      if (!panel) continue;
      const schema = await readSchema(path, false);
      const types = panel.columnNames.map((name) => [name, panel.column(name).type]);
      expect([...schema.types], path).toEqual(types);
      expect(schema.groups, path).toEqual(panel.info.groups);
      expect(schema.label).toBe(path);
      compared++;
    }
    expect(compared).toBeGreaterThan(15);
  });

  it.each(["snapshot/daily_pv.h5", "hdf5/table_blosc.pd23.h5"])(
    "of %s are read without its cells",
    async (file) => {
      const path = join("data-fixtures", file);
      let bytes = 0;
      const count = (event: unknown) => {
        bytes += (event as ReadEvent).bytes;
      };
      subscribe(READ_CHANNEL, count);
      await readSchema(path, false).finally(() => unsubscribe(READ_CHANNEL, count));
      expect(bytes).toBeLessThan(statSync(path).size / 3);
    },
  );

  it("come from the cache where it has the file", async () => {
    const cache = scratchFolder();
    const path = "data-fixtures/snapshot/static_factors.parquet";
    const panel = await openPanel(path, { cache });
    const { types } = await readSchema(path, cache);
    expect([...types.keys()]).toEqual(panel.columnNames);
    clearCache(cache);
  });
});
