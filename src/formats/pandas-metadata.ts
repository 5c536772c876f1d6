import type { ColumnType } from "../columns/table.js";
import { DataServiceError, pathOf } from "../errors.js";
import { fieldNames, lastPart, listNames, selectFields } from "../names/field.js";
import { findKeys, type KeyField, type KeyKind, type KeyName, type KeyNames } from "../names/key-columns.js";
import { nameKeys, stackAdvice } from "./key-advice.js";

/** What the `pandas` metadata of an Arrow schema or Parquet file says, as far as it is understood. */
export interface PandasMetadata {
  /** Field names of the index levels, in order. A RangeIndex, which has no field, is left out. */
  readonly indexFields: readonly string[];
  /** The pandas name of a field, where it differs or not; an unnamed index level has none. */
  readonly nameOf: ReadonlyMap<string, string | null>;
  /** The time zone of a field that has one. */
  readonly timezones: ReadonlyMap<string, string>;
  /** Whether the columns have names of one part, so that one which looks like a tuple is a name all the same. */
  readonly isFlat: boolean;
  /** The dtype of a field whose stored numbers are none to pandas, such as `timedelta64[ns]`. */
  readonly opaque: ReadonlyMap<string, string>;
}

/** Lengths of time, spans and intervals, which Parquet and Arrow store as bare numbers with a mark. */
const OPAQUE = /^(?:timedelta64|period|interval)\b/;

/** How the fields of a file make a table: the two keys, and the columns with their names. */
export interface TableLayout {
  readonly datetime: string;
  readonly instrument: string;
  readonly columns: readonly LayoutColumn[];
  /** Levels of the index that repeat a key, which `groupby().rolling()` makes: they are to agree with it, and are left out. */
  readonly repeats: readonly RepeatedLevel[];
  /** What the keys are called. */
  readonly keyNames: KeyNames;
}

/** A level of the index that has the name of a key. */
export interface RepeatedLevel {
  readonly field: string;
  readonly of: KeyName;
}

export interface LayoutColumn {
  /** The field of the file. */
  readonly field: string;
  /** What the column is called: the last part of a two-part name, or `group/name` where another has that too. */
  readonly name: string;
  /** The first part of a two-part name. */
  readonly group?: string | undefined;
  /** The dtype for which the column is refused when it is asked for. */
  readonly opaque?: string | undefined;
}

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
  const [timezones, opaque] = [new Map<string, string>(), new Map<string, string>()];
  for (const entry of array(root.columns)) {
    if (!isRecord(entry)) continue;
    const { name, field_name: field, numpy_type: dtype } = entry;
    if (typeof field === "string") nameOf.set(field, typeof name === "string" ? name : null);
    else if (typeof name === "string") nameOf.set(name, name);
    const zone = isRecord(entry.metadata) ? entry.metadata.timezone : undefined;
    const stored = typeof field === "string" ? field : String(name);
    if (typeof zone === "string") timezones.set(stored, zone);
    if (typeof dtype === "string" && OPAQUE.test(dtype)) opaque.set(stored, dtype);
  }
  const isFlat = array(root.column_indexes).length === 1;
  return { indexFields, nameOf, timezones, isFlat, opaque };
}

/**
 * Finds the key fields (`findKeys`) and names the others. `kindOf` tells which fields could be a key by their type, which
 * `typeOf` prints.
 * @throws DataServiceError flat-index, unknown-field (a key that was named), unsupported (column names of three and more
 *   parts, two columns of one name)
 */
export function layOut(
  fields: readonly string[],
  kindOf: (field: string) => KeyKind,
  typeOf: (field: string) => string,
  pandas: PandasMetadata | undefined,
  label: string,
  given: KeyNames = {},
): TableLayout {
  refuseRepeats(fields, label);
  // Without metadata, which DuckDB and polars drop, what looks like one of pandas' two-part names is one.
  const partsOf = (name: string) => (pandas?.isFlat ? { name } : splitName(name, label));
  const called = new Map<string, { name: string; group?: string }>(
    fields.map((field) => [field, partsOf(pandas?.nameOf.get(field) ?? field)]),
  );
  const fieldOf = (field: string) => ({ field, name: called.get(field)!.name, kind: kindOf(field) });
  const levels = pandas?.indexFields.filter((field) => called.has(field)) ?? [];
  const index = levels.filter((field, i) => {
    return levels.findIndex((other) => called.get(other)!.name === called.get(field)!.name) === i;
  });
  const keys = findKeys(fields.map(fieldOf), index.map(fieldOf), given, label);
  const [datetime, instrument] = [keys.datetime?.field, keys.instrument?.field];
  if (datetime === undefined || instrument === undefined) {
    const own = fields.map((field) => called.get(field)!.name);
    throw flatIndex(
      own,
      levels.map((field) => called.get(field)!.name),
      keys,
      describe(fields, called, typeOf),
      [...called.values()],
      label,
    );
  }
  const repeats = levels.flatMap((field): RepeatedLevel[] => {
    if (index.includes(field)) return [];
    const of = [datetime, instrument].findIndex((key) => called.get(key)!.name === called.get(field)!.name);
    return of < 0 ? [] : [{ field, of: of === 0 ? "datetime" : "instrument" }];
  });
  const columns: LayoutColumn[] = [];
  for (const field of fields) {
    if (field === datetime || field === instrument || repeats.some((one) => one.field === field)) continue;
    columns.push({ field, ...called.get(field)!, opaque: pandas?.opaque.get(field) });
  }
  const names = fieldNames(columns);
  const named = columns.map((column, i) => ({ ...column, name: names[i]! }));
  const keyNames = { datetime: keys.datetime!.name, instrument: keys.instrument!.name };
  return { datetime, instrument, columns: named, repeats, keyNames };
}

