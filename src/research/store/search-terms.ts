/** Characters of languages that no blanks divide. */
const UNDIVIDED = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}";
/** A run of these, or a word of another script. */
const RUN = new RegExp(`([${UNDIVIDED}]+)|((?:(?![${UNDIVIDED}])[\\p{L}\\p{N}\\p{M}])+)`, "gu");
/** Where a name's next word begins: MoneyFlow, mom20, XMLName. */
const WORD_STARTS =
  /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

/** Terms of one record beyond these say no more of it: an expression of a million characters. */
const MOST_TERMS = 4000;
const LONGEST_TERM = 60;

/**
 * The terms by which texts are found, in order: words in lower case, each also from the starts of the words inside it on
 * (MoneyFlow: moneyflow, flow); of Chinese every two characters that stand together, and the last alone (市盈率: 市盈, 盈率,
 * 率). Letters and digits only.
 */
export function termsOf(texts: readonly (string | null | undefined)[]): string[] {
  const terms: string[] = [];
  for (const text of texts) {
    for (const [, chinese, word] of (text ?? "").normalize("NFKC").matchAll(RUN)) {
      const found = chinese === undefined ? wordTerms(word!) : [...pairsOf(chinese), [...chinese].at(-1)!];
      for (const term of found) terms.push(term);
      if (terms.length >= MOST_TERMS) return terms.slice(0, MOST_TERMS);
    }
  }
  return terms;
}

/** Terms that must stand one after the other, the last of them perhaps only begun. */
export interface SoughtTerms {
  readonly terms: readonly string[];
  readonly isBegun: boolean;
}

/** What a search asks for, all of it; `unindexed` are its words without a letter or digit, such as `$` or `/`. */
export interface Sought {
  readonly all: readonly SoughtTerms[];
  readonly unindexed: readonly string[];
}

/** A search's words as terms: words match from their beginning on, Chinese wherever it stands. */
export function soughtTerms(search: string): Sought {
  const all: SoughtTerms[] = [];
  const unindexed: string[] = [];
  for (const part of search.split(/\s+/).filter(Boolean)) {
    const before = all.length;
    for (const [, chinese, word] of part.normalize("NFKC").matchAll(RUN)) {
      if (word !== undefined) all.push({ terms: [lowered(word)], isBegun: true });
      else if ([...chinese!].length === 1) all.push({ terms: [chinese!], isBegun: true });
      else all.push({ terms: pairsOf(chinese!), isBegun: false });
    }
    if (all.length === before) unindexed.push(part);
  }
  return { all, unindexed };
}

function pairsOf(chinese: string): string[] {
  const characters = [...chinese];
  return characters.slice(1).map((character, at) => characters[at]! + character);
}

function wordTerms(word: string): string[] {
  const parts = word.split(WORD_STARTS);
  return parts.map((_, at) => lowered(parts.slice(at).join("")));
}

const lowered = (word: string): string => word.toLowerCase().slice(0, LONGEST_TERM);
