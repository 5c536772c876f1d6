import type { ColumnType } from "../../columns/table.js";
import type { KeyKind } from "../../names/key-columns.js";
import { NS_PER_DAY, NS_PER_MS } from "../../time.js";
import { ParquetFault } from "./fault.js";
import type { SchemaElement } from "./footer.js";
import { BOOLEAN, BYTE_ARRAY, DOUBLE, FIXED_BYTES, FLOAT, INT32, INT64, INT96 } from "./physical-type.js";

/** How the cells of a column lie in its pages, for those that a panel can hold. */
export type Storage =
  /** As they are; integers of 8 and 16 bits lie in 32. */
  | { readonly kind: "number"; readonly type: Exclude<ColumnType, "string" | "bool" | "datetime"> }
  | { readonly kind: "bool" }
  /** Units since 1970, or INT96: nanoseconds of a day and the day. */
  | { readonly kind: "time"; readonly unitNs: bigint; readonly isUtc: boolean }
  | { readonly kind: "half" }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "text" }
  /** Nothing but missing cells. */
  | { readonly kind: "null" };

/** A column at the top of the schema. */
export interface ParquetField {
  readonly name: string;
  /** As SQL calls it, which errors say. */
  readonly typeName: string;
  /** Where its cells are among the chunks of a row group, and how; undefined where a panel cannot hold them. */
  readonly leaf: number;
  readonly storage: Storage | undefined;
  readonly physical: number;
  /** Bytes of a cell of FIXED_LEN_BYTE_ARRAY. */
  readonly typeLength: number;
  /** Whether cells may be missing: each page says which. */
  readonly isOptional: boolean;
}

/** float64 holds every decimal of so many digits, as the number that its text is. */
export const EXACT_DIGITS = 15;
/** Decimals of more digits, and of more bytes than these need, are read by nobody. */
const MOST_DIGITS = 38;
export const MOST_DECIMAL_BYTES = 16;

const REPEATED = 2;

/** A column of the schema's tree, and how many leaves it has. */
interface Node {
  readonly element: SchemaElement;
  readonly children: readonly Node[];
}

/** An element that has cells, whose chunks come in this order. */
export interface SchemaLeaf {
  readonly element: SchemaElement;
  /** Whether each row has one cell, or none: nothing above it is a list. */
  readonly isFlat: boolean;
}

/** Groups within groups, further than any schema has them. */
const MOST_DEPTH = 64;

/** The columns of a file, and its leaves. @throws ParquetFault corrupt */
export function schemaFields(schema: readonly SchemaElement[]): {
  readonly fields: readonly ParquetField[];
  readonly leaves: readonly SchemaLeaf[];
} {
  let at = 0;
  const leaves: SchemaLeaf[] = [];
  const node = (depth: number, isInList: boolean): Node => {
    const element = schema[at++];
    if (!element || depth > MOST_DEPTH) throw new ParquetFault("its schema is no tree");
    const isFlat = !isInList && element.repetition !== REPEATED;
    if (element.type !== undefined) leaves.push({ element, isFlat });
    const count = element.type === undefined ? Math.min(element.children, schema.length) : 0;
    return { element, children: Array.from({ length: count }, () => node(depth + 1, !isFlat)) };
  };
  const firstLeaf: number[] = [];
  const root = schema[0];
  if (!root) throw new ParquetFault("its footer has no schema");
  at = 1;
  const columns = Array.from({ length: Math.min(root.children, schema.length) }, () => {
    firstLeaf.push(leaves.length);
    return node(1, false);
  });
  if (at !== schema.length) throw new ParquetFault("its schema is no tree");
  const fields = columns.map((column, i): ParquetField => {
    const { name, type = -1, typeLength, repetition } = column.element;
    const storage = repetition === REPEATED || type < 0 ? undefined : storageOf(column.element);
    const isOptional = repetition === 1;
    const typeName = typeNameOf(column);
    return { name, typeName, leaf: firstLeaf[i]!, storage, physical: type, typeLength, isOptional };
  });
  return { fields, leaves };
}

