import { DataServiceError } from "../errors.js";
import { caseFolded } from "../formats/storable-names.js";
import { listNames } from "../names/field.js";

/** Whether a query can mean a table: its name stands in the text as a word, in any case, quoted or not. */
export function namesTable(query: string, name: string): boolean {
  return spells(query, name, "iu");
}

/** Whether a query asks for the names of the tables, which may be of none that it names. */
export function listsTables(query: string): boolean {
  return /\bshow\s+tables\b/i.test(query);
}

/**
 * The tables that a query can mean. Of names that differ in case alone, which DuckDB does not tell apart, quoted or
 * not, it is the one that the query spells as it is. @throws DataServiceError sql where it spells several, or none
 */
export function tablesNamed<T extends { readonly name: string }>(query: string, tables: readonly T[]): T[] {
  const named = tables.filter(({ name }) => namesTable(query, name));
  return named.filter((table) => {
    const same = named.filter(({ name }) => name.toLowerCase() === table.name.toLowerCase());
    if (same.length === 1) return true;
    const spelled = same.filter(({ name }) => spells(query, name, "u"));
    if (spelled.length === 1) return spelled[0] === table;
    const names = same.map(({ name }) => name);
    throw new DataServiceError(
      "sql",
      `the tables ${listNames(names)} differ in case alone, which SQL does not tell apart; spell the one that is meant as it is here, or give another a new name`,
      { found: names },
    );
  });
}

function spells(query: string, name: string, flags: string): boolean {
  const spelled = new Set([name, name.replaceAll('"', '""')]);
  return [...spelled].some((text) => wordPattern(text, flags).test(query));
}

const KEYS = ["datetime", "instrument"];

/**
 * The names of a table's columns in a query. A field `$close` is a column `"$close"`, which SQL needs in double
 * quotes; a query that has the word `close` and no `"$close"` gets it under that name. Of names that differ in case
 * alone, the one that the query spells as it is keeps its name; the others get a number.
 * @throws DataServiceError sql where it spells several, or none as it is
 */
export function columnNamesFor(query: string, fields: readonly string[]): Map<string, string> {
  const taken = new Set([...KEYS, ...fields.map((name) => name.toLowerCase())]);
  const wanted = fields.map((field) => {
    const bare = field.startsWith("$") ? field.slice(1) : "";
    const useBare =
      bare !== "" &&
      !taken.has(bare.toLowerCase()) &&
      !query.toLowerCase().includes(`"${field.toLowerCase()}"`) &&
      wordPattern(bare).test(query);
    return useBare ? bare : field;
  });
  const alike = new Map<string, string[]>();
  for (const name of [...KEYS, ...wanted]) {
    const same = alike.get(caseFolded(name));
    if (same) same.push(name);
    else alike.set(caseFolded(name), [name]);
  }
  const meant = new Set(Array.from(alike.values(), (same) => meantBy(query, same)));
  const given = new Set(alike.keys());
  const named = wanted.map((name) => {
    let own = name;
    if (!meant.has(name)) {
      for (let n = 1; given.has(caseFolded(own)); n++) own = `${name}_${n}`;
      given.add(caseFolded(own));
    }
    return own;
  });
  return new Map(fields.map((field, i) => [field, named[i]!]));
}

/** Which of the columns that differ in case alone a query means; where it has none of them, the first. */
function meantBy(query: string, same: readonly string[]): string {
  const first = same[0]!;
  if (same.length === 1 || !spells(query, first, "iu")) return first;
  const spelled = same.filter((name) => spells(query, name, "u"));
  // A key keeps its name, whatever is meant.
  if (spelled.length === 1 && (spelled[0] === first || !KEYS.includes(first))) return spelled[0]!;
  throw new DataServiceError(
    "sql",
    `the columns ${listNames(same)} differ in case alone, which SQL does not tell apart; spell the one that is meant, and no other, as it is here, or give one a new name with rename`,
    { found: same },
  );
}

function wordPattern(name: string, flags = "iu"): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(name)}(?![\\p{L}\\p{N}_])`, flags);
}

/** A hyphen stays as it is: with the flag u, `\-` is not valid outside brackets. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
