import { describe, expect, test } from "vitest";
import { openPanel } from "#src/index.js";

const FOLDER = "data-fixtures/pandas15";

describe("text is decoded as its encoding says", () => {
  test.each([
    ["gbk.fixed", ["中行", "文行"], undefined],
    ["gbk.table", ["中行", "文行"], ["中", "文", "银", "行"]],
    ["gb2312.table", ["中行", "文行"], ["・", "―", "银", "行"]],
    ["latin1.table", ["a", "b"], ["é", "ÿ", "\x80", "z"]],
  ])("%s", async (name, instruments, cells) => {
    const panel = await openPanel(`${FOLDER}/${name}.h5`);
    expect(panel.index.instruments).toEqual([...instruments].sort());
    const texts = panel.columnNames.filter((column) => panel.column(column).type === "string");
    expect(texts.map((column) => panel.column(column).values)).toEqual(cells ? [cells] : []);
    if (!name.startsWith("latin1")) expect(panel.columnNames).toContain("收益");
  });

  test("or refused: an encoding that is not read", async () => {
    const path = `${FOLDER}/big5.table.h5`;
    await expect(openPanel(path)).rejects.toMatchObject({
      code: "unsupported",
      message: `${path}: the text of "data" is in the encoding "big5", which cannot be read here; write it in pandas with encoding="utf-8", or with "gbk", "gb18030" or "latin-1"`,
      details: { path, key: "data" },
    });
  });

  test.each([
    ["fixed", "/data/axis1_level1"],
    ["table", "instrument"],
  ])("or refused: bytes of another encoding, %s", async (format, field) => {
    const path = `${FOLDER}/mislabelled.${format}.h5`;
    await expect(openPanel(path)).rejects.toMatchObject({
      code: "corrupt",
      message: `${path}: "${field}" holds the bytes d6d0d0d0, which are not text in UTF-8, the encoding of "data"; write it again in pandas with the encoding that its text has`,
      details: { path, key: "data", field },
    });
  });
});

describe("column names of the table format", () => {
  const NAMES = ["a±", "收益²", "·", "é", "🚀", "b\\n"];

  test.each([
    ["names", NAMES],
    ["names_data_columns", NAMES],
    ["name", ["é"]],
  ])("%s", async (file, names) => {
    const panel = await openPanel(`${FOLDER}/${file}.table.h5`);
    expect(panel.columnNames).toEqual(names);
    for (const name of names) expect(panel.column(name).values).toEqual(Float64Array.of(0, 1, 2, 3));
  });
});

describe("names of the fixed format that are no plain text", () => {
  test("a series named by two parts has the second as its name, and its group", async () => {
    const path = `${FOLDER}/series_pair.fixed.h5`;
    const panel = await openPanel(path);
    expect(panel.columnNames).toEqual(["a"]);
    expect(panel.info.groups).toEqual(new Map([["a", "feature"]]));
    expect((await openPanel(path, { columns: ["feature/a"] })).column("feature/a").at(3)).toBe(3);
  });

  test.each([
    ["series_triple", "3 parts"],
    ["series_time", "a Python object"],
  ])("a series named otherwise is refused: %s", async (name, found) => {
    const path = `${FOLDER}/${name}.fixed.h5`;
    await expect(openPanel(path)).rejects.toMatchObject({
      code: "unsupported",
      message: `${path}: the series "data" is named by ${found}; only text, a number or two parts, (group, name), can be read: rename it in pandas`,
    });
  });

  test.each(["columns_dates", "columns_zone"])(
    "columns named by dates are called as these print: %s",
    async (name) => {
      const panel = await openPanel(`${FOLDER}/${name}.fixed.h5`);
      expect(panel.columnNames).toEqual(["2020-01-01", "2020-01-02"]);
      expect(panel.column("2020-01-02").values).toEqual(Float64Array.of(1, 1, 1, 1));
    },
  );
});

test.each([
  ["empty_text", ["x", "name", "other"]],
  ["empty_text_series", ["name"]],
  ["empty_text_string", ["x", "name", "other"]],
])("a frame without rows has text columns without cells: %s", async (name, columns) => {
  const panel = await openPanel(`${FOLDER}/${name}.fixed.h5`);
  expect([panel.rowCount, panel.columnNames]).toEqual([0, columns]);
  for (const column of columns) {
    const { type, values } = panel.column(column);
    expect([column, type, values.length]).toEqual([column, column === "x" ? "float64" : "string", 0]);
  }
});

test.each([
  ["fixed", "block1_items"],
  ["table", "table"],
])("what a failed to_hdf leaves is said to be that: %s", async (format, missing) => {
  const path = `${FOLDER}/leftover.${format}.h5`;
  await expect(openPanel(path)).rejects.toMatchObject({
    code: "corrupt",
    message: `${path}: "data" has no ${missing}: it is damaged, or writing it did not finish, as where to_hdf meets a type that it cannot store; write it again, without such a column or as Parquet`,
    details: { path, key: "data" },
  });
});

test("an hour that the clocks of a zone show twice is told from rows that repeat", async () => {
  const path = `${FOLDER}/autumn.table.h5`;
  await expect(openPanel(path)).rejects.toMatchObject({
    code: "duplicate-keys",
    message: `${path}: 2 rows repeat the (datetime, instrument) key of another, first (2020-11-01 01:00:00, a), (2020-11-01 01:00:00, b); the clocks of America/New_York show an hour twice where summer time ends, so write the table in pandas as df.tz_convert("UTC", level="datetime"); if keys repeat even then, drop one of each in pandas with df[~df.index.duplicated()], or keep all for the right side of asofJoin with duplicates: "keep"`,
  });
});
