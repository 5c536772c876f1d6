import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Column } from "#src/columns/column.js";
import { openPanel } from "#src/open/open-panel.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";
import { isoNs, NAT_NS, NS_PER_DAY } from "#src/time.js";
import { scratchFolder } from "../scratch-folder.js";

const EDGE = "data-fixtures/edge";
const folder = scratchFolder();

describe("NaT in a column is a missing cell", () => {
  const cells = [1577871000123456789n, null, -8520336000000000000n];
  const all = Array.from({ length: 12 }, (_, row) => cells[row % 3]);

  test.each(["fixed", "table"])("of %s HDF5, which every format we write keeps", async (layout) => {
    const panel = await openPanel(`${EDGE}/nat.${layout}.h5`);
    const when = panel.column("when");
    expect(when.at(1)).toBeNull(); // read alone, before the column is loaded
    expect(when.gather(Uint32Array.of(1, 3)).mask).toEqual(Uint8Array.of(0, 1));
    expect(when.countMissing()).toBe(4);
    expect(Array.from(all, (_, row) => when.at(row))).toEqual(all);
    for (const extension of ["h5", "parquet", "arrow", "csv"]) {
      const path = join(folder, `${layout}.${extension}`);
      await panel.write(path);
      const back = (await openPanel(path)).column("when");
      expect([extension, back.type, back.countMissing()]).toEqual([extension, "datetime", 4]);
      expect(Array.from(all, (_, row) => back.at(row))).toEqual(all);
    }
  });

  test("as the number that it is in memory as well, once it was written", async () => {
    const panel = panelFromColumns({
      datetime: ["2020-01-02", "2020-01-03"],
      instrument: ["a", "a"],
      columns: { when: Column.of("datetime", BigInt64Array.of(NAT_NS, 5n)) },
    });
    for (const extension of ["h5", "arrow"]) {
      const path = join(folder, `unmasked.${extension}`);
      await panel.write(path);
      const { mask } = (await openPanel(path)).column("when");
      expect(mask).toEqual(Uint8Array.of(0, 1));
    }
  });
});

test.each(["fixed.h5", "table.h5", "parquet", "feather"])(
  "a datetime column is shown by the clocks of its own zone: %s",
  async (ending) => {
    const panel = await openPanel(`${EDGE}/tzcol.${ending}`);
    expect(panel.index.timezone).toBeUndefined();
    const days = Array.from({ length: 12 }, (_, day) => isoNs((18262n + BigInt(day)) * NS_PER_DAY));
    expect(days[0]).toBe("2020-01-01T00:00:00");
    const { values } = panel.column("tzcol");
    expect(Array.from(values as BigInt64Array, isoNs)).toEqual(days);
  },
);
