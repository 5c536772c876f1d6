import { DataServiceError } from "../errors.js";
import { type FieldGroups, type FieldNames, findField, resolveField } from "./field.js";

/**
 * All names in `known`, in their order, by what they are called when some are renamed.
 * @param names the old name, as `findField` takes it, and the new one
 * @throws DataServiceError unknown-field, column-conflict
 */
export function renamedFields(
  names: Iterable<readonly [old: string, name: string]>,
  known: FieldNames,
  groups: FieldGroups | undefined,
  label: string,
): Map<string, string> {
  const renamed = new Map<string, string>();
  for (const [old, name] of names) {
    const own = resolveField(old, known, label, groups);
    if (renamed.has(own)) {
      const problem = `rename names column "${own}" of ${label} twice, for "${renamed.get(own)}" and "${name}"`;
      throw new DataServiceError("column-conflict", problem, { field: own });
    }
    renamed.set(own, name);
  }
  const own = new Map<string, string>();
  for (const name of known.keys()) {
    const now = renamed.get(name) ?? name;
    const twin = findField(now, own);
    if (twin !== undefined && (renamed.has(name) || renamed.has(own.get(twin)!))) {
      const two = twin === now ? `two columns "${now}"` : `"${twin}" and "${now}", two names of one field`;
      const problem = `rename would give ${label} ${two}`;
      throw new DataServiceError("column-conflict", problem, { field: now });
    }
    own.set(now, name);
  }
  return own;
}
