/** Whether a query can mean a table: its name stands in the text as a word, in any case, quoted or not. */
export function namesTable(query: string, name: string): boolean {
  const spelled = new Set([name, name.replaceAll('"', '""')]);
  return [...spelled].some((text) => wordPattern(text).test(query));
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

function wordPattern(name: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(name)}(?![\\p{L}\\p{N}_])`, "iu");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
