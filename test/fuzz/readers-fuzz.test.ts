import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modules } from "../../scripts/build.mjs";
import { requireBuild, root } from "../built-package.js";
import { propertyRuns } from "../property-runs.js";
import { corpus } from "./corpus.js";
import { Judge, type Judgement, type Memory } from "./judges.js";
import { type Mutant, mutant, writeMutant } from "./mutants.js";

/** Mutants in the test run. Those that DuckDB reads take the longest. */
const MUTANTS = { hdf5: 1_200, arrow: 600, parquet: 200, csv: 60, "qlib-bin": 160 } as const;
const FORMATS = ["hdf5", "arrow", "parquet", "csv", "qlib-bin"] as const;
const MB = 2 ** 20;
/** Bytes; the files have 4 to 110 KB. */
const MOST: Memory = {
  askedInAll: 192 * MB,
  askedAtOnce: 32 * MB,
  wasm: 64 * MB,
  reserved: 1024 * MB,
  resident: 256 * MB,
};

const scratch = mkdtempSync(join(tmpdir(), "fuzz-"));
const kept = join(root, ".cache", "fuzz");
const seeds = corpus();

/** Cells of each undamaged file that are NaN, zero or missing. */
const emptyCells: number[] = [];

beforeAll(requireBuild);
afterAll(() => rmSync(scratch, { recursive: true }));

test("the corpus itself is read", async () => {
  const judge = new Judge(modules);
  for (const [s, seed] of seeds.entries()) {
    const file = [...seed.files.keys()][0]!;
    const whole = { seed, file, bytes: seed.files.get(file)!, what: "unchanged" };
    const { verdict } = await judge.judge(
      writeMutant(whole, join(scratch, `whole${s}`)),
      seed.format === "hdf5",
    );
    expect(verdict, seed.name).toHaveProperty("panel");
    emptyCells[s] = "panel" in verdict ? verdict.panel.empty : 0;
  }
  judge.close();
});

describe.each(FORMATS)("damaged %s files", (format) => {
  const { seed, numRuns } = propertyRuns(20_201, MUTANTS[format]);

  test("give a panel of what they hold or a DataServiceError, in bounded time and memory", async () => {
    const chosen = seeds.map((_, s) => s).filter((s) => seeds[s]!.format === format);
    let next = 0;
    const faults: string[] = [];
    const endings = new Map<string, number>();
    const work = async (worker: number) => {
      const judge = new Judge(modules);
      for (let k = next++; k < numRuns; k = next++) {
        const made = mutant(seeds, chosen[k % chosen.length]!, seed, k);
        const path = writeMutant(made, join(scratch, `${format}${worker}`));
        const judgement = await judge.judge(path, format === "hdf5");
        const ending = endingOf(judgement);
        endings.set(ending, (endings.get(ending) ?? 0) + 1);
        const fault = faultOf(judgement) ?? guessOf(made, judgement, emptyCells[chosen[k % chosen.length]!]!);
        if (fault !== undefined)
          faults.push(`${keep(made, `${made.seed.name}-${seed}-${k}`)}: ${made.what}: ${fault}`);
      }
      judge.close();
    };
    await Promise.all([work(0), work(1)]);
    console.log(
      `${format}: ${numRuns} mutants: ${[...endings].map(([ending, n]) => `${n} ${ending}`).join(", ")}`,
    );
    expect(faults.join("\n\n")).toBe("");
    expect(endings.get("panel")).toBeGreaterThan(0);
    expect(endings.get("corrupt")).toBeGreaterThan(0);
  }, 0); // the judges' own patience ends what hangs
});

function endingOf({ verdict }: Judgement): string {
  if ("panel" in verdict) return "panel";
  return "refused" in verdict ? verdict.refused.code : "fault";
}

function faultOf({ verdict, memory }: Judgement): string | undefined {
  if ("fault" in verdict) return verdict.fault;
  const over = Object.entries(MOST).filter(([kind, most]) => memory![kind as keyof Memory] > most);
  if (over.length === 0) return undefined;
  return over.map(([kind]) => `${kind} ${Math.round(memory![kind as keyof Memory] / MB)} MB`).join(", ");
}

/**
 * Cells that were made up: where damage cannot pass for data, a mutant has no more cells that are NaN, zero or
 * missing than the file it was made of, and the bytes that were changed.
 */
function guessOf(made: Mutant, { verdict }: Judgement, emptyBefore: number): string | undefined {
  if (!made.seed.isChecked || !("panel" in verdict)) return undefined;
  const before = made.seed.files.get(made.file)!;
  let changed = Math.abs(before.length - made.bytes.length);
  for (let i = 0; i < Math.min(before.length, made.bytes.length); i++)
    if (before[i] !== made.bytes[i]) changed++;
  const { empty } = verdict.panel;
  return empty > emptyBefore + changed ? `${empty} empty cells instead of ${emptyBefore}` : undefined;
}

/** Leaves a mutant where it can be looked at. */
function keep(made: Mutant, name: string): string {
  mkdirSync(kept, { recursive: true });
  return writeMutant(made, join(kept, name));
}
