import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ByteFile } from "#src/files/byte-file.js";
import { loadedH5, loadH5 } from "#src/formats/pandas-hdf/library/h5-library.js";
import { openPandasHdf } from "#src/formats/pandas-hdf/open.js";
import { libraryAnswers, plainAnswers } from "./own-reader-answers.js";

const FOLDER = "data-fixtures";
const FILES = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".h5"))
  .sort();

/** Fixed format, neither compressed nor with cells that pandas pickles or that are refused anyway. */
const PLAIN = FILES.filter(
  (name) =>
    /^(hdf5\/(fixed_|bad_(duplicate|nat|other)_key)|edge\/.*\.fixed\.|snapshot\/|expressions)/.test(name) &&
    !/zlib|bzip2|blosc|f16|timedelta|tup3|sentinel/.test(name),
);

// First, while nothing has started libhdf5.
describe("plain files are opened and read without libhdf5", () => {
  const isStarted = () => {
    try {
      return loadedH5() !== undefined;
    } catch {
      return false;
    }
  };

  it("are most of the fixtures", () => {
    expect(PLAIN.length).toBe(56);
  });

  it.each(PLAIN)("%s", async (name) => {
    const key = name.includes("other_key") ? "prices" : "data";
    const { keys, columns } = await openPandasHdf(join(FOLDER, name), { key });
    expect(keys.readDatetimeCodes(0, keys.rowCount).length).toBe(keys.rowCount);
    expect(columns.size).toBeGreaterThan(0);
    for (const column of columns.values())
      expect(column.read(0, keys.rowCount).values.length).toBe(keys.rowCount);
    expect(isStarted()).toBe(false);
  });

  it.each(["pd15", "pd23"])("so are the other columns of a file with text columns, %s", async (tag) => {
    const path = join(FOLDER, `text/fixed_text.${tag}.h5`);
    const { columns } = await openPandasHdf(path, { columns: ["x"] });
    expect(columns.get("x")!.read(0, 2).values).toEqual(Float64Array.of(0, 1));
    expect(isStarted()).toBe(false);
  });

  it("others start it", async () => {
    await openPandasHdf(join(FOLDER, "hdf5/fixed_zlib.pd15.h5"));
    expect(isStarted()).toBe(true);
  });
});

describe("what the plain reader says is what libhdf5 says", () => {
  it.each(FILES)("%s", async (name) => {
    await loadH5();
    const file = ByteFile.of(join(FOLDER, name));
    const plain = plainAnswers(file);
    if (plain.size > 0) expect(libraryAnswers(file, plain)).toEqual(plain);
  });
});