// Numbers of `LogicalType` and `ConvertedType` in parquet.thrift.
const LOGICAL = {
  string: 1,
  enum: 4,
  decimal: 5,
  date: 6,
  time: 7,
  timestamp: 8,
  integer: 10,
  null: 11,
  json: 12,
  uuid: 14,
  half: 15,
} as const;
const CONVERTED = {
  utf8: 0,
  map: 1,
  list: 3,
  enum: 4,
  decimal: 5,
  date: 6,
  timeMs: 7,
  timeUs: 8,
  ms: 9,
  us: 10,
  uint8: 11,
  int64: 18,
  json: 19,
  interval: 21,
} as const;

const UNIT_NS = [0n, NS_PER_MS, 1_000n, 1n] as const;
const INTEGERS = ["uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"] as const;

function storageOf(element: SchemaElement): Storage | undefined {
  const { type, converted, logical, typeLength } = element;
  if (logical?.kind === LOGICAL.null) return { kind: "null" };
  if (isDecimal(element)) return decimalStorage(element);
  switch (type) {
    case BOOLEAN:
      return { kind: "bool" };
    case FLOAT:
      return { kind: "number", type: "float32" };
    case DOUBLE:
      return { kind: "number", type: "float64" };
    case INT96:
      return { kind: "time", unitNs: 1n, isUtc: false };
    case FIXED_BYTES:
      return logical?.kind === LOGICAL.half && typeLength === 2 ? { kind: "half" } : undefined;
    case BYTE_ARRAY:
      return isText(element) ? { kind: "text" } : undefined;
    case INT32:
      if (isTimeOfDay(element)) return undefined;
      if (logical?.kind === LOGICAL.date || converted === CONVERTED.date)
        return { kind: "time", unitNs: NS_PER_DAY, isUtc: false };
      return { kind: "number", type: integerOf(element, "int32") };
    case INT64: {
      if (isTimeOfDay(element)) return undefined;
      const unitNs = timestampUnit(element);
      if (unitNs !== undefined) return { kind: "time", unitNs, isUtc: logical?.isUtc === true };
      return { kind: "number", type: integerOf(element, "int64") };
    }
    default:
      return undefined;
  }
}

function isDecimal({ logical, converted }: SchemaElement): boolean {
  return logical?.kind === LOGICAL.decimal || (!logical && converted === CONVERTED.decimal);
}

function decimalStorage(element: SchemaElement): Storage | undefined {
  const { precision, scale } = digitsOf(element);
  const { type, typeLength } = element;
  const isSound = precision > 0 && precision <= MOST_DIGITS && scale >= 0 && scale <= precision;
  const isLaid = type === INT32 || type === INT64 || type === BYTE_ARRAY;
  const isFixed = type === FIXED_BYTES && typeLength > 0 && typeLength <= MOST_DECIMAL_BYTES;
  return isSound && (isLaid || isFixed) ? { kind: "decimal", precision, scale } : undefined;
}

function digitsOf({ logical, precision, scale }: SchemaElement): { precision: number; scale: number } {
  return { precision: logical?.precision ?? precision, scale: logical?.scale ?? scale };
}

function isText({ logical, converted }: SchemaElement): boolean {
  const kinds: readonly (number | undefined)[] = [LOGICAL.string, LOGICAL.enum, LOGICAL.json];
  const old: readonly (number | undefined)[] = [CONVERTED.utf8, CONVERTED.enum, CONVERTED.json];
  return logical ? kinds.includes(logical.kind) : old.includes(converted);
}

function isTimeOfDay({ logical, converted }: SchemaElement): boolean {
  return logical?.kind === LOGICAL.time || converted === CONVERTED.timeMs || converted === CONVERTED.timeUs;
}

