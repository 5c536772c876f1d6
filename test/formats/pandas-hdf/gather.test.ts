import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openTable } from "#src/formats/open.js";
import { copyRows } from "#src/formats/pandas-hdf/copy-rows.js";
import { openPanel, panelFromColumns } from "#src/index.js";
import { coldStartSpace } from "#src/simd/cold-start.js";
import { propertyRuns } from "../../property-runs.js";
import { scratchFolder } from "../../scratch-folder.js";

test("rows written over between two requests are other rows", async () => {
  const { columns } = await openTable("data-fixtures/snapshot/daily_pv.h5", {});
  const column = columns.get("$close")!;
  const whole = column.read(0, 8).values as Float32Array;
  const rows = Uint32Array.of(0, 1, 2);
  expect([...(column.gather(rows).values as Float32Array)]).toEqual([...whole.subarray(0, 3)]);
  rows.set([5, 6, 7]);
  expect([...(column.gather(rows).values as Float32Array)]).toEqual([...whole.subarray(5, 8)]);
});

describe("rows picked of more than is read at once", () => {
  const folder = scratchFolder();
  const path = join(folder, "daily_pv.h5");
  const ROWS = 200_000;

  beforeAll(async () => {
    const panel = panelFromColumns({
      datetime: Array.from({ length: ROWS }, (_, row) => BigInt(row >> 1) * 86_400_000_000_000n),
      instrument: Array.from({ length: ROWS }, (_, row) => (row % 2 === 0 ? "000001.SZ" : "600000.SH")),
      columns: {
        single: Float32Array.from({ length: ROWS }, (_, row) => row + 0.5),
        half: Float32Array.from({ length: ROWS }, (_, row) => row / 2),
        double: Float64Array.from({ length: ROWS }, (_, row) => row / 3),
        byte: Int8Array.from({ length: ROWS }, (_, row) => row % 100),
      },
    });
    await panel.write(path);
  });

  test("are those of the whole column, however near they are", async () => {
    const { columns } = await openTable(path, {});
    const whole = new Map([...columns].map(([name, column]) => [name, column.read(0, ROWS).values]));
    const { columns: again } = await openTable(path, {}); // which keeps nothing in memory
    fc.assert(
      fc.property(
        fc.constantFrom(...whole.keys()),
        fc.integer({ min: 0, max: ROWS - 1 }),
        fc.constantFrom(1, 5, 30, 700, 40_000),
        (name, first, step) => {
          const rows = Uint32Array.from(
            { length: Math.ceil((ROWS - first) / step) },
            (_, i) => first + i * step,
          );
          const cells = whole.get(name)!;
          const picked = again.get(name)!.gather(rows).values;
          expect(Array.from(picked as ArrayLike<unknown>)).toEqual(Array.from(rows, (row) => cells[row]));
        },
      ),
      propertyRuns(44, 20),
    );
  });

  test("in any order, and more than once", async () => {
    const panel = await openPanel(path, { cache: false });
    for (const rows of [
      Uint32Array.from({ length: 600_000 }, (_, i) => Math.floor(i / 3)),
      Uint32Array.of(5, 3, 100, 7, 150_000, 2),
    ]) {
      const column = (await openPanel(path, { cache: false })).column("single");
      const { values } = panel.column("single");
      expect(column.take(rows).values).toEqual(Float32Array.from(rows, (row) => values[row] as number));
    }
  });

  test("that are not there, or no row numbers, are refused", async () => {
    const panel = await openPanel(path, { cache: false });
    for (const name of ["single", "byte"]) {
      const column = panel.column(name);
      expect(() => column.take(Uint32Array.of(0, ROWS))).toThrow(
        `take: row ${ROWS} of a column of ${ROWS} rows`,
      );
      expect(() => column.take([3, 1] as unknown as Uint32Array)).toThrow(
        "take: the rows are a Uint32Array of row numbers",
      );
    }
  });

  test("repeated rows do not spoil what else is picked", async () => {
    const { columns } = await openTable(path, {});
    const rows = Uint32Array.from({ length: 900_000 }, (_, i) => Math.floor(i / 5));
    const picked = columns.get("single")!.gather(rows).values as Float32Array;
    expect(picked.every((cell, i) => cell === rows[i]! + 0.5)).toBe(true);
  });

  test("rows are copied alike wherever they lie", () => {
    const picked = Uint32Array.of(3, 4, 9, 11);
    for (const rowBytes of [1, 4, 6, 24]) {
      const bytes = Uint8Array.from({ length: 12 * rowBytes }, (_, i) => i);
      const room = coldStartSpace(0)!.subarray(0, bytes.length);
      room.set(bytes);
      const [apart, inRoom] = [new Uint8Array(6 * rowBytes), new Uint8Array(6 * rowBytes)];
      copyRows(bytes, rowBytes, picked, 2, apart, 1);
      copyRows(room, rowBytes, picked, 2, inRoom, 1);
      const expected = [...picked].flatMap((row) => [
        ...bytes.subarray((row - 2) * rowBytes, (row - 1) * rowBytes),
      ]);
      expect([...apart]).toEqual([...Array(rowBytes).fill(0), ...expected, ...Array(rowBytes).fill(0)]);
      expect(inRoom).toEqual(apart);
    }
  });
});
