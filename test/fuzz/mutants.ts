import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import type { Seed } from "./corpus.js";
import { Random } from "./random.js";

/** One changed file of a seed. */
export interface Mutant {
  readonly seed: Seed;
  /** Which file of it was changed, and how. */
  readonly file: string;
  readonly bytes: Buffer;
  readonly what: string;
}

/** Mutant `k` of the seed numbered `s`: one change, sometimes two or three. The same for the same numbers. */
export function mutant(seeds: readonly Seed[], s: number, fuzzSeed: number, k: number): Mutant {
  const seed = seeds[s]!;
  const random = Random.of(fuzzSeed, s, k);
  const file = random.pick([...seed.files.keys()]);
  const mutations = seed.mutationsOf(file);
  const others = seeds.filter((other) => other !== seed).map(({ files }) => [...files.values()][0]!);
  let bytes = seed.files.get(file)!;
  const what: string[] = [];
  for (let left = random.pick([1, 1, 1, 1, 2, 3]); left > 0 && bytes.length > 0; ) {
    const mutated = random.pick(mutations)(bytes, random, others);
    if (!mutated) continue;
    bytes = mutated.bytes;
    what.push(mutated.what);
    left--;
  }
  return { seed, file, bytes, what: `${file}: ${what.join("; ")}` };
}

/** Writes the mutant, as a file or a folder, under `path`; returns what to open. */
export function writeMutant({ seed, file, bytes }: Mutant, path: string): string {
  if (!seed.isFolder) {
    const target = path + extname(file);
    writeFileSync(target, bytes);
    return target;
  }
  rmSync(path, { recursive: true, force: true });
  for (const [name, original] of seed.files) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), name === file ? bytes : original);
  }
  return path;
}
