import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { convertFile, openPanel, type Panel, panelFromColumns } from "#src/index.js";
import { scratchFolder } from "../scratch-folder.js";

const folder = scratchFolder();

const EXTENSIONS = [".h5", ".parquet", ".arrow", ".csv"];

function panelOf(instruments: readonly string[], columnNames: readonly string[] = ["x"]): Panel {
  return panelFromColumns({
    datetime: instruments.map(() => "2020-01-02"),
    instrument: instruments,
    columns: Object.fromEntries(
      columnNames.map((name, i) => [name, instruments.map((_, row) => 10 * i + row)]),
    ),
  });
}

/** What the file of each format gives back; where it is not written, the message without the path. */
async function storedIn(panel: Panel, look: (back: Panel) => unknown): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const extension of EXTENSIONS) {
    const path = join(folder, `file${extension}`);
    try {
      await panel.write(path);
      found[extension] = look(await openPanel(path));
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      found[extension] = `${code}: ${message.replace(`${path}: `, "")}`;
    }
    rmSync(path, { force: true });
  }
  expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  return found;
}

const cellsOf = (panel: Panel) =>
  Object.fromEntries(panel.columnNames.map((name) => [name, panel.column(name).at(0)]));

describe("names that a file is written under", () => {
  it("stay apart where they differ in case alone, or the file is not written", async () => {
    const kept = { PE: 0, pe: 10, pe_1: 20, Datetime: 30 };
    expect(await storedIn(panelOf(["A"], Object.keys(kept)), cellsOf)).toEqual({
      ".h5": kept,
      ".parquet":
        'unsupported: columns "PE" and "pe" differ in case alone, which a Parquet file written here cannot keep; rename one, or write .arrow, .h5 or .csv',
      ".arrow": kept,
      ".csv": kept,
    });
    const beside = await storedIn(panelOf(["A"], ["Instrument"]), cellsOf);
    expect(beside[".parquet"]).toContain('columns "instrument" and "Instrument" differ in case alone');
    // SQL folds the letters of ASCII alone.
    const greek = { σ: 0, Σ: 10 };
    expect((await storedIn(panelOf(["A"], Object.keys(greek)), cellsOf))[".parquet"]).toEqual(greek);
  });

  it("are quoted in a header where they must be", async () => {
    const kept = { "a,b": 0, 'say "x"': 10, "two\nlines": 20, nan: 30, column7: 40 };
    expect((await storedIn(panelOf(["A"], Object.keys(kept)), cellsOf))[".csv"]).toEqual(kept);
  });

  it("are no key's, but in HDF5, which keeps keys apart", async () => {
    const refused = 'column-conflict: a column "datetime" beside the key of that name; rename it';
    expect(await storedIn(panelOf(["A"], ["x", "datetime"]), cellsOf)).toEqual({
      ".h5": { x: 0, datetime: 10 },
      ".parquet": refused,
      ".arrow": refused,
      ".csv": refused,
    });
  });

  it("are refused where the format has none, or drops their spaces", async () => {
    const unnamed =
      "unsupported: a column has no name, which this format does not keep; rename it, or write .arrow or .h5";
    expect(await storedIn(panelOf(["A"], [""]), cellsOf)).toEqual({
      ".h5": { "": 0 },
      ".parquet": unnamed,
      ".arrow": { "": 0 },
      ".csv": unnamed,
    });
    expect(await storedIn(panelOf(["A"], [" x"]), cellsOf)).toEqual({
      ".h5": { " x": 0 },
      ".parquet": { " x": 0 },
      ".arrow": { " x": 0 },
      ".csv":
        'unsupported: column " x" has spaces around its name, which this format does not keep; rename it, or write .parquet or .arrow',
    });
  });

  it("are refused with a NUL, at which the formats end them", async () => {
    const instruments = ["A", "A\0"];
    const ends = "has a NUL character, at which names end in this format; write .arrow instead";
    const refused = `unsupported: instrument "A\\u0000" ${ends}`;
    expect(await storedIn(panelOf(instruments), ({ index }) => index.instruments)).toEqual({
      ".h5": refused,
      ".parquet": refused,
      ".arrow": instruments,
      ".csv": refused,
    });
    expect(await storedIn(panelOf(["A"], ["a\0b"]), cellsOf)).toEqual({
      ".h5": `unsupported: column "a\\u0000b" ${ends}`,
      ".parquet": `unsupported: column "a\\u0000b" ${ends}`,
      ".arrow": { "a\0b": 0 },
      ".csv": `unsupported: column "a\\u0000b" ${ends}`,
    });
  });

  it.each([
    ["", [".csv"]],
    ["nan", [".csv", ".h5"]],
    ["NULL", [".csv"]],
    ["None", [".csv"]],
  ])("are no instrument %j that would be read as missing", async (name, refusing) => {
    const found = await storedIn(panelOf([name]), ({ index }) => index.instruments);
    const refused = `unsupported: instrument "${name}" would be read as a missing one from this format; write .parquet or .arrow instead`;
    for (const extension of EXTENSIONS) {
      expect([extension, found[extension]]).toEqual([
        extension,
        refusing.includes(extension) ? refused : [name],
      ]);
    }
  });
});

