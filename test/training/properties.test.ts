import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Panel } from "#src/panel/panel.js";
import { trainingSet } from "#src/training/build-training-set.js";
import type { Processor, Span } from "#src/training/processors/processor.js";
import { planBatches } from "#src/training/sequences/plan-batches.js";
import type { SequenceFill } from "#src/training/sequences/window-grid.js";
import type { TrainingRequest } from "#src/training/training-request.js";
import type { TrainingSet } from "#src/training/training-set.js";
import { propertyRuns } from "../property-runs.js";
import { scratchFolder } from "../scratch-folder.js";
import { type RandomMarket, randomMarkets } from "./random-set.js";

const SESSIONS = 24;
const scratch = scratchFolder();
const markets = randomMarkets(SESSIONS);
const feature = { fields: "feature" } as const;
/** What a processor of today must give for a row whatever rows come later. */
const steps: readonly Processor[] = [
  { kind: "RobustZScoreNorm", ...feature },
  { kind: "ZScoreNorm", ...feature },
  { kind: "MinMaxNorm", ...feature },
  { kind: "Winsorise", ...feature, limits: [0.1, 0.9] },
  { kind: "RankGauss", ...feature },
  { kind: "CSRankNorm", ...feature },
  { kind: "CSZScoreNorm", ...feature },
  { kind: "CSZFillna", ...feature },
  { kind: "Fillna", ...feature, value: 0.5 },
  { kind: "ProcessInf", ...feature },
];
const pipelines = fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 3 });

function requestOf({ dates }: RandomMarket, infer: readonly Processor[]): TrainingRequest {
  return {
    features: ["x", "y"],
    labels: { label: "Ref($x, -2)/Ref($x, -1) - 1" },
    segments: { train: [dates[0]!, dates[13]!], test: [dates[17]!, dates.at(-1)!] },
    processors: { infer },
    allow: ["missing-features", "single-instrument"],
  };
}

/** A set, or undefined where the market gives no label or no fit: such requests are refused. */
async function setOf(market: RandomMarket, request: TrainingRequest): Promise<TrainingSet | undefined> {
  return trainingSet(market.panel, request).catch((error: { code?: string }) => {
    expect(error.code).toBe("bad-request");
    return undefined;
  });
}

