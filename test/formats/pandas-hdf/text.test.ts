import { describe, expect, it } from "vitest";
import { pickledArray } from "#src/formats/pickle/pickled-array.js";
import { openPanel } from "#src/index.js";
import { mulberry32 } from "../../panel/random-panel.js";

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

  it("are float64 where they are numbers, bools and missing ones", async () => {
    const columns = ["numbers", "whole", "numpy", "industry"];
    const panel = await openPanel(`${FOLDER}/fixed_numbers.pd15.h5`, { columns });
    expect(columns.map((name) => panel.column(name).type)).toEqual([
      "float64",
      "float64",
      "float64",
      "string",
    ]);
    expect([...panel.column("numbers").values]).toEqual([1, 2.5, Number.NaN, 1]);
    expect([...panel.column("whole").values]).toEqual([2 ** 40, -70000, Number.NaN, Number.NaN]);
    expect([...panel.column("numpy").values]).toEqual([0.5, -3, 1, 200]);
    expect(panel.column("industry").values).toEqual(["bank", null, null, "steel"]);
  });

  it("are refused, when they are read, where a float64 is not what a cell is: a larger whole number", async () => {
    const path = `${FOLDER}/fixed_numbers.pd15.h5`;
    const panel = await openPanel(path);
    expect(() => panel.column("beyond").values).toThrow(
      `${path}: column "beyond" holds pickled Python objects that are neither all text, nor all numbers, nor all times, which cannot be read; ask for other columns, or in pandas, df["beyond"] = df["beyond"].astype(str) before writing it`,
    );
    expect(panel.column("numbers").at(1)).toBe(2.5);
  });

  it("are refused where the objects are of several kinds; the other columns are read", async () => {
    const path = `${FOLDER}/fixed_objects.pd15.h5`;
    const panel = await openPanel(path);
    expect(() => panel.column("name").values).toThrow(
      `${path}: column "name" holds pickled Python objects that are neither all text, nor all numbers, nor all times`,
    );
    expect(panel.column("industry").at(5)).toBe("steel");
  });
});

describe("pickledArray", () => {
  /** An array of the texts a, a (by memo) and None, as Python's pickle protocol 4 writes it. */
  const parts = [
    "\x80\x04\x8c\x15numpy.core.multiarray\x94\x8c\x0c_reconstruct\x94\x93\x94\x8c\x05numpy\x94\x8c\x07ndarray\x94\x93\x94",
    "K\x00\x85\x94C\x01b\x94\x87\x94R\x94(K\x01K\x03\x85\x94h\x03\x8c\x05dtype\x94\x93\x94\x8c\x02O8\x94\x89\x88\x87\x94R\x94",
    "(K\x03\x8c\x01|\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?t\x94b\x89]\x94(\x8c\x01a\x94h\x13Net\x94b.",
  ];
  const pickle = Uint8Array.from(parts.join(""), (character) => character.charCodeAt(0));

  it("reads what pandas writes", () => {
    expect(pickledArray(pickle)).toEqual({ shape: [3], cells: ["a", "a", null] });
  });

  it("calls nothing: what any other callable would give is no array, nor a cell", () => {
    const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
    const call = (argument: string) => `cposix\nsystem\n${argument}\x85R`;
    expect(pickledArray(bytes(`\x80\x04${call("\x8c\x02id")}.`))).toBeUndefined();
    const array = parts.join("").slice(0, -1);
    expect(pickledArray(bytes(`\x80\x04cposix\nsystem\n${array.slice(2)}\x85R.`))).toBeUndefined();
    const within = parts.join("").replace("h\x13", call("h\x13"));
    expect(pickledArray(bytes(within))).toEqual({ shape: [3], cells: ["a", undefined, null] });
  });

  it("gives texts or nothing for any damaged pickle, and never throws", () => {
    const random = mulberry32(4);
    for (let i = 0; i < 3000; i++) {
      const damaged = pickle.slice(0, random() < 0.3 ? Math.floor(random() * pickle.length) : undefined);
      for (let k = 0; k < 3 && damaged.length > 0; k++) {
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      }
      const read = pickledArray(damaged);
      if (read) expect(read.cells.length).toBe(read.shape.reduce((a, b) => a * b, 1));
    }
  });
});