describe("names that a file is read under", () => {
  it("are no column nan in HDF5, where pandas reads it as one without a name", async () => {
    const path = join(folder, "nan.h5");
    await expect(panelOf(["a"], ["nan"]).write(path)).rejects.toThrow(
      `${path}: a column or group called "nan" would be read as one without a name from this format; rename it, or write .parquet or .arrow`,
    );
  });

  it("keep a byte order mark, as the cells of text do", async () => {
    const panel = panelFromColumns({
      datetime: ["2020-01-02", "2020-01-02"],
      instrument: ["a", "\ufeffa"],
      columns: { text: ["\ufeffx", "x\ufeff"] },
    });
    for (const extension of [".parquet", ".csv", ".arrow"]) {
      const path = join(folder, `marks${extension}`);
      await panel.write(path);
      const back = await openPanel(path);
      expect([extension, back.index.instruments]).toEqual([extension, ["a", "\ufeffa"]]);
      expect(back.column("text").values).toEqual(["\ufeffx", "x\ufeff"]);
    }
  });

  it("are those of a Parquet file, whatever SQL can tell apart", async () => {
    const path = join(folder, "case.parquet");
    const when = pl.Series("datetime", [new Date(0)], pl.Datetime("ms"));
    const list = pl.Series("list", [[1, 2]]);
    const others = ["PE", "pe", "pe_1", "Datetime"].map((name, i) => pl.Series(name, [i]));
    pl.DataFrame([
      list,
      pl.Series("DATETIME", [7]),
      when,
      pl.Series("instrument", ["A"]),
      ...others,
    ]).writeParquet(path);
    const panel = await openPanel(path, { columns: ["DATETIME", "PE", "pe", "pe_1", "Datetime"] });
    expect(cellsOf(panel)).toEqual({ DATETIME: 7, PE: 0, pe: 1, pe_1: 2, Datetime: 3 });
    expect(panel.index.datetimes).toEqual(BigInt64Array.of(0n));
    const panelOfAll = await openPanel(path);
    expect(() => panelOfAll.column("list").values).toThrow(
      `${path}: column "list" holds values of the type DOUBLE[], which a panel cannot hold`,
    );
  });

  it("are those of a CSV header, keys among names that differ in case", async () => {
    const path = join(folder, "case.csv");
    const header = "Datetime,datetime,instrument,a, A ,a_1,,nan";
    const rows = ["7,2020-01-02,x,1,2,3,4,5", "8,2020-01-03,x,1,2,3,4,5"];
    for (const above of ["", "a note\n\n", "# a comment\n"]) {
      writeFileSync(path, `${above}${[header, ...rows, ""].join("\n")}`);
      const panel = await openPanel(path);
      expect(cellsOf(panel)).toEqual({ Datetime: 7n, a: 1n, A: 2n, a_1: 3n, column6: 4n, nan: 5n });
      expect(panel.rowCount).toBe(2);
    }
    writeFileSync(path, [header, ...rows, ""].join("\n").replaceAll(",", ";"));
    expect((await openPanel(path, { columns: ["A"] })).column("A").at(1)).toBe(2n);
    const spooled = await convertFile(path, join(folder, "case.arrow"), { partsAboveBytes: 0 });
    expect(cellsOf(spooled)).toEqual(cellsOf(await openPanel(path)));
  });

  it("stand in the errors of columns", async () => {
    const path = join(folder, "beyond.csv");
    writeFileSync(path, "datetime,instrument,Until,until\n2020-01-02,x,1,9999-12-31 00:00:00\n");
    const panel = await openPanel(path);
    expect(() => panel.column("until").values).toThrow('row 0 of "until" is 9999-12-31');
  });

  it("are refused where two are the same", async () => {
    const path = join(folder, "twice.csv");
    const said = (name: string) =>
      `${path}: two columns are called "${name}"; rename one of them and write the file again`;
    writeFileSync(path, "datetime,instrument,a,A,a\n2020-01-02,x,1,2,3\n");
    await expect(openPanel(path)).rejects.toThrow(said("a"));
    await expect(openPanel(path, { columns: ["A"] })).rejects.toThrow(said("a"));
    writeFileSync(path, "datetime,instrument,datetime\n2020-01-02,x,1\n");
    await expect(openPanel(path)).rejects.toThrow(said("datetime"));
  });

  it("begin a CSV file with or without rows", async () => {
    const path = join(folder, "none.csv");
    await panelOf(["A"], ["x", "X"]).window({ start: "2021-01-01" }).write(path);
    expect(readFileSync(path, "utf8").trimEnd()).toBe("datetime,instrument,x,X");
    const { rowCount, columnNames } = await openPanel(path);
    expect([rowCount, columnNames]).toEqual([0, ["x", "X"]]);
  });
});