/** The fields that are called as a key, with the types for which they are none. */
function describe(
  fields: readonly string[],
  called: ReadonlyMap<string, { name: string }>,
  typeOf: (field: string) => string,
): string {
  const named = fields.filter((field) => /^(datetime|instrument)$/i.test(called.get(field)!.name));
  return named.map((field) => `; "${called.get(field)!.name}" has the type ${typeOf(field)}`).join("");
}

function flatIndex(
  names: readonly string[],
  index: readonly string[],
  keys: { readonly datetime?: KeyField | undefined; readonly instrument?: KeyField | undefined },
  types: string,
  columns: readonly { readonly name: string; readonly group?: string }[],
  label: string,
): DataServiceError {
  const missing = [
    keys.datetime ? undefined : "no key datetime (a timestamp, a date, or text or digits such as 20200102)",
    keys.instrument ? undefined : "no key instrument (text or whole numbers)",
  ].filter((one) => one !== undefined);
  const indexed = index.length > 0 ? `, its index ${listNames(index)}` : "";
  const isTimes = index.length === 1 && keys.datetime !== undefined && keys.datetime.name === index[0];
  const advice = isTimes
    ? `in pandas, ${stackAdvice(columns)}`
    : nameKeys(keys.datetime?.name, keys.instrument?.name);
  return new DataServiceError(
    "flat-index",
    `${label}: ${missing.join(" and ")}; its columns are ${listNames(names)}${indexed}${types}; ${advice}`,
    { ...pathOf(label), found: names },
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
  refuseRepeats(
    columns.map(({ name }) => name),
    label,
  );
  const known = new Map(columns.map((column) => [column.name, column]));
  const names = asked && selectFields(asked, known, groupsOf(columns), label).values();
  const chosen = names ? Array.from(new Set(names), (name) => known.get(name)!) : [...columns];
  return chosen;
}

function refuseRepeats(names: readonly string[], label: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      const problem = `${label}: two columns are called "${name}"; rename one of them and write the file again`;
      throw new DataServiceError("unsupported", problem, { ...pathOf(label), field: name });
    }
    seen.add(name);
  }
}

/** The groups of the chosen columns; undefined where none has one. */
export function groupsOf(columns: readonly LayoutColumn[]): Map<string, string> | undefined {
  const grouped = columns.filter((column) => column.group !== undefined);
  return grouped.length > 0 ? new Map(grouped.map(({ name, group }) => [name, group!])) : undefined;
}

/** A Python string literal and the comma behind it. */
const TUPLE_PART = /(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")(?:, |$)/y;

/**
 * `('feature', 'mom_10d')`, as pyarrow writes a two-part name, in its parts; other names are a single part.
 * @throws DataServiceError unsupported (more than two parts)
 */
function splitName(name: string, label: string): { name: string; group?: string } {
  const parts = tupleParts(name);
  if (parts === undefined || parts.length < 2) return { name };
  if (parts.length > 2) {
    throw new DataServiceError(
      "unsupported",
      `${label}: the column names have ${parts.length} levels; at most 2, (group, name), can be read`,
      { ...pathOf(label), field: name },
    );
  }
  const [group, last] = parts as [string, string];
  if (last === "") return { name: group };
  return group === "" ? { name: last } : { name: last, group };
}

/** The texts of a tuple of texts as Python prints it; undefined where it is no such tuple. */
function tupleParts(text: string): string[] | undefined {
  if (!text.startsWith("(") || !text.endsWith(")")) return undefined;
  const inner = text.slice(1, -1);
  const parts: string[] = [];
  for (TUPLE_PART.lastIndex = 0; TUPLE_PART.lastIndex < inner.length; ) {
    const part = TUPLE_PART.exec(inner);
    if (!part) return undefined;
    parts.push(unquote(part[1] ?? part[2]!));
  }
  return parts;
}

/** What stands in a Python string literal, for the escapes that `repr` makes. */
function unquote(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gs,
    (whole, x?: string, u?: string, wide?: string, plain?: string) => {
      if (plain !== undefined) return ESCAPED[plain] ?? (/['"\\]/.test(plain) ? plain : whole);
      const code = Number.parseInt((x ?? u ?? wide)!, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

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
 * @param zone that of the datetimes of the index, where they are UTC times
 */
export function pandasMetadata(
  columns: Iterable<readonly [name: string, type: ColumnType]>,
  groups: ReadonlyMap<string, string> | undefined,
  zone?: string,
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
      zone === undefined
        ? entry("datetime", "datetime", "datetime")
        : {
            ...entry("datetime", "datetime", "datetime"),
            pandas_type: "datetimetz",
            metadata: { timezone: zone },
          },
      entry("instrument", "instrument", "string"),
    ],
    creator: { library: "@aistock/data-service" },
    pandas_version: "1.5.3",
  });
}

/** A Python string literal, control characters escaped as `repr` does: pandas evaluates it, and a line end would end it. */
function quote(text: string): string {
  const plain = text.replace(/['\\]/g, "\\$&");
  return `'${plain.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`)}'`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function array(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
