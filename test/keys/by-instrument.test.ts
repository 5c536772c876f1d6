import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Column } from "#src/columns/column.js";
import { openPanel, type Panel, panelFromColumns } from "#src/index.js";
import { instrumentGroups, rowsOf } from "#src/keys/by-instrument/instrument-groups.js";
import { layOut } from "#src/keys/by-instrument/lay-out.js";
import { PanelIndex } from "#src/keys/panel-index.js";
import { propertyRuns } from "../property-runs.js";

const DAY = 86_400_000_000_000n;

/** A market in which every instrument trades in every session but those that `absent` says. */
function market(sessions: number, instruments: number, absent = (_s: number, _i: number) => false): Panel {
  const keys = Array.from({ length: sessions * instruments }, (_, row) => [
    Math.floor(row / instruments),
    row % instruments,
  ]).filter(([s, i]) => !absent(s!, i!)) as [session: number, instrument: number][];
  return panelFromColumns({
    datetime: keys.map(([s]) => BigInt(s) * DAY),
    instrument: keys.map(([, i]) => `S${1000 + i}`),
    columns: {
      close: Float32Array.from(keys, ([s, i]) => 1000 * s + i),
      wide: Float64Array.from(keys, ([s, i]) => 1000 * s + i + 0.5),
      small: Int8Array.from(keys, ([s]) => s),
      large: BigInt64Array.from(keys, ([s, i]) => BigInt(1000 * s + i) << 40n),
      seen: Column.of(
        "datetime",
        BigInt64Array.from(keys, ([s, i]) => BigInt(s + i) * DAY),
      ),
      flag: keys.map(([s, i]) => ((s + i) % 5 === 0 ? null : (s + i) % 2 === 0)),
      name: keys.map(([s, i]) => ((s + i) % 3 === 0 ? null : `${s} ${i}`)),
    },
  });
}

const bufferOf = (panel: Panel, field: string) => (panel.column(field).values as Float32Array).buffer;

describe("a panel loaded by instrument", () => {
  const laid = (panel: Panel) => panel.load({ byInstrument: true });

  it("gives histories that share the memory of that order, about 256 instruments at a time", () => {
    const panel = laid(market(40, 600));
    const of = (i: number) => panel.series(`S${1000 + i}`);
    expect(bufferOf(of(0), "close")).toBe(bufferOf(of(255), "close"));
    expect(bufferOf(of(0), "close").byteLength).toBe(40 * 256 * 4);
    expect(bufferOf(of(0), "wide")).toBe(bufferOf(of(255), "wide"));
    expect(bufferOf(of(256), "close")).not.toBe(bufferOf(of(0), "close"));
    // a part of a history is not shared: it should not hold the others
    expect(bufferOf(panel.window({ universe: "S1000", bars: 5 }), "close").byteLength).toBe(20);
    // nor is what was not laid out: another column, another panel
    const more = panel.withColumns({ later: new Float32Array(panel.rowCount) });
    expect(bufferOf(more.series("S1000"), "later")).not.toBe(bufferOf(more.series("S1001"), "later"));
    expect(bufferOf(laid(more).series("S1000"), "later")).toBe(bufferOf(more.series("S1001"), "later"));
    const plain = market(40, 600);
    for (let time = 0; time < 3; time++) for (let i = 0; i < 256; i++) plain.series(`S${1000 + i}`);
    expect(bufferOf(plain.series("S1000"), "close").byteLength).toBe(4 * 40);
  });

  it("gives the same cells of every type, whole and in part", () => {
    const absent = (s: number, i: number) => (s * 7 + i * 3) % 4 === 0 || (i === 3 && s < 10);
    const [panel, plain] = [laid(market(30, 300, absent)), market(30, 300, absent)];
    for (const code of panel.index.instruments) {
      for (const request of [
        { universe: [code] },
        { universe: [code], bars: 5 },
        { universe: [code], start: 4n * DAY, end: 20n * DAY },
        { universe: [code], start: 4n * DAY, bars: 3 },
      ]) {
        expect(panel.window(request).toJSON()).toEqual(plain.window(request).toJSON());
      }
    }
  });

  it("gives loops by instrument the same histories, sharing memory loop after loop", () => {
    const absent = (s: number, i: number) => i > 280 && s > 5;
    const [panel, plain] = [laid(market(20, 300, absent)), market(20, 300, absent)];
    const loop = (one: Panel) => new Map(one.groupByInstrument());
    const [first, second, other] = [loop(panel), loop(panel), loop(plain)];
    expect([...first.keys()]).toEqual([...other.keys()]);
    for (const [code, history] of first) {
      expect(history.toJSON()).toEqual(other.get(code)!.toJSON());
      expect(bufferOf(second.get(code)!, "close")).toBe(bufferOf(history, "close"));
    }
    expect(bufferOf(loop(plain).get("S1000")!, "close")).not.toBe(bufferOf(other.get("S1000")!, "close"));
  });

  it("leaves the panel's other windows and its columns as they were", () => {
    const plain = market(20, 30);
    const before = plain.toJSON();
    const panel = laid(plain);
    for (const code of panel.index.instruments) panel.series(code).column("close").values;
    expect(panel.toJSON()).toEqual(before);
    expect(panel.window({ universe: ["S1001", "S1003"] }).toJSON()).toEqual(
      before.filter(({ instrument }) => instrument === "S1001" || instrument === "S1003"),
    );
  });

  it("may be opened so, of columns in memory alone", async () => {
    const path = "data-fixtures/snapshot/daily_pv.h5";
    const panel = await openPanel(path, { load: true, byInstrument: true, cache: false });
    const [a, b] = panel.index.usedInstruments();
    expect(bufferOf(panel.series(a!), "$close")).toBe(bufferOf(panel.series(b!), "$close"));
    await expect(openPanel(path, { byInstrument: true })).rejects.toThrow("give load: true as well");
    expect(() => market(2, 2).load({ byinstrument: true } as never)).toThrow(/load/);
  });

  it("may be empty", () => {
    const empty = laid(market(3, 3).filter(() => false));
    expect([...empty.groupByInstrument()]).toEqual([]);
  });
});

