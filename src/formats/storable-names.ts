import type { WritableTable } from "../columns/table.js";
import { DataServiceError } from "../errors.js";

/**
 * Refuses names with a NUL character, at which text ends in many formats: the rest would be lost, and two names could
 * become one. @throws DataServiceError unsupported
 */
export function refuseNul(path: string, { keys, columns, groups }: WritableTable): void {
  const refuse = (what: string, names: Iterable<string>) => {
    for (const name of names) {
      if (!name.includes("\0")) continue;
      const problem = `${path}: ${what} ${JSON.stringify(name)} has a NUL character, at which names end in this format; write .arrow instead`;
      throw new DataServiceError("unsupported", problem, { path, found: [name] });
    }
  };
  refuse("instrument", keys.instruments);
  refuse("column", columns.keys());
  refuse("group", groups?.values() ?? []);
}

/** Refuses instruments whose names readers of the format take for missing. @throws DataServiceError unsupported */
export function refuseMissing(path: string, { keys }: WritableTable, missing: readonly string[]): void {
  const instrument = keys.instruments.find((name) => missing.includes(name));
  if (instrument === undefined) return;
  const problem = `${path}: instrument ${JSON.stringify(instrument)} would be read as a missing one from this format; write .parquet or .arrow instead`;
  throw new DataServiceError("unsupported", problem, { path, instrument });
}

/** Refuses columns and groups whose names readers of the format take for missing. @throws DataServiceError unsupported */
export function refuseMissingNames(path: string, { columns, groups }: WritableTable, missing: string): void {
  if (!columns.has(missing) && !new Set(groups?.values()).has(missing)) return;
  const problem = `${path}: a column or group called ${JSON.stringify(missing)} would be read as one without a name from this format; rename it, or write .parquet or .arrow`;
  throw new DataServiceError("unsupported", problem, { path, field: missing });
}

/** Refuses a column without a name, which SQL cannot name either. @throws DataServiceError unsupported */
export function refuseUnnamed(path: string, { columns }: WritableTable): void {
  if (!columns.has("")) return;
  const problem = `${path}: a column has no name, which this format does not keep; rename it, or write .arrow or .h5`;
  throw new DataServiceError("unsupported", problem, { path, field: "" });
}

/** Refuses columns with spaces around their names, which readers of a header drop. @throws DataServiceError unsupported */
export function refuseSpaces(path: string, { columns }: WritableTable): void {
  for (const name of columns.keys()) {
    if (name === name.trim()) continue;
    const problem = `${path}: column "${name}" has spaces around its name, which this format does not keep; rename it, or write .parquet or .arrow`;
    throw new DataServiceError("unsupported", problem, { path, field: name });
  }
}

/** Refuses columns that SQL cannot tell apart, as DuckDB would write one under a name with a number. @throws DataServiceError unsupported */
export function refuseSameButCase(path: string, { columns }: WritableTable): void {
  const seen = new Map(["datetime", "instrument"].map((key) => [key, key]));
  for (const name of columns.keys()) {
    const folded = caseFolded(name);
    const other = seen.get(folded);
    if (other !== undefined) {
      const problem = `${path}: columns "${other}" and "${name}" differ in case alone, which a Parquet file written here cannot keep; rename one, or write .arrow, .h5 or .csv`;
      throw new DataServiceError("unsupported", problem, { path, field: name, found: [other, name] });
    }
    seen.set(folded, name);
  }
}

/** What names have in common that SQL does not tell apart: DuckDB folds the letters of ASCII alone. */
export function caseFolded(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
