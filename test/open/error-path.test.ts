import { describe, expect, it } from "vitest";
import { type DataServiceError, openPanel, panelFromArrow, panelFromColumns } from "#src/index.js";

const FILE = "data-fixtures/snapshot/daily_pv.h5";
const two = { datetime: ["2020-03-02", "2020-03-02"], instrument: ["a", "b"] };
const panel = panelFromColumns({ ...two, columns: { x: [1, 2], when: BigInt64Array.of(0n, 1n) } });

async function detailsOf(act: () => unknown): Promise<DataServiceError["details"]> {
  try {
    await act();
  } catch (error) {
    return (error as DataServiceError).details;
  }
  throw new Error("nothing was refused");
}

describe("the path of an error's details", () => {
  it.each([
    ["an unknown field", () => panel.column("close")],
    ["an unknown instrument", () => panel.window({ universe: "c" })],
    ["an unknown session", () => panel.crossSection("2020-01-01")],
    ["sessions to append", () => panel.appendSessions(panel)],
    ["repeated keys", () => panelFromColumns({ ...two, instrument: ["a", "a"], columns: {} })],
    [
      "keys without a time",
      () => panelFromColumns({ ...two, datetime: BigInt64Array.of(0n, -(2n ** 63n)), columns: {} }),
    ],
    ["an Arrow table", () => panelFromArrow(panel.toArrow(), { columns: ["close"] })],
    [
      "a query's result",
      async () => (await panel.sql("SELECT * FROM panel UNION ALL SELECT * FROM panel")).toPanel(),
    ],
  ])("is not there of what is in memory: %s", async (_, act) => {
    expect(await detailsOf(act)).not.toHaveProperty("path");
  });

  it("is the file of what is in one", async () => {
    const file = await openPanel(FILE, { cache: false });
    for (const act of [
      () => file.column("x"),
      () => file.window({ universe: "c" }),
      () => file.crossSection("1990-01-01"),
    ])
      expect((await detailsOf(act)).path).toBe(FILE);
  });
});