describe("a group of instruments", () => {
  /** Sessions of some instruments out of `instruments`, more than one group has. */
  const sessionsOf = fc.integer({ min: 1, max: 1200 }).chain((instruments) =>
    fc.record({
      instruments: fc.constant(instruments),
      sessions: fc.array(fc.uniqueArray(fc.nat(instruments - 1), { minLength: 1 }), { maxLength: 40 }),
    }),
  );

  it("holds the rows of each of its instruments, ascending, and a column's cells in their order", () => {
    fc.assert(
      fc.property(sessionsOf, ({ instruments, sessions }) => {
        const codes = sessions.flatMap((session) => session.sort((a, b) => a - b));
        const offsets = [0];
        for (const session of sessions) offsets.push(offsets.at(-1)! + session.length);
        const index = new PanelIndex({
          datetimes: BigInt64Array.from(sessions.keys(), BigInt),
          instruments: Array.from({ length: instruments }, (_, code) => `S${String(code).padStart(4, "0")}`),
          offsets: Uint32Array.from(offsets),
          codes: Int32Array.from(codes),
        });
        const cells = Column.of(
          "float32",
          Float32Array.from(codes, (_, row) => row),
        );
        let next = 0;
        for (const group of instrumentGroups(index)) {
          expect(group.first).toBe(next);
          next = group.last;
          const laid = layOut(cells, group).values as Float32Array;
          for (let code = group.first; code < group.last; code++) {
            const rows = [...codes.keys()].filter((row) => codes[row] === code);
            expect([...rowsOf(group, code)]).toEqual(rows);
            const [from, to] = [group.starts[code - group.first], group.starts[code - group.first + 1]];
            expect([...laid.subarray(from, to)]).toEqual(rows);
          }
        }
        expect(next).toBe(instruments);
      }),
      propertyRuns(311, 40),
    );
  });
});

describe("histories of a panel", () => {
  it("in a file read their own rows and load no column", async () => {
    const panel = await openPanel("data-fixtures/snapshot/daily_pv.h5", { cache: false });
    for (let round = 0; round < 20; round++) {
      for (const code of panel.index.usedInstruments()) panel.series(code).column("$close").values;
    }
    expect(panel.column("$close").loaded).toBe(false);
  });
});
