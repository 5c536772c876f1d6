import distance from "leven";
import { digitsOf } from "./code-conventions.js";

/**
 * The known name nearest to `name`, case and a leading `$` aside: a code with its six digits, else a name of which it is
 * a word (`pe` of `db_pe_ttm`), else one that begins with it, else one that contains it, else by edit distance, which also chooses among several. A code with other digits is
 * another company's, and never named. Undefined when none is near.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const asked = plain(name);
  const digits = digitsOf(asked);
  const within = Math.max(2, Math.ceil(asked.length / 3));
  let [best, bestKinship, least] = [undefined as string | undefined, 0 as number, Number.POSITIVE_INFINITY];
  for (const candidate of known) {
    const own = plain(candidate);
    const theirs = digitsOf(own);
    if (isCode(digits, asked) && isCode(theirs, own) && digits !== theirs) continue;
    const d = distance(asked, own);
    const kinship = digits !== undefined && digits === theirs ? 4 : kinshipOf(asked, own);
    if (kinship === 0 && d > within) continue;
    if (kinship > bestKinship || (kinship === bestKinship && d < least)) {
      [best, bestKinship, least] = [candidate, kinship, d];
    }
  }
  return best;
}

/** Whether a name with such digits is a stock's code: at least one of its six digits is written. */
function isCode(digits: string | undefined, name: string): boolean {
  return digits !== undefined && /^[a-z]{0,4}[.-]?\d{1,6}(?:[.-][a-z]{2,4})?$/.test(name);
}

/** What is shorter stands in too many names by chance. */
const LEAST_LETTERS = 3;

/** How a known name has what was written in it, as a word between `_` at best; 0 where it has not. */
function kinshipOf(asked: string, own: string): 0 | 1 | 2 | 3 {
  if (asked.length > 1 && own.split("_").includes(asked)) return 3;
  if (asked.length < LEAST_LETTERS) return 0;
  if (own.startsWith(asked)) return 2;
  return own.includes(asked) ? 1 : 0;
}

/** `; did you mean "$close"?`, or nothing. */
export function suggestion(near: string | undefined): string {
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/^\$/, "");
}
