import { describe, expect, it } from "vitest";
import { alignRows, matchSessions, sameKeys } from "#src/align/align.js";
import { alignColumn } from "#src/align/aligned-column.js";
import { mapInstruments } from "#src/align/instrument-map.js";
import { type Panel, panelFromColumns } from "#src/index.js";
import { spelledAs } from "#src/names/spelling.js";
import { date } from "../panel/random-panel.js";

/** Every instrument in every session but those that `skip` names; `value` numbers the rows of the full grid. */
function grid(
  sessions: readonly number[],
  instruments: readonly string[],
  skip: (session: number, instrument: number) => boolean = () => false,
): Panel {
  const rows = sessions
    .flatMap((s) => instruments.map((_, i) => ({ s, i })))
    .filter(({ s, i }) => !skip(s, i));
  return panelFromColumns({
    datetime: rows.map(({ s }) => date(s)),
    instrument: rows.map(({ i }) => instruments[i]!),
    columns: { value: rows.map(({ s, i }) => s * 1000 + i) },
  });
}

const ts = Array.from(
  { length: 200 },
  (_, i) => `${String(i * 37).padStart(6, "0")}.${i % 3 === 0 ? "SH" : "SZ"}`,
);
const qlib = ts.map((code) => spelledAs(code, "qlib"));

describe("alignRows", () => {
  it("is a run where the keys are equal or one contiguous part", () => {
    const whole = grid([1, 2, 3, 4], ts);
    const twin = grid([1, 2, 3, 4], ts);
    expect(alignRows(whole.index, whole.index)).toMatchObject({ run: 0, matched: 800, length: 800 });
    expect(alignRows(whole.index, twin.index).run).toBe(0);
    expect(alignRows(whole.window({ start: date(3) }).index, twin.index).run).toBe(400);
    expect([...alignRows(whole.window({ end: date(1) }).index, twin.index).rows]).toEqual([...ts.keys()]);
    expect(sameKeys(whole.index, twin.index)).toBe(true);
    expect(sameKeys(whole.index, grid([1, 2, 3, 5], ts).index)).toBe(false);
    expect(sameKeys(whole.index, grid([1, 2, 3, 4], qlib).index)).toBe(false);
    expect(alignRows(whole.index, grid([1, 2, 3, 4], qlib).index).run).toBeUndefined();
  });

  it("finds a few instruments in a wide market, in either spelling", () => {
    const few = grid([0, 1, 2, 3], [ts[5]!, ts[77]!, "unknown"]);
    for (const codes of [ts, qlib]) {
      const wide = grid([1, 2, 3], codes, (s, i) => s === 2 && i === 77);
      const { rows, matched } = alignRows(few.index, wide.index);
      const found = Array.from(rows, (row) => (row < 0 ? -1 : wide.column("value").at(row)));
      expect(found).toEqual([-1, -1, -1, 1005, 1077, -1, 2005, -1, -1, 3005, 3077, -1]);
      expect(matched).toBe(5);
    }
  });

  it("has nothing for an empty panel", () => {
    const some = grid([1, 2], ts.slice(0, 2));
    const empty = some.window({ start: date(9) });
    expect(alignRows(empty.index, some.index)).toMatchObject({ length: 0, matched: 0 });
    expect([...alignRows(some.index, empty.index).rows]).toEqual([-1, -1, -1, -1]);
  });

  it("merges sessions", () => {
    const times = (...ns: number[]) => BigInt64Array.from(ns, BigInt);
    expect([...matchSessions(times(1, 3, 4, 9), times(0, 3, 5, 9))]).toEqual([-1, 1, -1, 3]);
  });

  it("maps each instrument to one, the exact spelling first", () => {
    expect([
      ...mapInstruments(["000001.SZ", "SZ000001", "sz000002", "X"], ["SZ000001", "000002.SZ"]),
    ]).toEqual([-1, 0, 1, -1]);
  });
});

describe("alignColumn", () => {
  it("gives a column's cells beside other rows, NaN where there is none", () => {
    const few = grid([1, 2], [ts[5]!]);
    const right = grid([2], qlib);
    const alignment = alignRows(few.index, right.index);
    expect([...alignColumn(right.column("$value"), alignment).values]).toEqual([Number.NaN, 2005]);
    expect(alignment.matched).toBe(1);
  });
});
