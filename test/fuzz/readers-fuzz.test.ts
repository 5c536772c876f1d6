import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modules } from "../../scripts/build.mjs";
import { requireBuild, root } from "../built-package.js";
import { propertyRuns } from "../property-runs.js";
import { corpus } from "./corpus.js";
import { Judge, type Judgement, type Memory } from "./judges.js";
import { type Mutant, mutant, writeMutant } from "./mutants.js";

/** Mutants in the test run. */
const MUTANTS = { hdf5: 200, arrow: 100, parquet: 120, csv: 30, "qlib-bin": 40 } as const;
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

/** One a core; they go on from format to format, since starting one takes as long as fifty files. */
const judges = Array.from({ length: Math.min(availableParallelism(), 8) }, () => new Judge(modules));

/** Hands the numbers below `count` to the judges, to each the next one when it is done with the last. */
async function eachNumber(count: number, use: (judge: Judge, k: number, worker: number) => Promise<void>) {
  let next = 0;
  const work = async (judge: Judge, worker: number) => {
    for (let k = next++; k < count; k = next++) await use(judge, k, worker);
  };
  await Promise.all(judges.map(work));
}

beforeAll(requireBuild);
afterAll(() => {
  for (const judge of judges) judge.close();
  rmSync(scratch, { recursive: true });
});

test("the corpus itself is read", async () => {
  await eachNumber(seeds.length, async (judge, s) => {
    const seed = seeds[s]!;
    const file = [...seed.files.keys()][0]!;
    const whole = { seed, file, bytes: seed.files.get(file)!, what: "unchanged" };
    const path = writeMutant(whole, join(scratch, `whole${s}`));
    const { verdict } = await judge.judge(path, seed.format === "hdf5");
    expect(verdict, seed.name).toHaveProperty("panel");
    emptyCells[s] = "panel" in verdict ? verdict.panel.empty : 0;
  });
});

describe.each(FORMATS)("damaged %s files", (format) => {
  const { seed, numRuns } = propertyRuns(20_201, MUTANTS[format]);

  test("give a panel of what they hold or a DataServiceError, in bounded time and memory", async () => {
    const chosen = seeds.map((_, s) => s).filter((s) => seeds[s]!.format === format);
    const faults: string[] = [];
    const endings = new Map<string, number>();
    await eachNumber(numRuns, async (judge, k, worker) => {
      const s = chosen[k % chosen.length]!;
      const made = mutant(seeds, s, seed, k);
      const path = writeMutant(made, join(scratch, `${format}${worker}`));
      const judgement = await judge.judge(path, format === "hdf5");
      const ending = endingOf(judgement);
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
      const fault = faultOf(judgement) ?? guessOf(made, judgement, emptyCells[s]!);
      if (fault !== undefined)
        faults.push(`${keep(made, `${made.seed.name}-${seed}-${k}`)}: ${made.what}: ${fault}`);
    });
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
