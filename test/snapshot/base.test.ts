import { join } from "node:path";
import { expect, it } from "vitest";
import { panelFromColumns } from "#src/index.js";
import { openSnapshot } from "#src/snapshot/open-snapshot.js";
import { scratchFolder } from "../scratch-folder.js";

const keys = { datetime: ["2020-01-02", "2020-01-03"], instrument: ["000001.SZ", "000001.SZ"] };
const one = scratchFolder();
await panelFromColumns({ ...keys, columns: { close: [1, 2] } }).write(join(one, "prices.csv"));
const two = scratchFolder();
await panelFromColumns({ ...keys, columns: { close: [1, 2], pe: [3, 4] } }).write(join(two, "prices.csv"));
await panelFromColumns({ ...keys, columns: { pe: [5, 6] } }).write(join(two, "factors.csv"));

it("the only panel of a frequency is its base, whatever its name", async () => {
  const snapshot = await openSnapshot(one);
  expect(snapshot.panels().map(({ name, isBase }) => [name, isBase])).toEqual([["prices", true]]);
});

it("the fields of the first panel with prices are asked for by their names, as those of any base", async () => {
  const snapshot = await openSnapshot(two);
  const asks = async () => (await snapshot.fields()).map(({ ask }) => ask);
  expect(await asks()).toEqual(["close", "pe", "factors.pe"]);
  const window = await snapshot.getHistoryWindow(null, { fields: ["pe"] });
  expect([...window.column("pe").values]).toEqual([3, 4]);
  const chosen = await openSnapshot(two, { base: { "1d": "factors" } });
  expect((await chosen.fields()).map(({ ask }) => ask)).toEqual(["pe", "close", "prices.pe"]);
});

it("a base that the folder does not have is refused", async () => {
  await expect(openSnapshot(two, { base: { "1d": "price" } })).rejects.toMatchObject({
    code: "not-found",
    message: `${two}: no panel "price"; did you mean "prices"?`,
  });
});
