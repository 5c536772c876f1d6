import { describe, expect, it, vi } from "vitest";
import { requireFilters } from "#src/formats/pandas-hdf/library/filters.js";

vi.mock("#src/formats/pandas-hdf/library/h5-library.js", async (original) => ({
  ...(await original<object>()),
  pluginFolder: () => "/nowhere/h5-filters",
}));

const filter = (id: number) => ({ id, name: "", cd_values: [] });
const dataset = (...ids: number[]) => ({ path: "/data/block0_values", shape: [3], filters: ids.map(filter) });

describe("a bundle without the filters", () => {
  it("is named, and not taken for damage of the file", () => {
    expect(() => requireFilters("a.h5", dataset(2, 32015))).toThrow(
      'a.h5: /data/block0_values is compressed with the filter "zstd", and there is no /nowhere/h5-filters with the filters; copy dist/h5-filters of this package there',
    );
  });

  it("reads what libhdf5 itself decompresses", () => {
    expect(() => requireFilters("a.h5", dataset(1, 2))).not.toThrow();
  });
});
