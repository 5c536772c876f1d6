import { DataServiceError } from "../errors.js";

/**
 * Refuses columns that would stand beside the key of their name, and take its place or be taken for it.
 * @param call how the error names what puts them side by side
 * @throws DataServiceError column-conflict
 */
export function refuseKeyNames(columns: Iterable<string>, call: string): void {
  for (const name of columns) {
    if (name !== "datetime" && name !== "instrument") continue;
    const problem = `${call}: a column "${name}" beside the key of that name; rename it`;
    throw new DataServiceError("column-conflict", problem, { field: name });
  }
}