describe("properties of training sets", () => {
  it("fit on one part and applied to another is what one run over both gives", async () => {
    await fc.assert(
      fc.asyncProperty(markets, pipelines, async (market, infer) => {
        const whole = await setOf(market, requestOf(market, infer));
        if (!whole) return;
        const state = join(scratch, "state.json");
        await whole.saveState(state);
        const { segments, labels: _, ...rest } = requestOf(market, infer);
        const part = await setOf(market, {
          ...rest,
          start: market.dates[17]!,
          segments: { test: segments.test! },
          state,
        });
        if (!part) return;
        const columns = ["x", "y"];
        expect(part.segment("test").toPanel().select(columns).toRows()).toEqual(
          whole.segment("test").toPanel().select(columns).toRows(),
        );
      }),
      propertyRuns(21, 25),
    );
  });

  it("day after day, a saved state gives the rows that it gives all at once", async () => {
    await fc.assert(
      fc.asyncProperty(markets, pipelines, async (market, infer) => {
        const whole = await setOf(market, requestOf(market, infer));
        if (!whole) return;
        const state = join(scratch, "daily.json");
        await whole.saveState(state);
        const all = whole.segment("test").toPanel().select(["x", "y"]);
        for (const [s, day] of market.dates.entries()) {
          if (s < 17) continue;
          const { labels: _, ...rest } = requestOf(market, infer);
          const span: Span = [day, day];
          const one = await setOf(market, { ...rest, start: day, end: day, segments: { test: span }, state });
          const expected = all.window({ start: day, end: day }).toRows();
          expect(one?.segment("test").toPanel().toRows()).toEqual(expected);
        }
      }),
      propertyRuns(22, 8),
    );
  });

  it("no label of a segment changes with what happens from the next segment on", async () => {
    const cuts = fc.tuple(fc.integer({ min: 8, max: 12 }), fc.integer({ min: 14, max: 18 }));
    const horizons = fc.integer({ min: 1, max: 4 });
    await fc.assert(
      fc.asyncProperty(markets, cuts, horizons, async (market, [valid, test], horizon) => {
        const { dates, panel } = market;
        const request: TrainingRequest = {
          features: ["y"],
          labels: { label: `Ref($x, -${horizon + 1})/Ref($x, -1) - 1` },
          segments: {
            train: [dates[0]!, dates[valid - 1]!],
            valid: [dates[valid]!, dates[test - 1]!],
            test: [dates[test]!, null],
          },
          allow: ["missing-features"],
        };
        const set = await setOf(market, request);
        if (!set) return;
        for (const [name, next] of [
          ["train", valid],
          ["valid", test],
        ] as const) {
          const cut = dates[next]!;
          // The market as it was known before the next segment: everything from there on is other numbers.
          const changed = otherwiseFrom(panel, cut);
          const other = await setOf({ ...market, panel: changed }, request);
          expect(other?.segment(name).toPanel().toRows()).toEqual(set.segment(name).toPanel().toRows());
        }
      }),
      propertyRuns(23, 20),
    );
  });

  it("a sample is the window that its definition gives, cell by cell", async () => {
    const fills = fc.constantFrom<SequenceFill>("none", "ffill", "ffill+bfill");
    const lengths = fc.integer({ min: 1, max: 8 });
    await fc.assert(
      fc.asyncProperty(markets, fills, lengths, fc.boolean(), async (market, fill, length, contiguous) => {
        const learn: Processor[] = [{ kind: "DropnaLabel" }];
        const set = await setOf(market, { ...requestOf(market, []), processors: { learn } });
        if (!set) return;
        for (const history of ["view", "infer"] as const) {
          const sequences = set.segment("train").sequences({ length, fill, contiguous, history });
          const view = set.view(history === "view" ? "learn" : "infer");
          for (let sample = 0; sample < sequences.count; sample++) {
            const { datetime, instrument } = sequences.keyAt(sample);
            expect(set.view("learn").rowOf(datetime, instrument)).toBeGreaterThanOrEqual(0);
            const last = view.index.sessionAt(BigInt(datetime.getTime()) * 1_000_000n);
            const window = Array.from({ length }, (_, k) => {
              const session = last - length + 1 + k;
              const row = session < 0 ? -1 : view.rowOf(view.index.datetimes[session]!, instrument);
              return row < 0 ? undefined : ["x", "y"].map((name) => view.column(name).at(row) as number);
            });
            expect(Array.from(sequences.windows([sample]))).toEqual(filled(window, fill).flat());
          }
        }
      }),
      propertyRuns(24, 20),
    );
  });

  it("shuffled batches are every sample once, in an order that the seed alone decides", () => {
    const sessions = fc
      .array(fc.nat(9), { minLength: 1, maxLength: 200 })
      .map((own) => Int32Array.from(own).sort());
    const sizes = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant("session" as const));
    fc.assert(
      fc.property(sessions, sizes, fc.integer(), (own, size, seed) => {
        const order = planBatches(own, { size, seed }).flatMap((batch) => [...batch]);
        expect(order.toSorted((a, b) => a - b)).toEqual([...own.keys()]);
        expect(planBatches(own, { size, seed }).flatMap((batch) => [...batch])).toEqual(order);
        for (const batch of planBatches(own, { size, seed })) {
          if (size === "session") expect(new Set(Array.from(batch, (sample) => own[sample])).size).toBe(1);
          else expect(batch.length).toBeLessThanOrEqual(size);
        }
      }),
      propertyRuns(25, 100),
    );
  });
});

/** qlib's fills, by their definition: a missing step repeats the one before, then the one after, inside the window. */
function filled(window: readonly (readonly number[] | undefined)[], fill: SequenceFill): number[][] {
  const own = [...window];
  if (fill !== "none") for (let k = 1; k < own.length; k++) own[k] ??= own[k - 1];
  if (fill === "ffill+bfill") for (let k = own.length - 2; k >= 0; k--) own[k] ??= own[k + 1];
  return own.map((step) => [...(step ?? [Number.NaN, Number.NaN])]);
}

/** The same rows, with other numbers from a date on. */
function otherwiseFrom(panel: Panel, date: string): Panel {
  const first = panel.window({ end: date }).rowCount - panel.window({ start: date, end: date }).rowCount;
  const cells = panel
    .column("x")
    .floats()
    .map((x, row) => (row < first ? x : 3 + 2 * x));
  return panel.select(["y"]).withColumns({ x: cells });
}
