import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadH5 } from "#src/formats/pandas-hdf/library/h5-library.js";
import { openPanel } from "#src/open/open-panel.js";
import { scratchFolder } from "../scratch-folder.js";

const FOLDER = "data-fixtures/fuzz";
const scratch = scratchFolder();

describe("what the fuzzer found", () => {
  const again = "the file is damaged: copy or write it again";
  const index = `/data/block0_values has a damaged index of chunks; ${again}`;
  test.each([
    ["missing_chunks.h5", `/data/block0_values lacks 3 of its 10 chunks; ${again}`],
    ["chunk_key_changed.h5", index],
    ["chunk_keys_out_of_order.h5", index],
    ["chunk_inside_a_cell.h5", index],
    ["short_extent.h5", `/data/axis1_level1 has 15816 bytes stored where its shape needs 192; ${again}`],
    [
      "chunk_not_decompressed.h5",
      `/data/block0_values has a chunk of 153 bytes that should hold 192; ${again}`,
    ],
    ["bzip2_without_end.h5", `rows 0 to 120 of /data/axis1_level0 cannot be decoded; ${again}`],
    [
      "chunk_of_fewer_cells.parquet",
      'not a whole Parquet file: column "$close" of row group 2 has 4 cells, and the row group 8 rows; write the file again',
    ],
    [
      "row_group_of_fewer_rows.parquet",
      'not a whole Parquet file: column "$close" of row group 2 has 8 cells, and the row group 4 rows; write the file again',
    ],
    [
      "row_group_without_rows.parquet",
      "not a whole Parquet file: a row group does not say how many rows it has; write the file again",
    ],
    [
      "row_group_twice.parquet",
      "not a whole Parquet file: its row groups have 48 rows, and the file 40; write the file again",
    ],
    [
      "file_of_one_row.parquet",
      "not a whole Parquet file: its row groups have 40 rows, and the file 1; write the file again",
    ],
  ])("%s", async (name, problem) => {
    const path = `${FOLDER}/${name}`;
    await expect(openPanel(path)).rejects.toMatchObject({
      name: "DataServiceError",
      code: "corrupt",
      message: `${path}: ${problem}`,
    });
  });

  test("a heap of 1 GiB, which a header of 32 bytes claims, is not made", async () => {
    const path = `${FOLDER}/heap_of_1_gib.h5`;
    const before = (await loadH5()).HEAPU8.byteLength;
    await expect(openPanel(path)).rejects.toMatchObject({
      name: "DataServiceError",
      code: "corrupt",
      message: `${path}: "data" has no axis1_label0: it is damaged, or writing it did not finish, as where to_hdf meets a type that it cannot store; write it again, without such a column or as Parquet`,
    });
    expect((await loadH5()).HEAPU8.byteLength).toBeLessThan(before + (64 << 20));
  });

  test.each([
    ["page_that_ends_early.parquet", "flag", "a page of 8 bits has 0 bytes"],
    ["page_of_2_gib.parquet", "when", "it has a page whose header makes no sense"],
    ["text_beyond_its_page.parquet", "note", "a text of it ends beyond its page"],
  ])("%s: the column is refused, and the others are read", async (name, field, problem) => {
    const path = `${FOLDER}/${name}`;
    const panel = await openPanel(path);
    const message = `${path}: column "${field}": ${problem}; write the file again`;
    expect(() => panel.column(field).values).toThrow(message);
    const sound = await openPanel("data-fixtures/formats/row_groups.parquet");
    for (const other of panel.columnNames) {
      if (other === field) continue;
      expect(panel.column(other).values, other).toEqual(sound.column(other).values);
    }
  });

  test("an unsorted file gives the same cells gathered as loaded", async () => {
    const path = `${FOLDER}/unsorted.arrow`;
    const loaded = (await openPanel(path)).load();
    const [first, last] = [loaded.index.instruments[0]!, loaded.index.instruments.at(-1)!];
    const some = (await openPanel(path)).window({ universe: [first, last] });
    expect(some.rowCount).toBe(7);
    for (const name of some.columnNames) {
      const expected = loaded.window({ universe: [first, last] }).column(name);
      expect(some.column(name).values, name).toEqual(expected.values);
      expect(some.column(name).mask, name).toEqual(expected.mask);
    }
  });

  test("missing cells of a Parquet column are zeros under their mask", async () => {
    const panel = await openPanel("data-fixtures/formats/row_groups.parquet");
    for (const name of ["maybe", "perhaps"]) {
      const { values, mask } = panel.column(name);
      const missing = [...mask!.keys()].filter((row) => mask![row] === 0);
      expect(missing.length).toBeGreaterThan(0);
      expect(missing.map((row) => values[row])).toEqual(missing.map(() => 0));
    }
  });

  test("an instrument that no folder can be named after", async () => {
    const provider = join(scratch, "qlib");
    cpSync("data-fixtures/snapshot/qlib_bin", provider, { recursive: true });
    const list = join(provider, "instruments", "all.txt");
    writeFileSync(list, `${"X".repeat(5000)}\t2019-01-02\t2020-03-17\n`);
    await expect(openPanel(provider)).rejects.toMatchObject({
      name: "DataServiceError",
      code: "corrupt",
      message: `${list}: line 1 does not begin with an instrument code`,
    });
  });
});
