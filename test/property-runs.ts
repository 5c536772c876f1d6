/**
 * Seed and number of runs of a property (`fc.assert(property, propertyRuns(seed, runs))`): those given here in the
 * test run, another seed and many times the runs under `npm run fuzz`.
 */
export function propertyRuns(seed: number, runs: number): { seed: number; numRuns: number } {
  const { FUZZ_SEED, FUZZ_FACTOR } = process.env;
  return { seed: Number(FUZZ_SEED ?? seed), numRuns: runs * Number(FUZZ_FACTOR ?? 1) };
}
