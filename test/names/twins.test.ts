import { describe, expect, it } from "vitest";
import { asofJoin, joinPanels, panelFromColumns } from "#src/index.js";

const keys = { datetime: ["2020-01-02", "2020-01-03"], instrument: ["000001.SZ", "000001.SZ"] };
const market = panelFromColumns({ ...keys, columns: { $close: [1, 2], volume: [5, 6] } });
const other = panelFromColumns({ ...keys, columns: { close: [7, 8] } });
const codeAndMessage = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return [code, message];
  }
};

describe("$close and close", () => {
  it("are one name in a join", () => {
    expect(codeAndMessage(() => market.join(other))).toEqual([
      "column-conflict",
      'join: "$close" of panel 1 and "close" of panel 2 are two names of one field; rename it, or set onConflict: "suffix" keeps all under other names, "prefer-left" the first, "prefer-right" the last',
    ]);
    const namesOf = (onConflict: "suffix" | "prefer-left" | "prefer-right") =>
      market.join(other, { onConflict }).columnNames;
    expect(namesOf("suffix")).toEqual(["$close", "volume", "close_right"]);
    expect(namesOf("prefer-left")).toEqual(["$close", "volume"]);
    expect(namesOf("prefer-right")).toEqual(["close", "volume"]);
    const right = joinPanels([market, other], { onConflict: "prefer-right" });
    expect([...right.panel.evaluate({ c: "$close" }).column("c").values]).toEqual([7, 8]);
    expect(right.ledger.panels.map(({ columnsDropped }) => columnsDropped)).toEqual([["$close"], []]);
    const suffixes = ["", ""];
    expect(codeAndMessage(() => market.join(other, { onConflict: "suffix", suffixes }))).toEqual([
      "column-conflict",
      'join: the suffixes "", "" give "$close" and "close"; choose others with suffixes: [...], one for each panel',
    ]);
    const when = { matchedDatetime: "$volume" };
    expect(codeAndMessage(() => asofJoin(market, market.select([]), when))).toEqual([
      "column-conflict",
      'asofJoin: matchedDatetime "$volume" is the name of a column; choose another',
    ]);
  });

  it("are one column to withColumns, which stays where it was", () => {
    const replaced = market.withColumns({ close: [9, 9], amount: [1, 1] });
    expect(replaced.columnNames).toEqual(["close", "volume", "amount"]);
    expect([...replaced.evaluate({ c: "$close" }).column("c").values]).toEqual([9, 9]);
    expect(codeAndMessage(() => market.withColumns({ close: [1, 2], $close: [3, 4] }))).toEqual([
      "column-conflict",
      'withColumns: "close" and "$close" are two names of one field; leave one out, or give it another name',
    ]);
  });

  it("are refused side by side wherever columns are put together", () => {
    const columns = { close: [1, 2], $close: [3, 4] };
    expect(codeAndMessage(() => panelFromColumns({ ...keys, columns }))).toEqual([
      "column-conflict",
      'panelFromColumns: "close" and "$close" are two names of one field; leave one out, or give it another name',
    ]);
    expect(codeAndMessage(() => market.rename({ volume: "close" }))).toEqual([
      "column-conflict",
      'rename would give this panel "$close" and "close", two names of one field',
    ]);
    expect(codeAndMessage(() => market.evaluate({ a: "$close", $a: "$volume" }))).toEqual([
      "column-conflict",
      'expressions: "a" and "$a" are two names of one field; leave one out, or give it another name',
    ]);
    expect(market.rename({ $close: "close" }).columnNames).toEqual(["close", "volume"]);
  });
});
