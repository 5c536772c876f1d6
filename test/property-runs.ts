const { CI, FUZZ_SEED, FUZZ_FACTOR } = process.env;

/** A quarter is enough for a test run at one's desk, and half for CI; `npm run fuzz` draws many times as much. */
const FACTOR = Number(FUZZ_FACTOR ?? (CI ? 0.5 : 0.25));

/** Whether all is run, and not only some of what takes long: under `npm run fuzz`, or with FUZZ_FACTOR=1. */
export const isThorough = FACTOR >= 1;

/** How many of `runs` random cases this test run draws. */
export const drawn = (runs: number): number => Math.ceil(runs * FACTOR);

/** Seed and number of runs of a property, `fc.assert(property, propertyRuns(seed, runs))`; another seed under `npm run fuzz`. */
export function propertyRuns(seed: number, runs: number): { seed: number; numRuns: number } {
  return { seed: Number(FUZZ_SEED ?? seed), numRuns: drawn(runs) };
}
