import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Column } from "#src/columns/column.js";
import { openPanel, type Panel, panelFromColumns } from "#src/index.js";
import { rowsOf } from "#src/keys/by-instrument/instrument-blocks.js";
import { KeptBlocks } from "#src/keys/by-instrument/kept-blocks.js";
import { canSpare } from "#src/keys/by-instrument/spare-memory.js";
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

describe("histories asked for again and again", () => {
  it("share the memory of a second order from then on, a block of 256 instruments at a time", () => {
    const panel = market(40, 600);
    const of = (i: number) => panel.series(`S${1000 + i}`);
    const first = of(0);
    expect(bufferOf(first, "close")).not.toBe(bufferOf(of(0), "close"));
    for (let i = 0; i < 256; i++) of(i).column("close").values;
    expect(bufferOf(of(0), "close")).toBe(bufferOf(of(255), "close"));
    // what was not asked for is fetched as before: another column, another block, a window of several
    expect(bufferOf(of(0), "wide")).not.toBe(bufferOf(of(255), "wide"));
    expect(bufferOf(of(256), "close")).not.toBe(bufferOf(of(257), "close"));
    // nor is a part of a history shared, which should not hold the block
    expect(bufferOf(panel.window({ universe: "S1000", bars: 5 }), "close").byteLength).toBe(20);
    // what is shared is at most so much: the block's cells
    expect(bufferOf(of(0), "close").byteLength).toBe(40 * 256 * 4);
  });

  it("give the same cells of every type, whole and in part", () => {
    const absent = (s: number, i: number) => (s * 7 + i * 3) % 4 === 0 || (i === 3 && s < 10);
    const [asked, fresh] = [market(30, 300, absent), market(30, 300, absent)];
    const codes = asked.index.instruments;
    const requests = codes.flatMap((code) => [
      { universe: [code] },
      { universe: [code], bars: 5 },
      { universe: [code], start: 4n * DAY, end: 20n * DAY },
      { universe: [code], start: 4n * DAY, bars: 3 },
    ]);
    for (let round = 0; round < 3; round++) {
      for (const request of requests)
        for (const name of asked.columnNames) asked.window(request).column(name).values;
    }
    const shared = new Set(codes.slice(0, 256).map((code) => bufferOf(asked.series(code), "close")));
    expect(shared.size).toBe(1);
    for (const request of requests) {
      expect(asked.window(request).toJSON()).toEqual(fresh.window(request).toJSON());
    }
  });

  it("share it with loops by instrument, the second of which keeps it", () => {
    const panel = market(40, 300, (s, i) => i > 280 && s > 5); // the last block is smaller than the others
    const loop = (field: string) => {
      const all = new Map(panel.groupByInstrument());
      for (const history of all.values()) history.column(field).values;
      return (code: string) => bufferOf(all.get(code)!, field);
    };
    const [first, second, third] = [loop("close"), loop("close"), loop("close")];
    for (const code of ["S1000", "S1255", "S1256", "S1299"]) {
      expect(second(code)).not.toBe(first(code));
      expect(third(code)).toBe(second(code));
      expect(bufferOf(panel.series(code), "close")).toBe(second(code));
    }
    expect(loop("wide")("S1000")).not.toBe(bufferOf(panel.series("S1000"), "wide")); // of which this was the first
  });

  it("leave their panel's other windows and its columns as they were", () => {
    const panel = market(20, 30);
    const before = panel.toJSON();
    for (let round = 0; round < 4; round++) {
      for (const code of panel.index.instruments) panel.series(code).column("close").values;
    }
    expect(panel.toJSON()).toEqual(before);
    expect(panel.window({ universe: ["S1001", "S1003"] }).toJSON()).toEqual(
      before.filter(({ instrument }) => instrument === "S1001" || instrument === "S1003"),
    );
  });
});

describe("a block", () => {
  /** Sessions of some instruments out of `instruments`, more than one block has. */
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
        for (const layout of KeptBlocks.of(index).all()) {
          const { block } = layout;
          expect(block.first).toBe(next);
          next = block.last;
          const laid = layout.lay(cells).values as Float32Array;
          for (let code = block.first; code < block.last; code++) {
            const rows = [...codes.keys()].filter((row) => codes[row] === code);
            expect([...rowsOf(block, code)]).toEqual(rows);
            const [from, to] = [block.starts[code - block.first], block.starts[code - block.first + 1]];
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

  it("with as many sessions as rows take no more memory than its cells", () => {
    const [rows, instruments] = [60_000, 3000];
    const panel = panelFromColumns({
      datetime: Array.from({ length: rows }, (_, row) => BigInt(row) * DAY),
      instrument: Array.from({ length: rows }, (_, row) => `S${10_000 + ((row * 7919) % instruments)}`),
      columns: { close: Float32Array.from({ length: rows }, (_, row) => row) },
    });
    const buffers = () =>
      new Set(panel.index.instruments.map((code) => bufferOf(panel.series(code), "close")));
    buffers();
    buffers();
    const kept = buffers();
    expect(kept.size).toBe(Math.ceil(instruments / 256));
    expect([...kept].reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(4 * rows);
  });
});

/** A market of 300 sessions and 256 instruments, and whether histories come to share memory in it. */
function sharesMemory(): boolean {
  const panel = market(300, 256);
  for (let round = 0; round < 2; round++) {
    for (const code of panel.index.instruments) panel.series(code).column("close").values;
  }
  const [a, b] = [panel.series("S1000"), panel.series("S1001")];
  expect(b.column("close").at(2)).toBe(2001);
  return bufferOf(a, "close") === bufferOf(b, "close");
}

describe("memory for what could be made again", () => {
  const MEGA = 1 << 20;
  const use = (bytes: number, limit: number) => {
    vi.spyOn(process.memoryUsage, "rss").mockReturnValue(bytes);
    vi.spyOn(process, "constrainedMemory").mockReturnValue(limit);
  };
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("is spent while the process has less than half of what it may have", () => {
    use(100 * MEGA, 256 * MEGA);
    expect(canSpare(27 * MEGA)).toBe(true);
    expect(canSpare(29 * MEGA)).toBe(false);
    expect(canSpare(1)).toBe(true); // asked for, as the last answer was no
  });

  it("is asked for again when small pieces make a large one", () => {
    use(100 * MEGA, 256 * MEGA);
    expect(canSpare(MEGA)).toBe(true);
    use(200 * MEGA, 256 * MEGA);
    const granted = Array.from({ length: 2000 }, () => canSpare(1000)).filter(Boolean).length;
    expect(granted).toBe(Math.floor(MEGA / 1000));
  });

  it("is not spent on histories where there is none left, and is when there is again", () => {
    use(200 * MEGA, 256 * MEGA);
    expect(sharesMemory()).toBe(false);
    use(100 * MEGA, 0); // no limit
    expect(sharesMemory()).toBe(true);
  });
});
