import { describe, expect, it } from "vitest";
import { openPanel } from "#src/index.js";

describe("damaged tables that pandas refuses", () => {
  it.each([
    ["111-303.h5", "time zones, cannot be read"],
    ["100-119.h5", "lists no columns in non_index_axes"],
    ["121-74.h5", "lists no columns in non_index_axes"],
    ["125-58.h5", "lists no columns in non_index_axes"],
    ["106-183.h5", "of the frame"],
  ])("%s", async (name, problem) => {
    const read = openPanel(`data-fixtures/torture/${name}`).then((panel) => panel.load());
    await expect(read).rejects.toMatchObject({ code: "corrupt" });
    await expect(openPanel(`data-fixtures/torture/${name}`)).rejects.toThrow(problem);
  });
});

it.each(["fixed", "table"])("a zero byte within a text is part of it: %s", async (format) => {
  const panel = await openPanel(`data-fixtures/torture/nul_${format}.h5`);
  expect(panel.index.instruments).toEqual(["A\0B", "A\0C", "D"]);
  expect([...panel.column("x").values]).toEqual([0, 1, 2, 3, 4, 5]);
});
