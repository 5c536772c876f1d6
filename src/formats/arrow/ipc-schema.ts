import { DataServiceError } from "../../errors.js";
import { NS_PER_DAY, NS_PER_MS } from "../../time.js";
import type { ArrowDictionary, Storage } from "./column.js";
import type { FlatTable } from "./ipc-flatbuffer.js";

/** A field as the schema message has it. */
export interface IpcField {
  readonly name: string;
  /** Undefined for a type that we cannot read; `typeName` says which. */
  readonly storage: Storage | undefined;
  readonly typeName: string;
  readonly dictionary?: { readonly id: number; readonly codeType: ArrowDictionary["codeType"] } | undefined;
  /** How many field nodes and buffers of a record batch are its own and its children's. */
  readonly nodes: number;
  readonly buffers: number;
  /** Has view buffers, whose number each record batch tells. */
  readonly variadic: number;
}

export interface IpcSchema {
  readonly fields: readonly IpcField[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** The type of a field by its number in Arrow's `Type` union, for messages. */
const TYPE_NAMES =
  "none,null,int,floating point,binary,utf8,bool,decimal,date,time,timestamp,interval,list,struct,union,fixed-size binary,fixed-size list,map,duration,large binary,large utf8,large list,run-end encoded,binary view,utf8 view,list view,large list view".split(
    ",",
  );

/** Buffers of each type in a record batch, validity included; unions (14) depend on their mode. */
const BUFFERS = [0, 0, 2, 2, 3, 3, 2, 2, 2, 2, 2, 2, 2, 1, 2, 2, 1, 2, 2, 3, 3, 2, 0, 2, 2, 3, 3];

/** Reads Arrow's Schema (format/Schema.fbs). @throws DataServiceError unsupported (big-endian) */
export function readSchema(schema: FlatTable, label: string): IpcSchema {
  if (schema.int16(0) !== 0) {
    throw new DataServiceError(
      "unsupported",
      `${label}: its numbers are big-endian; write it on a little-endian machine`,
      {
        path: label,
      },
    );
  }
  const metadata = new Map<string, string>();
  for (const entry of schema.tables(2)) metadata.set(entry.string(0) ?? "", entry.string(1) ?? "");
  return { fields: schema.tables(1).map((field) => readField(field, 0)), metadata };
}

function readField(field: FlatTable, depth: number): IpcField {
  const typeId = field.int8(2);
  const type = field.table(3);
  const encoding = field.table(4);
  const name = field.string(0) ?? "";
  const typeName = TYPE_NAMES[typeId] ?? `type ${typeId}`;
  if (encoding) {
    const dictionary = { id: encoding.size(0), codeType: integerType(encoding.table(1)) };
    const storage = type ? storageOf(typeId, type) : undefined;
    if (storage && storage.kind !== "null" && isCodeType(dictionary.codeType)) {
      const codeType = dictionary.codeType;
      return {
        name,
        storage,
        typeName,
        dictionary: { id: dictionary.id, codeType },
        nodes: 1,
        buffers: 2,
        variadic: 0,
      };
    }
    return {
      name,
      storage: undefined,
      typeName: `dictionary of ${typeName}`,
      nodes: 1,
      buffers: 2,
      variadic: 0,
    };
  }
  const children = depth < 32 ? field.tables(5).map((child) => readField(child, depth + 1)) : [];
  let [nodes, buffers, variadic] = [1, BUFFERS[typeId] ?? 0, typeId === 23 || typeId === 24 ? 1 : 0];
  if (typeId === 14 && type?.int16(0) === 0) buffers = 1;
  for (const child of children) {
    nodes += child.nodes;
    buffers += child.buffers;
    variadic += child.variadic;
  }
  return { name, storage: type ? storageOf(typeId, type) : undefined, typeName, nodes, buffers, variadic };
}

function storageOf(typeId: number, type: FlatTable): Storage | undefined {
  switch (typeId) {
    case 1:
      return { kind: "null" };
    case 2: {
      const integer = integerType(type);
      return integer && { kind: "fixed", type: integer };
    }
    case 3: {
      const precision = type.int16(0);
      if (precision === 0) return { kind: "half" };
      return precision === 1 || precision === 2
        ? { kind: "fixed", type: precision === 1 ? "float32" : "float64" }
        : undefined;
    }
    case 5:
      return { kind: "text", offsetBytes: 4 };
    case 20:
      return { kind: "text", offsetBytes: 8 };
    case 24:
      return { kind: "views" };
    case 6:
      return { kind: "bits" };
    case 8:
      return type.int16(0, 1) === 0
        ? { kind: "time", bytes: 4, unitNs: NS_PER_DAY }
        : { kind: "time", bytes: 8, unitNs: NS_PER_MS };
    case 10: {
      const unitNs = [1_000_000_000n, 1_000_000n, 1_000n, 1n][type.int16(0)];
      return unitNs === undefined ? undefined : { kind: "time", bytes: 8, unitNs, timezone: type.string(1) };
    }
    default:
      return undefined;
  }
}

type IntegerType = "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "uint64";

/** int32 where the schema leaves it out, as its default is. */
function integerType(int: FlatTable | undefined): IntegerType | undefined {
  if (!int) return "int32";
  const bits = int.int32(0);
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) return undefined;
  return int.bool(1) ? `int${bits}` : `uint${bits}`;
}

function isCodeType(type: IntegerType | undefined): type is ArrowDictionary["codeType"] {
  return type !== undefined && type !== "uint64";
}
