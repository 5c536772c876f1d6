import { createRequire } from "node:module";

type Levenshtein = typeof import("fastest-levenshtein");

/** The known name nearest to `name` by edit distance, case and a leading `$` aside; undefined when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  // Loaded with the first unknown name: the package is not ESM, which makes it slow to import.
  const { distance } = createRequire(import.meta.url)("fastest-levenshtein") as Levenshtein;
  let [best, least] = [undefined as string | undefined, Number.POSITIVE_INFINITY];
  const asked = plain(name);
  for (const candidate of known) {
    const d = distance(asked, plain(candidate));
    if (d < least) [best, least] = [candidate, d];
  }
  return least <= Math.max(2, Math.ceil(asked.length / 3)) ? best : undefined;
}

/** `; did you mean "$close"?`, or nothing. */
export function suggestion(near: string | undefined): string {
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/^\$/, "");
}
