import { expect, test } from "vitest";
import { openPanel } from "../../src/index.js";

const FOLDER = "data-fixtures/pandas15";

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
