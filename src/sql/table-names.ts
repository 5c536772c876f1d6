import { DataServiceError } from "../errors.js";
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

/**
 * The names of a table's columns in a query. A field `$close` is a column `"$close"`, which SQL needs in double
 * quotes; a query that has the word `close` and no `"$close"` gets it under that name. Names that SQL cannot
 * tell apart (case does not count) get a number.
 */
export function columnNamesFor(query: string, fields: readonly string[]): Map<string, string> {
  const taken = new Set(["datetime", "instrument", ...fields.map((name) => name.toLowerCase())]);
  const names = new Map<string, string>();
  const given = new Set(["datetime", "instrument"]);
  for (const field of fields) {
    const bare = field.startsWith("$") ? field.slice(1) : "";
    const useBare =
      bare !== "" &&
      !taken.has(bare.toLowerCase()) &&
      !query.toLowerCase().includes(`"${field.toLowerCase()}"`) &&
      wordPattern(bare).test(query);
    const wanted = useBare ? bare : field;
    let name = wanted;
    for (let n = 1; given.has(name.toLowerCase()); n++) name = `${wanted}_${n}`;
    given.add(name.toLowerCase());
    names.set(field, name);
  }
  return names;
}

function wordPattern(name: string, flags = "iu"): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(name)}(?![\\p{L}\\p{N}_])`, flags);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
