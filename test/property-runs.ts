const { CI, FUZZ_SEED, FUZZ_FACTOR } = process.env;

/** A quarter of what CI draws is enough for a test run at one's desk; `npm run fuzz` draws many times as much. */
const FACTOR = Number(FUZZ_FACTOR ?? (CI ? 1 : 0.25));

/** Whether all is run, and not only some of what takes long: in CI and under `npm run fuzz`. */
export const isThorough = FACTOR >= 1;

/** How many of `runs` random cases this test run draws. */
export const drawn = (runs: number): number => Math.ceil(runs * FACTOR);

/** Seed and number of runs of a property, `fc.assert(property, propertyRuns(seed, runs))`; another seed under `npm run fuzz`. */
export function propertyRuns(seed: number, runs: number): { seed: number; numRuns: number } {
  return { seed: Number(FUZZ_SEED ?? seed), numRuns: drawn(runs) };
}
