import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareColumn } from "#src/factor-checks/compare/compare-columns.js";
import { everyCut } from "#src/factor-checks/proof/cuts.js";
import { ProofMarket } from "#src/factor-checks/proof/proof-market.js";
import { proveFactor } from "#src/factor-checks/proof/prove-factor.js";
import { Argsort } from "#src/factor-checks/quality/argsort.js";
import { computeQuality } from "#src/factor-checks/quality/compute-quality.js";
import { averageRanks } from "#src/factor-checks/quality/ranks.js";
import type { FactorSource } from "#src/factor-checks/sources/factor-source.js";
import { layPanel } from "#src/factor-checks/sources/lay-beside.js";
import { type Panel, panelFromColumns } from "#src/index.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";

const SESSIONS = 24;
const INSTRUMENTS = 5;

/** A market of random closes, some of which are missing. */
function marketOf(closes: readonly number[], gaps: readonly number[]): Panel {
  const keys = Array.from({ length: SESSIONS * INSTRUMENTS }, (_, k) => [
    Math.floor(k / INSTRUMENTS),
    k % INSTRUMENTS,
  ]);
  return panelFromColumns({
    datetime: keys.map(([s]) => BigInt(s!) * 86_400_000_000_000n),
    instrument: keys.map(([, i]) => `00000${i}.SZ`),
    columns: {
      close: Float64Array.from(keys, (_, k) => (gaps.includes(k) ? Number.NaN : closes[k % closes.length]!)),
    },
  });
}

/** By instrument, what `make` gives of its closes. */
function sourceOf(name: string, make: (closes: readonly number[]) => number[]): FactorSource {
  return {
    name,
    description: { kind: "python", text: name },
    computes: true,
    run: async ({ panel, index }) => {
      const close = panel.column("close").floats();
      const rows: number[][] = index.instruments.map(() => []);
      for (let row = 0; row < index.rowCount; row++) rows[index.codes[row]!]!.push(row);
      const out = new Float64Array(index.rowCount);
      for (const own of rows) {
        const made = make(own.map((row) => close[row]!));
        for (const [k, row] of own.entries()) out[row] = made[k]!;
      }
      return layPanel(panel.select([]).withColumns({ [name]: out }), index, 0);
    },
  };
}

const mean = (cells: readonly number[]) => {
  const present = cells.filter((cell) => !Number.isNaN(cell));
  return present.reduce((sum, cell) => sum + cell, 0) / present.length;
};

/** Ways to look ahead by some sessions. */
const AHEAD: Record<string, (lag: number) => (closes: readonly number[]) => number[]> = {
  shift: (lag) => (closes) => closes.map((_, k) => closes[k + lag] ?? Number.NaN),
  centred: (lag) => (closes) => closes.map((_, k) => mean(closes.slice(Math.max(0, k - lag), k + lag + 1))),
  "all time": () => (closes) => closes.map((close) => close - mean(closes)),
  last: () => (closes) => closes.map((close) => close / closes.at(-1)!),
};

describe("planted faults", () => {
  const folder = scratchFolder();
  const closes = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 40, maxLength: 60 });

  it("truncation finds a look-ahead of any lag and any kind", async () => {
    await fc.assert(
      fc.asyncProperty(
        closes,
        fc.constantFrom(...Object.keys(AHEAD)),
        fc.integer({ min: 1, max: 8 }),
        async (cells, kind, lag) => {
          fc.pre(new Set(cells).size > 30);
          const market = marketOf(cells, []);
          const proof = new ProofMarket(market, folder, everyCut(market));
          const source = sourceOf(kind, AHEAD[kind]!(lag));
          const { verdict, first } = await proveFactor(source, proof, await source.run(proof.whole), {
            lookback: false,
          });
          expect(verdict).toBe("look-ahead");
          expect(first).toBeDefined();
        },
      ),
      propertyRuns(20, 25),
    );
  });

  it("truncation finds none in a factor of the past, and its look-back", async () => {
    await fc.assert(
      fc.asyncProperty(closes, fc.integer({ min: 1, max: 8 }), async (cells, lag) => {
        fc.pre(new Set(cells).size > 30);
        const market = marketOf(cells, []);
        const proof = new ProofMarket(market, folder, everyCut(market));
        const source = sourceOf("past", (own) => own.map((close, k) => close / (own[k - lag] ?? Number.NaN)));
        const found = await proveFactor(source, proof, await source.run(proof.whole));
        expect(found.verdict).toBe("proven for the cuts tried");
        expect(found.lookback?.rows).toBe(lag + 1);
        expect(found.dependsOnOrder).toBe(false);
      }),
      propertyRuns(21, 10),
    );
  });

  it("comparison finds a difference at any cell", () => {
    fc.assert(
      fc.property(
        closes,
        fc.nat(SESSIONS * INSTRUMENTS - 1),
        fc.double({ min: 1e-6, max: 10, noNaN: true }),
        (cells, at, by) => {
          const { index, ...market } = marketOf(cells, []);
          const left = Float64Array.from({ length: index.rowCount }, (_, row) => cells[row % cells.length]!);
          const right = left.slice();
          right[at]! += by;
          const inBoth = new Uint8Array(index.rowCount).fill(1);
          const found = compareColumn({ column: "x", index, left, right, inBoth }, 1e-12);
          expect(market).toBeDefined();
          expect([found.equal, found.apart]).toEqual([index.rowCount - 1, 1]);
          expect(found.first).toEqual(found.worst);
          expect(found.first!.right).toBe(right[at]);
        },
      ),
      propertyRuns(22, 100),
    );
  });

  it("figures of many factors in one pass are those of each alone", () => {
    fc.assert(
      fc.property(closes, fc.array(fc.nat(SESSIONS * INSTRUMENTS - 1), { maxLength: 30 }), (cells, gaps) => {
        const market = marketOf(cells, gaps);
        const values = (by: number) =>
          Float64Array.from({ length: market.rowCount }, (_, row) => (row * by) % 17);
        const factors = market.select([]).withColumns({ a: values(7), b: values(11), c: values(5) });
        const together = computeQuality(market, factors, { decay: [1, 2] });
        const alone = ["a", "b", "c"].flatMap((name) =>
          computeQuality(market, factors.select([name]), { decay: [1, 2] }),
        );
        expect(together).toEqual(alone);
      }),
      propertyRuns(23, 20),
    );
  });

  it("ranks are those of the definition, in sessions of any size", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, 1 + 2 ** -52, Number.NaN)), {
          maxLength: 300,
        }),
        (cells) => {
          const x = Float64Array.from(cells);
          const [order, ranks] = [new Uint32Array(x.length), new Float64Array(x.length)];
          averageRanks(x, order, new Argsort().sort(x, x.length, order), ranks);
          const present = cells.filter((cell) => !Number.isNaN(cell));
          for (const [k, cell] of cells.entries()) {
            if (Number.isNaN(cell)) continue;
            const below = present.filter((other) => other < cell).length;
            const same = present.filter((other) => other === cell).length;
            expect(ranks[k]).toBe(below + (same + 1) / 2);
          }
        },
      ),
      propertyRuns(24, 200),
    );
  });
});
