import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { panelFromColumns } from "#src/index.js";
import { asofJoin } from "#src/join/asof-join.js";
import { joinPanels } from "#src/join/join-panels.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const left = panelFromColumns({
  datetime: ["2020-01-02", "2020-01-02", "2020-01-03", "2020-01-03"],
  instrument: ["a", "b", "a", "b"],
  columns: { x: [1, 2, 3, 4] },
});
const right = panelFromColumns({ datetime: ["2020-01-03"], instrument: ["b"], columns: { y: [5] } });

it.each([
  ["left", () => joinPanels([left, right])],
  ["outer", () => joinPanels([left, right], { how: "outer" })],
  ["as of", () => asofJoin(left, right)],
] as const)("%s: a join keeps no row alignment once its columns are read", async (_, join) => {
  const { panel, ledger } = join();
  const [match] = ledger.matches;
  const alignment = new WeakRef(match!.alignment);
  panel.load();
  await new Promise(setImmediate); // what a WeakRef gave is held until the turn ends
  collect();
  expect(alignment.deref()).toBeUndefined();
  expect(match!.toJSON()).toMatchObject({ matched: 1, leftOnly: 3, rightOnly: 0 });
  expect(ledger.missingIntroduced).toEqual({ x: 0, y: 3 });
});
