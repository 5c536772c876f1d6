import { expect, test } from "vitest";
import { openTable } from "../../src/formats/open.js";

test("rows written over between two requests are other rows", async () => {
  const { columns } = await openTable("data-fixtures/snapshot/daily_pv.h5", {});
  const column = columns.get("$close")!;
  const whole = column.read(0, 8).values as Float32Array;
  const rows = Uint32Array.of(0, 1, 2);
  expect([...(column.gather(rows).values as Float32Array)]).toEqual([...whole.subarray(0, 3)]);
  rows.set([5, 6, 7]);
  expect([...(column.gather(rows).values as Float32Array)]).toEqual([...whole.subarray(5, 8)]);
});
