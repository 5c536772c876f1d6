import { describe, expect, it } from "vitest";
import { pickledTexts } from "../../src/formats/pandas-hdf/pickled-array.js";
import { openPanel } from "../../src/index.js";
import { mulberry32 } from "../panel/random-panel.js";

const FOLDER = "data-fixtures/text";
const NAMES = ["银行", "b", null, null, "", "é"];

describe.each(["pd15", "pd23"])("text columns of the fixed format, %s", (tag) => {
  it("are read from their pickle, None and NaN as missing", async () => {
    const panel = await openPanel(`${FOLDER}/fixed_text.${tag}.h5`);
    expect(panel.columnNames).toEqual(["x", "name", "industry"]);
    expect(panel.column("name").type).toBe("string");
    expect(panel.column("name").values).toEqual(NAMES);
    expect(panel.column("name").countMissing()).toBe(2);
    expect(panel.column("industry").values).toEqual(["bank", "steel", "bank", "steel", "bank", "steel"]);
    const one = await openPanel(`${FOLDER}/fixed_text.${tag}.h5`, {
      columns: ["industry"],
      start: "2020-01-03",
    });
    expect(one.column("industry").values).toEqual(["bank", "steel"]);
  });
});

describe("pickled blocks", () => {
  it("are read of a series", async () => {
    const panel = await openPanel(`${FOLDER}/fixed_text_series.pd15.h5`);
    expect(panel.columnNames).toEqual(["name"]);
    expect(panel.column("name").values).toEqual(NAMES);
  });

  it("are refused where the objects are not all text; the other columns are read", async () => {
    const path = `${FOLDER}/fixed_objects.pd15.h5`;
    await expect(openPanel(path)).rejects.toMatchObject({
      code: "unsupported",
      message: `${path}: column "name" holds pickled Python objects that are not all text, which cannot be read; ask for other columns, or write the table with format="table" or as Parquet`,
    });
    const { columnNames } = await openPanel(path, { columns: ["x"] });
    expect(columnNames).toEqual(["x"]);
  });
});

describe("pickledTexts", () => {
  /** An array of the texts a, a (by memo) and None, as Python's pickle protocol 4 writes it. */
  const parts = [
    "\x80\x04\x8c\x15numpy.core.multiarray\x94\x8c\x0c_reconstruct\x94\x93\x94\x8c\x05numpy\x94\x8c\x07ndarray\x94\x93\x94",
    "K\x00\x85\x94C\x01b\x94\x87\x94R\x94(K\x01K\x03\x85\x94h\x03\x8c\x05dtype\x94\x93\x94\x8c\x02O8\x94\x89\x88\x87\x94R\x94",
    "(K\x03\x8c\x01|\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?t\x94b\x89]\x94(\x8c\x01a\x94h\x13Net\x94b.",
  ];
  const pickle = Uint8Array.from(parts.join(""), (character) => character.charCodeAt(0));

  it("reads what pandas writes", () => {
    expect(pickledTexts(pickle)).toEqual({ shape: [3], texts: ["a", "a", null] });
  });

  it("calls nothing: any other callable is refused", () => {
    const evil = Uint8Array.from("\x80\x04cposix\nsystem\n\x8c\x02id\x85R.", (c) => c.charCodeAt(0));
    expect(pickledTexts(evil)).toBeUndefined();
  });

  it("gives texts or nothing for any damaged pickle, and never throws", () => {
    const random = mulberry32(4);
    for (let i = 0; i < 3000; i++) {
      const damaged = pickle.slice(0, random() < 0.3 ? Math.floor(random() * pickle.length) : undefined);
      for (let k = 0; k < 3 && damaged.length > 0; k++) {
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      }
      const read = pickledTexts(damaged);
      if (read) expect(read.texts.length).toBe(read.shape.reduce((a, b) => a * b, 1));
    }
  });
});
