import { DataServiceError, pathOf } from "../errors.js";
import { nearestName, suggestion } from "./nearest.js";

/** A set of column names: a Map by name, or a Set. */
export interface FieldNames {
  has(name: string): boolean;
  keys(): IterableIterator<string>;
}

/** The group of a column that had a two-part name, by the column's name. */
export type FieldGroups = ReadonlyMap<string, string>;

/**
 * The name in `known` of a field asked for with or without `$`, or as `group/name`; the exact name wins;
 * undefined where there is none.
 */
export function findField(name: string, known: FieldNames, groups?: FieldGroups): string | undefined {
  if (known.has(name)) return name;
  const other = name.startsWith("$") ? name.slice(1) : `$${name}`;
  if (known.has(other)) return other;
  for (const group of new Set(groups?.values())) {
    if (!name.startsWith(`${group}/`)) continue;
    const members = new Map(membersOf(group, known, groups!).map((own) => [lastPart(own, group), own]));
    const found = findField(name.slice(group.length + 1), members);
    if (found !== undefined) return members.get(found);
  }
  return undefined;
}

/** A name without its `$`: two that differ by it alone are names of one field. */
export function bareName(name: string): string {
  return name.startsWith("$") ? name.slice(1) : name;
}

/**
 * Refuses columns under two names of one field, of which `$close` in an expression and `close` elsewhere would each
 * mean another.
 * @param call how the error names what puts them side by side
 * @throws DataServiceError column-conflict
 */
export function refuseTwins(names: Iterable<string>, call: string): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const twin = seen.get(bareName(name));
    if (twin !== undefined) {
      const problem = `${call}: "${twin}" and "${name}" are two names of one field; leave one out, or give it another name`;
      throw new DataServiceError("column-conflict", problem, { field: name, found: [twin, name] });
    }
    seen.set(bareName(name), name);
  }
}

/** The second part of a two-part name, which a column that shares it with another group's carries as `group/name`. */
export function lastPart(name: string, group: string): string {
  return group !== "" && name.startsWith(`${group}/`) ? name.slice(group.length + 1) : name;
}

/**
 * What columns of two-part names are called in a table: by the second part alone where no other column has it,
 * else by `group/name`.
 */
export function fieldNames(
  parts: readonly { readonly name: string; readonly group?: string | undefined }[],
): string[] {
  const count = new Map<string, number>();
  for (const { name } of parts) count.set(name, (count.get(name) ?? 0) + 1);
  return parts.map(({ name, group }) =>
    group !== undefined && count.get(name)! > 1 ? `${group}/${name}` : name,
  );
}

function membersOf(group: string, known: FieldNames, groups: FieldGroups): string[] {
  return [...known.keys()].filter((own) => groups.get(own) === group);
}

/**
 * The fields that a list of names asks for: each by `findField`, or all of a group by the group's name. The keys
 * are the names asked by (a group's columns keep their own), the values the names in `known`.
 * @throws DataServiceError unknown-field, bad-request (no list)
 */
export function selectFields(
  names: readonly string[],
  known: FieldNames,
  groups: FieldGroups | undefined,
  label: string,
): Map<string, string> {
  checkList(names);
  const resolved = new Map<string, string>();
  for (const name of names) {
    const found = findField(String(name), known, groups);
    const members = found === undefined && groups ? membersOf(name, known, groups) : [];
    if (members.length === 0) resolved.set(name, found ?? resolveField(name, known, label, groups));
    for (const member of members) resolved.set(member, member);
  }
  return resolved;
}

/** Refuses a single name, whose characters a loop would take for names. @throws DataServiceError bad-request */
export function checkList(names: Iterable<string>, option = "fields"): void {
  if (typeof names !== "string" && typeof names?.[Symbol.iterator] === "function") return;
  const problem = `${option}: ${JSON.stringify(names)} is not a list of names; give one such as ["close"]`;
  throw new DataServiceError("bad-request", problem);
}

/** `findField`, or the error that names the nearest known field. @throws DataServiceError unknown-field */
export function resolveField(name: string, known: FieldNames, label: string, groups?: FieldGroups): string {
  const found = findField(String(name), known, groups);
  if (found !== undefined) return found;
  const names = [...known.keys()];
  const inGroups = names.filter((one) => one.endsWith(`/${name}`));
  // One name in several groups means none of them more than another.
  const near = inGroups.length > 1 ? undefined : nearestName(String(name), names);
  const hint = near === undefined ? `; it has ${listNames(names)}` : suggestion(near);
  throw new DataServiceError("unknown-field", `unknown field "${name}" in ${label}${hint}`, {
    ...pathOf(label),
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
