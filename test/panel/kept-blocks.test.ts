import { describe, expect, it, vi } from "vitest";
import { type Panel, panelFromColumns } from "../../src/index.js";
import { canSpare } from "../../src/panel/spare-memory.js";

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
    // which is at most so much: the block's cells
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

describe("memory for what could be made again", () => {
  it("is spent while a quarter of the machine's is left", () => {
    expect(canSpare(1 << 20)).toBe(true);
    expect(canSpare(2 ** 50)).toBe(false);
  });

  it("is not spent where there is none left, and is when there is again", () => {
    const panel = market(300, 256);
    const isShared = () => {
      for (const code of panel.index.instruments) panel.series(code).column("close").values;
      const [a, b] = [panel.series("S1000"), panel.series("S1001")];
      expect(b.column("close").at(2)).toBe(2001);
      return bufferOf(a, "close") === bufferOf(b, "close");
    };
    const available = vi.spyOn(process, "availableMemory").mockReturnValue(0);
    expect(isShared()).toBe(false);
    available.mockRestore();
    expect(isShared()).toBe(true);
  });
});
