import { describe, expect, test } from "vitest";
import { openPanel } from "../../src/index.js";

const FOLDER = "data-fixtures/pandas15";

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
    message: `${path}: 2 rows repeat the (datetime, instrument) key of another, first (2020-11-01 01:00:00, a), (2020-11-01 01:00:00, b); the clocks of America/New_York show an hour twice where summer time ends, so write the table in pandas as df.tz_convert("UTC", level="datetime"); if keys repeat even then, drop one of each in pandas with df[~df.index.duplicated()]`,
  });
});
