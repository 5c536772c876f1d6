import { DataServiceError } from "../errors.js";
import { nearestName, suggestion } from "./nearest.js";

/** A set of column names: a Map by name, or a Set. */
export interface FieldNames {
  has(name: string): boolean;
  keys(): IterableIterator<string>;
}

/** The name in `known` of a field asked for with or without `$`; the exact name wins; undefined where there is none. */
export function findField(name: string, known: FieldNames): string | undefined {
  if (known.has(name)) return name;
  const other = name.startsWith("$") ? name.slice(1) : `$${name}`;
  return known.has(other) ? other : undefined;
}

/** `findField`, or the error that names the nearest known field. @throws DataServiceError unknown-field */
export function resolveField(name: string, known: FieldNames, label: string): string {
  const found = findField(String(name), known);
  if (found !== undefined) return found;
  const names = [...known.keys()];
  const near = nearestName(String(name), names);
  const hint = near === undefined ? `; it has ${listNames(names)}` : suggestion(near);
  throw new DataServiceError("unknown-field", `unknown field "${name}" in ${label}${hint}`, {
    path: label,
    field: String(name),
    found: names,
    ...(near !== undefined && { suggestion: near }),
  });
}

/** `"a", "b" and 7 more`, for messages. */
export function listNames(names: readonly string[], most = 8): string {
  if (names.length === 0) return "none";
  const shown = names.slice(0, most).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}
