import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTogether } from "#src/columns/read-together.js";
import { READ_CHANNEL, type ReadEvent } from "#src/files/byte-file.js";
import { openPanel } from "#src/index.js";

const FIXTURES = join(import.meta.dirname, "..", "..", "data-fixtures", "hdf5");

function bytesRead(run: () => void): number {
  let bytes = 0;
  const add = (event: unknown) => {
    bytes += (event as ReadEvent).bytes;
  };
  subscribe(READ_CHANNEL, add);
  try {
    run();
  } finally {
    unsubscribe(READ_CHANNEL, add);
  }
  return bytes;
}

describe("columns read slab by slab", () => {
  for (const name of [
    "fixed_f32.pd15",
    "fixed_blosc.pd15",
    "fixed_mixed_blocks.pd15",
    "fixed_unsorted.pd15",
  ]) {
    it(`are those of the file, each block read once: ${name}`, async () => {
      const path = join(FIXTURES, `${name}.h5`);
      const [panel, whole] = [await openPanel(path), await openPanel(path)];
      const names = panel.columnNames;
      const columns = readTogether(new Map(names.map((column) => [column, panel.column(column)])));
      const read: Record<string, unknown[]> = Object.fromEntries(names.map((column) => [column, []]));
      const slab = 97;
      const bytes = bytesRead(() => {
        for (let first = 0; first < panel.rowCount; first += slab) {
          const last = Math.min(first + slab, panel.rowCount);
          for (const column of names) {
            const { values, mask } = columns.get(column)!.read(first, last);
            for (let i = 0; i < last - first; i++)
              read[column]!.push(mask?.[i] === 0 ? "missing" : values[i]);
          }
        }
      });
      const plainly = bytesRead(() => whole.load());
      if (name === "fixed_f32.pd15") expect(bytes).toBe(panel.rowCount * 4 * names.length);
      expect(bytes).toBeLessThanOrEqual(name === "fixed_blosc.pd15" ? 3 * plainly : plainly);
      for (const column of names) {
        const { values, mask } = whole.column(column);
        const expected = Array.from(values as ArrayLike<unknown>, (v, i) =>
          mask?.[i] === 0 ? "missing" : v,
        );
        expect(read[column]).toEqual(expected);
      }
    });
  }
});