function timestampUnit({ logical, converted }: SchemaElement): bigint | undefined {
  if (logical?.kind === LOGICAL.timestamp) return UNIT_NS[logical.unit ?? 0] || undefined;
  if (converted === CONVERTED.ms) return NS_PER_MS;
  return converted === CONVERTED.us ? 1_000n : undefined;
}

function integerOf({ logical, converted }: SchemaElement, plain: "int32" | "int64") {
  if (logical?.kind === LOGICAL.integer) {
    const name = `${logical.isSigned === false ? "u" : ""}int${logical.bits}`;
    return INTEGERS.find((one) => one === name && one.endsWith("64") === plain.endsWith("64")) ?? plain;
  }
  const old = INTEGERS[(converted ?? -1) - CONVERTED.uint8];
  return old !== undefined && old.endsWith("64") === plain.endsWith("64") ? old : plain;
}

/** Which key a column can be. Whole numbers name instruments, or days, by their digits. */
export function keyKindOf({ storage }: ParquetField): KeyKind {
  if (storage?.kind === "time") return "time";
  if (storage?.kind === "text" || storage?.kind === "null") return "name";
  return storage?.kind === "number" && storage.type.includes("int") ? "name" : undefined;
}

const SQL_NUMBERS: Readonly<Record<string, string>> = {
  ...{ float32: "FLOAT", float64: "DOUBLE", int8: "TINYINT", int16: "SMALLINT", int32: "INTEGER" },
  ...{ int64: "BIGINT", uint8: "UTINYINT", uint16: "USMALLINT", uint32: "UINTEGER", uint64: "UBIGINT" },
};
const SQL_TIMES: Readonly<Record<string, string>> = {
  ...{ [String(NS_PER_DAY)]: "DATE", [String(NS_PER_MS)]: "TIMESTAMP", 1000: "TIMESTAMP", 1: "TIMESTAMP_NS" },
};

function typeNameOf(node: Node): string {
  const own = ownTypeName(node);
  return node.element.repetition === REPEATED ? `${own}[]` : own;
}

function ownTypeName(node: Node): string {
  const { element, children } = node;
  if (element.type === undefined) return groupName(node);
  if (isDecimal(element)) {
    const { precision, scale } = digitsOf(element);
    return `DECIMAL(${precision},${scale})`;
  }
  const storage = children.length > 0 ? undefined : storageOf(element);
  switch (storage?.kind) {
    case "number":
      return SQL_NUMBERS[storage.type]!;
    case "bool":
      return "BOOLEAN";
    case "half":
      return "FLOAT";
    case "text":
      return "VARCHAR";
    case "null":
      return "DOUBLE"; // numbers are what every format holds
    case "time":
      if (element.type === INT96) return "TIMESTAMP_NS";
      return storage.isUtc ? "TIMESTAMP WITH TIME ZONE" : SQL_TIMES[String(storage.unitNs)]!;
    default:
      return otherName(element);
  }
}

function otherName(element: SchemaElement): string {
  if (isTimeOfDay(element)) return "TIME";
  if (element.logical?.kind === LOGICAL.uuid) return "UUID";
  return element.converted === CONVERTED.interval ? "INTERVAL" : "BLOB";
}

/** Lists and maps by their annotation, anything else is a record. */
function groupName({ element, children }: Node): string {
  const [inner] = children;
  const isList = element.logical?.kind === 3 || element.converted === CONVERTED.list;
  const isMap = element.logical?.kind === 2 || element.converted === CONVERTED.map;
  if (isMap && inner?.children.length === 2) return `MAP(${inner.children.map(typeNameOf).join(", ")})`;
  if (isList && inner) {
    const item =
      inner.element.type === undefined && inner.children.length === 1 ? inner.children[0]! : undefined;
    return item ? `${typeNameOf(item)}[]` : typeNameOf(inner);
  }
  return `STRUCT(${children.map((child) => `${child.element.name} ${typeNameOf(child)}`).join(", ")})`;
}
