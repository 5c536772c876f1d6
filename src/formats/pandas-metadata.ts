import { DataServiceError } from "../errors.js";
import { fieldNames, lastPart, listNames, selectFields } from "../names/field.js";
import type { ColumnType } from "./table.js";

/** What the `pandas` metadata of an Arrow schema or Parquet file says, as far as it is understood. */
export interface PandasMetadata {
  /** Field names of the index levels, in order. A RangeIndex, which has no field, is left out. */
  readonly indexFields: readonly string[];
  /** The pandas name of a field, where it differs or not; an unnamed index level has none. */
  readonly nameOf: ReadonlyMap<string, string | null>;
  /** The time zone of a field that has one. */
  readonly timezones: ReadonlyMap<string, string>;
}

/** How the fields of a file make a table: the two keys, and the columns with their names. */
export interface TableLayout {
  readonly datetime: string;
  readonly instrument: string;
  readonly columns: readonly LayoutColumn[];
}

export interface LayoutColumn {
  /** The field of the file. */
  readonly field: string;
  /** What the column is called: the last part of a two-part name, or `group/name` where another has that too. */
  readonly name: string;
  /** The first part of a two-part name. */
  readonly group?: string | undefined;
}

/** The kinds of field that can be a key. */
export type KeyKind = "datetime" | "instrument" | undefined;

/** Reads the JSON under the key `pandas`; undefined where it is absent or not what pyarrow writes. */
export function parsePandasMetadata(json: string | undefined): PandasMetadata | undefined {
  if (json === undefined) return undefined;
  let root: unknown;
  try {
    root = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isRecord(root)) return undefined;
  const indexFields = array(root.index_columns).filter((entry) => typeof entry === "string");
  const nameOf = new Map<string, string | null>();
  const timezones = new Map<string, string>();
  for (const entry of array(root.columns)) {
    if (!isRecord(entry)) continue;
    const { name, field_name: field } = entry;
    if (typeof field === "string") nameOf.set(field, typeof name === "string" ? name : null);
    else if (typeof name === "string") nameOf.set(name, name);
    const zone = isRecord(entry.metadata) ? entry.metadata.timezone : undefined;
    if (typeof zone === "string") timezones.set(typeof field === "string" ? field : String(name), zone);
  }
  return { indexFields, nameOf, timezones };
}

/**
 * Finds the key fields (the pandas index, or fields called datetime and instrument) and names the others.
 * `kindOf` tells which fields could be a key by their type.
 * @throws DataServiceError flat-index
 */
export function layOut(
  fields: readonly string[],
  kindOf: (field: string) => KeyKind,
  pandas: PandasMetadata | undefined,
  label: string,
): TableLayout {
  const called = new Map(fields.map((field) => [field, splitName(pandas?.nameOf.get(field) ?? field)]));
  const index = pandas?.indexFields.filter((field) => called.has(field)) ?? [];
  const find = (kind: "datetime" | "instrument"): string | undefined => {
    const named = [...index, ...fields].find((field) => called.get(field)!.name === kind);
    if (named !== undefined && kindOf(named) === kind) return named;
    const fitting = index.filter((field) => kindOf(field) === kind);
    return index.length === 2 && fitting.length === 1 ? fitting[0] : undefined;
  };
  const [datetime, instrument] = [find("datetime"), find("instrument")];
  if (datetime === undefined || instrument === undefined)
    throw flatIndex(fields, index, datetime, instrument, label);
  const columns: LayoutColumn[] = [];
  for (const field of fields) {
    if (field !== datetime && field !== instrument) columns.push({ field, ...called.get(field)! });
  }
  const names = fieldNames(columns);
  return { datetime, instrument, columns: columns.map((column, i) => ({ ...column, name: names[i]! })) };
}

function flatIndex(
  fields: readonly string[],
  index: readonly string[],
  datetime: string | undefined,
  instrument: string | undefined,
  label: string,
): DataServiceError {
  const missing = [
    datetime ?? "datetime (a timestamp or date)",
    instrument ?? "instrument (a string)",
  ].filter((_, i) => [datetime, instrument][i] === undefined);
  const indexed = index.length > 0 ? `, its index ${listNames(index)}` : "";
  return new DataServiceError(
    "flat-index",
    `${label}: no key ${missing.join(" and no key ")}; its columns are ${listNames(fields)}${indexed}; write it in pandas with the index df.set_index(["datetime", "instrument"])`,
    { path: label, found: fields },
  );
}

