import { parse } from "node:path";
import { DataServiceError } from "../errors.js";
import { findField, listNames } from "../names/field.js";
import { nearestName, suggestion } from "../names/nearest.js";
import type { EntrySchema, SnapshotEntry } from "./entry.js";
import type { SkippedFile } from "./folder.js";

/** A panel of the frequency asked for, with its columns. */
export interface OpenEntry {
  readonly entry: SnapshotEntry;
  readonly schema: EntrySchema;
}

/** The panels a request may take fields from; the base's rows are those of the result. */
export interface FieldScope {
  readonly base: OpenEntry;
  readonly others: readonly OpenEntry[];
  /** Panels that could not be opened, with the reason. */
  readonly failed: readonly { readonly name: string; readonly error: DataServiceError }[];
  /** Files of the folder that are no panels, with the reason. */
  readonly skipped: readonly SkippedFile[];
}

/** A field of one panel, by that panel's own name for it. */
export interface FieldRef {
  readonly from: OpenEntry;
  readonly name: string;
}

/**
 * The field a name means: `panel.field`, else the base's, else that of the one other panel that has it; with
 * or without `$`, or as `group/name`. Undefined where no panel has it.
 * @throws DataServiceError ambiguous-field, naming every panel that has it; unknown-field for `panel.field`
 */
export function findFieldRef(asked: string, scope: FieldScope): FieldRef | undefined {
  const { base, others } = scope;
  const own = fieldIn(base, asked);
  if (own !== undefined) return { from: base, name: own };
  const owners: FieldRef[] = [];
  for (const from of others) {
    const name = fieldIn(from, asked);
    if (name !== undefined) owners.push({ from, name });
  }
  if (owners.length === 1) return owners[0];
  if (owners.length > 1) {
    const found = owners.map(({ from, name }) => qualifiedAs(asked, from, name));
    throw new DataServiceError(
      "ambiguous-field",
      `field "${asked}" is in ${owners.length} panels; ask for ${found.map((name) => `"${name}"`).join(" or ")}`,
      { field: asked, found },
    );
  }
  return qualified(asked, [base, ...others]);
}

/** A panel's own name of a field. */
function fieldIn({ schema }: OpenEntry, asked: string): string | undefined {
  return findField(asked, schema.types, schema.groups);
}

/** `panel.field`, or `$panel.field` where the field was asked for with `$`, as in an expression. */
function qualifiedAs(asked: string, { entry }: OpenEntry, name: string): string {
  return asked.startsWith("$") ? `$${entry.name}.${name.replace(/^\$/, "")}` : `${entry.name}.${name}`;
}

function qualified(asked: string, entries: readonly OpenEntry[]): FieldRef | undefined {
  const plain = asked.replace(/^\$/, "");
  const owners = entries.filter(({ entry }) => plain.startsWith(`${entry.name}.`));
  const from = owners.sort((a, b) => b.entry.name.length - a.entry.name.length)[0];
  if (!from) return undefined;
  const field = plain.slice(from.entry.name.length + 1);
  const name = fieldIn(from, field);
  if (name !== undefined) return { from, name };
  if (/[()]/.test(asked) || /^\$.*[+\-*/<>=&|]/.test(asked)) return undefined; // an expression that begins so
  const nearest = nearestName(field, from.schema.types.keys());
  const near = nearest === undefined ? undefined : qualifiedAs(asked, from, nearest);
  const hint = near === undefined ? `; it has ${listNames([...from.schema.types.keys()])}` : suggestion(near);
  throw new DataServiceError("unknown-field", `unknown field "${field}" in ${from.schema.label}${hint}`, {
    ...(from.entry.path !== undefined && { path: from.schema.label }),
    field: asked,
    ...(near !== undefined && { suggestion: near }),
  });
}

/** The error for a name that no panel has: the nearest over all of them, and panels that could not be read. */
export function unknownField(asked: string, { base, others, failed, skipped }: FieldScope): DataServiceError {
  const entries = [base, ...others];
  const names = new Set(entries.flatMap(({ schema }) => [...schema.types.keys()]));
  const near = nearestQualified(asked, entries) ?? nearestName(asked, names);
  const where = entries.map(({ entry }) => entry.name).join(", ");
  const unread = failed.map(({ name, error }) => `; ${name} could not be read: ${error.message}`).join("");
  const meant = skipped.find(({ file }) => asked.replace(/^\$/, "").startsWith(`${parse(file).name}.`));
  const left = meant === undefined ? "" : `; ${meant.file} is not read: ${meant.reason}`;
  const hint = near === undefined ? "; snapshot.fields() lists what there is" : suggestion(near);
  return new DataServiceError(
    "unknown-field",
    `unknown field "${asked}" in ${where}${hint}${unread}${left}`,
    {
      field: asked,
      found: entries.map(({ entry }) => entry.name),
      ...(near !== undefined && { suggestion: near }),
    },
  );
}

/** For `panel.field` with a misspelled panel: the nearest panel's field of that name, or its nearest. */
function nearestQualified(asked: string, entries: readonly OpenEntry[]): string | undefined {
  const [, panel, field] = /^\$?([^.]+)\.(.+)$/.exec(asked) ?? [];
  if (panel === undefined || field === undefined) return undefined;
  const nearest = nearestName(
    panel,
    entries.map(({ entry }) => entry.name),
  );
  const from = entries.find(({ entry }) => entry.name === nearest);
  if (!from) return undefined;
  const name = fieldIn(from, field) ?? nearestName(field, from.schema.types.keys());
  return name === undefined ? undefined : qualifiedAs(asked, from, name);
}
