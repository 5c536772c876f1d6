import { DataServiceError } from "../errors.js";

/**
 * The records of a small CSV text by its heading, whose names are trimmed and in lower case; quoted cells may hold commas, quotes and line breaks. In any other cell, and
 * after the end of a quoted one, a quote is a character as others are. Source: Python's csv.reader.
 * @throws DataServiceError corrupt (a quoted cell that does not end)
 */
export function csvRecords(text: string, path: string): Readonly<Record<string, string>>[] {
  const rows: string[][] = [[]];
  const rest = /([^,\r\n]*)(,|\r\n?|\n|$)/y;
  for (let [at, end] = [0, ","]; end !== ""; at = rest.lastIndex) {
    if (end !== ",") rows.push([]);
    const quoted = text[at] === '"' ? quotedCell(text, at, path) : "";
    rest.lastIndex = at + quoted.length;
    const [, plain, after] = rest.exec(text) as unknown as [string, string, string];
    rows.at(-1)!.push(quoted.slice(1, -1).replaceAll('""', '"') + plain);
    end = after;
  }
  const [heading = [], ...body] = rows;
  const names = heading.map((name) => name.trim().toLowerCase());
  return body.map((row) => Object.fromEntries(row.map((text, i) => [names[i] ?? String(i), text])));
}

/** A quoted cell with its quotes. */
function quotedCell(text: string, start: number, path: string): string {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  if (end >= 0) return text.slice(start, end + 1);
  const line = text.slice(0, start).split(/\r\n?|\n/).length;
  throw new DataServiceError(
    "corrupt",
    `${path}: line ${line} begins a quoted cell that does not end; close its quotes`,
    { path, position: line },
  );
}