/**
 * The columns asked for, in the order asked; all when `asked` is undefined.
 * @see selectFields
 * @throws DataServiceError unknown-field, unsupported (two columns of one name)
 */
export function chooseColumns(
  columns: readonly LayoutColumn[],
  asked: readonly string[] | undefined,
  label: string,
): LayoutColumn[] {
  const known = new Map<string, LayoutColumn>();
  for (const column of columns) {
    if (known.has(column.name)) {
      throw new DataServiceError(
        "unsupported",
        `${label}: two columns are called "${column.name}"; rename one of them and write the file again`,
        { path: label, field: column.name },
      );
    }
    known.set(column.name, column);
  }
  if (asked === undefined) return [...columns];
  const names = selectFields(asked, known, groupsOf(columns), label).values();
  return Array.from(new Set(names), (name) => known.get(name)!);
}

/** The groups of the chosen columns; undefined where none has one. */
export function groupsOf(columns: readonly LayoutColumn[]): Map<string, string> | undefined {
  const grouped = columns.filter((column) => column.group !== undefined);
  return grouped.length > 0 ? new Map(grouped.map(({ name, group }) => [name, group!])) : undefined;
}

const TUPLE = /^\((['"])(.*?)\1, (['"])(.*)\3\)$/;

/** `('feature', 'mom_10d')`, as pyarrow writes a two-part name, in its parts; other names are a single part. */
export function splitName(name: string): { name: string; group?: string } {
  const parts = TUPLE.exec(name);
  if (!parts) return { name };
  const [group, last] = [unquote(parts[2]!), unquote(parts[4]!)];
  if (last === "") return { name: group };
  return group === "" ? { name: last } : { name: last, group };
}

function unquote(text: string): string {
  return text.replace(/\\(['"\\])/g, "$1");
}

const PANDAS_TYPE: Readonly<Record<ColumnType, readonly [pandas: string, numpy: string]>> = {
  float32: ["float32", "float32"],
  float64: ["float64", "float64"],
  int8: ["int8", "int8"],
  int16: ["int16", "int16"],
  int32: ["int32", "int32"],
  int64: ["int64", "int64"],
  uint8: ["uint8", "uint8"],
  uint16: ["uint16", "uint16"],
  uint32: ["uint32", "uint32"],
  uint64: ["uint64", "uint64"],
  bool: ["bool", "bool"],
  datetime: ["datetime", "datetime64[ns]"],
  string: ["unicode", "object"],
};

/**
 * The `pandas` metadata with which pyarrow's `to_pandas()` restores the MultiIndex (datetime, instrument) and,
 * where columns have groups, the two-part column names.
 */
export function pandasMetadata(
  columns: Iterable<readonly [name: string, type: ColumnType]>,
  groups: ReadonlyMap<string, string> | undefined,
): string {
  const grouped = groups !== undefined && groups.size > 0;
  const level = {
    name: null,
    field_name: null,
    pandas_type: "unicode",
    numpy_type: "object",
    metadata: { encoding: "UTF-8" },
  };
  const entry = (name: string, field: string, type: ColumnType) => {
    const [pandas, numpy] = PANDAS_TYPE[type];
    return { name, field_name: field, pandas_type: pandas, numpy_type: numpy, metadata: null };
  };
  return JSON.stringify({
    index_columns: ["datetime", "instrument"],
    column_indexes: grouped ? [level, level] : [level],
    columns: [
      ...Array.from(columns, ([field, type]) => {
        const group = groups?.get(field) ?? "";
        return entry(grouped ? `(${quote(group)}, ${quote(lastPart(field, group))})` : field, field, type);
      }),
      entry("datetime", "datetime", "datetime"),
      entry("instrument", "instrument", "string"),
    ],
    creator: { library: "@aistock/data-service" },
    pandas_version: "1.5.3",
  });
}

/** A Python string literal. */
function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function array(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
