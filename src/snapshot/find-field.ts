import { parse } from "node:path";
import { DataServiceError } from "../errors.js";
import { findField, listNames } from "../names/field.js";
import { nearestName, suggestion } from "../names/nearest.js";
import type { TableSchema } from "../open/read-schema.js";
import type { SnapshotEntry } from "./entry.js";
import type { SkippedFile } from "./folder.js";

/** A panel of the frequency asked for, with its columns. */
export interface KnownEntry {
  readonly entry: SnapshotEntry;
  readonly schema: TableSchema;
}

/** The panels a request may take fields from; the base's rows are those of the result. */
export interface FieldScope {
  readonly base: KnownEntry;
  /** The others of its frequency. */
  readonly others: readonly SnapshotEntry[];
  /** Files of the folder that are no panels, with the reason. */
  readonly skipped: readonly SkippedFile[];
}

/** A field of one panel, by that panel's own name for it. */
export interface FieldRef {
  readonly from: KnownEntry;
  readonly name: string;
}

const LIST_FIELDS = { code: "list-fields", words: "snapshot.fields() lists" } as const;

/** A panel whose columns could not be read, with the reason. */
interface FailedEntry {
  readonly name: string;
  readonly error: DataServiceError;
}

/**
 * Finds what names mean, with or without `$`, or as `group/name`. It asks no more panels for their columns than it must:
 * the base's are known, `panel.field` takes one other, and only a name that is neither takes them all.
 */
export class FieldFinder {
  readonly base: KnownEntry;
  readonly #others: readonly SnapshotEntry[];
  readonly #skipped: readonly SkippedFile[];

  constructor({ base, others, skipped }: FieldScope) {
    this.base = base;
    this.#others = others;
    this.#skipped = skipped;
  }

  /**
   * The base's field of this name, or, for `panel.field`, that panel's. Undefined where neither is meant.
   * @throws DataServiceError what reading the columns of the panel that is named throws
   */
  async named(asked: string): Promise<FieldRef | undefined> {
    const { base } = this;
    const own = fieldIn(base, asked);
    if (own !== undefined) return { from: base, name: own };
    const entry = this.#panelNamed(asked);
    if (!entry) return undefined;
    const from = entry === base.entry ? base : await known(entry);
    const name = fieldIn(from, fieldAfter(asked, entry));
    return name === undefined ? undefined : { from, name };
  }

  /**
   * The field of the one other panel that has it; undefined where none has.
   * @throws DataServiceError ambiguous-field, naming every panel that has it
   */
  async anywhere(asked: string): Promise<FieldRef | undefined> {
    const owners: FieldRef[] = [];
    for (const from of (await this.#all()).others) {
      const name = fieldIn(from, asked);
      if (name !== undefined) owners.push({ from, name });
    }
    if (owners.length <= 1) return owners[0];
    const found = owners.map(({ from, name }) => qualifiedAs(asked, from, name));
    throw new DataServiceError(
      "ambiguous-field",
      `field "${asked}" is in ${owners.length} panels; ask for ${found.map((name) => `"${name}"`).join(" or ")}`,
      { field: asked, found },
    );
  }

  /** @throws DataServiceError unknown-field, ambiguous-field */
  async find(asked: string): Promise<FieldRef> {
    const ref = (await this.named(asked)) ?? (await this.anywhere(asked));
    if (ref) return ref;
    throw await this.unknown(asked);
  }

  /** The error for a name that no panel has: the nearest over all of them, and panels that could not be read. */
  async unknown(asked: string): Promise<DataServiceError> {
    const meantPanel = this.#panelNamed(asked);
    if (meantPanel) return unknownIn(await known(meantPanel), asked);
    const { others, failed } = await this.#all();
    const entries = [this.base, ...others];
    const names = new Set(entries.flatMap(({ schema }) => [...schema.types.keys()]));
    const near = nearestQualified(asked, entries) ?? nearestName(asked, names);
    const where = entries.map(({ entry }) => entry.name).join(", ");
    const unread = failed.map(({ name, error }) => `; ${name} could not be read: ${error.message}`).join("");
    const meant = this.#skipped.find(({ file }) => withoutDollar(asked).startsWith(`${parse(file).name}.`));
    const left = meant === undefined ? "" : `; ${meant.file} is not read: ${meant.reason}`;
    const hint = near === undefined ? `; ${LIST_FIELDS.words} what there is` : suggestion(near);
    return new DataServiceError(
      "unknown-field",
      `unknown field "${asked}" in ${where}${hint}${unread}${left}`,
      {
        field: asked,
        found: entries.map(({ entry }) => entry.name),
        ...(near === undefined ? { advice: LIST_FIELDS } : { suggestion: near }),
      },
    );
  }

  /** The panel that `panel.field` names; of several, such as `alpha` and `alpha.v2`, the longest name. */
  #panelNamed(asked: string): SnapshotEntry | undefined {
    const plain = withoutDollar(asked);
    return [this.base.entry, ...this.#others]
      .filter(({ name }) => plain.startsWith(`${name}.`))
      .sort((a, b) => b.name.length - a.name.length)[0];
  }

  async #all(): Promise<{ others: KnownEntry[]; failed: FailedEntry[] }> {
    const others: KnownEntry[] = [];
    const failed: FailedEntry[] = [];
    for (const entry of this.#others) {
      try {
        others.push(await known(entry));
      } catch (error) {
        if (!(error instanceof DataServiceError)) throw error; // a fault of this program
        failed.push({ name: entry.name, error });
      }
    }
    return { others, failed };
  }
}

async function known(entry: SnapshotEntry): Promise<KnownEntry> {
  return { entry, schema: await entry.schema() };
}

/** A panel's own name of a field. */
function fieldIn({ schema }: KnownEntry, asked: string): string | undefined {
  return findField(asked, schema.types, schema.groups);
}

function withoutDollar(asked: string): string {
  return asked.replace(/^\$/, "");
}

function fieldAfter(asked: string, { name }: SnapshotEntry): string {
  return withoutDollar(asked).slice(name.length + 1);
}

/** `panel.field`, or `$panel.field` where the field was asked for with `$`, as in an expression. */
function qualifiedAs(asked: string, { entry }: KnownEntry, name: string): string {
  return asked.startsWith("$") ? `$${entry.name}.${withoutDollar(name)}` : `${entry.name}.${name}`;
}

/** The error for `panel.field` where the panel does not have it. */
function unknownIn(from: KnownEntry, asked: string): DataServiceError {
  const { entry, schema } = from;
  const field = fieldAfter(asked, entry);
  const nearest = nearestName(field, schema.types.keys());
  const near = nearest === undefined ? undefined : qualifiedAs(asked, from, nearest);
  const hint = near === undefined ? `; it has ${listNames([...schema.types.keys()])}` : suggestion(near);
  return new DataServiceError("unknown-field", `unknown field "${field}" in ${schema.label}${hint}`, {
    ...(entry.path !== undefined && { path: schema.label }),
    field: asked,
    ...(near !== undefined && { suggestion: near }),
  });
}

/** For `panel.field` with a misspelled panel: the nearest panel's field of that name, or its nearest. */
function nearestQualified(asked: string, entries: readonly KnownEntry[]): string | undefined {
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
