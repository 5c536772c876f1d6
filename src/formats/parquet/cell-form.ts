import { asInt64 } from "../../columns/cells.js";
import type { ColumnType, NumericArray } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { type TimesOf, toNanoseconds, utcToWallClock } from "../../time.js";
import { float32OfHalf } from "../arrow/float16.js";
import { decimalNumbers } from "./decimals.js";
import { type FixedCells, widthOf } from "./fixed-cells.js";
import { int96Times } from "./int96.js";
import type { PageMemory } from "./page-memory.js";
import { INT32, INT64, INT96 } from "./physical-type.js";
import type { ParquetField, Storage } from "./schema-fields.js";

type CellStorage = Exclude<Storage, { readonly kind: "text" | "null" }>;

/** How cells as they lie in a file become those of a column. */
export interface CellForm {
  readonly type: Exclude<ColumnType, "string">;
  /** The cells; they may share memory with what they are made of. `rowOf` tells the row of the i-th, for errors. */
  ofStored(stored: FixedCells, memory: PageMemory | undefined, rowOf: (i: number) => number): NumericArray;
  /**
   * Entries of a dictionary, where making the cells is more than another look at the same bytes; undefined where rows
   * are to be made one by one, also because an entry that no row may have is none that a cell can hold.
   */
  ofDictionary(stored: FixedCells): NumericArray | undefined;
}

/** What errors say of a column: the file and the name. */
export type FormOf = Pick<TimesOf, "label" | "field">;

export function cellForm(field: ParquetField, zone: string | undefined, of: FormOf): CellForm {
  const storage = field.storage as CellStorage;
  switch (storage.kind) {
    case "bool":
      return plain("bool", (stored) => stored as Uint8Array);
    case "number":
      return plain(storage.type, (stored) => ofNumbers(stored, storage.type));
    case "half":
      return whole("float32", (stored) => halves(stored as Uint8Array));
    case "decimal": {
      const width = widthOf(field.physical, field.typeLength);
      return whole("float64", (stored) => decimalNumbers(stored, width, storage.scale));
    }
    case "time":
      return timeForm(field.physical, storage.unitNs, zone, of);
  }
}

type Convert = (stored: FixedCells) => NumericArray;

function plain(type: CellForm["type"], ofStored: Convert): CellForm {
  return { type, ofStored, ofDictionary: () => undefined };
}

function whole(type: CellForm["type"], ofStored: Convert): CellForm {
  return { type, ofStored, ofDictionary: ofStored };
}

/** Narrow integers lie in 32 bits, whose upper ones are their sign's; those without a sign are the same bits. */
function ofNumbers(stored: FixedCells, type: CellForm["type"]): NumericArray {
  switch (type) {
    case "int8":
      return new Int8Array(stored as Int32Array);
    case "int16":
      return new Int16Array(stored as Int32Array);
    case "uint8":
      return new Uint8Array(stored as Int32Array);
    case "uint16":
      return new Uint16Array(stored as Int32Array);
    case "uint32":
      return new Uint32Array(stored.buffer as ArrayBuffer, stored.byteOffset, stored.length);
    case "uint64":
      return new BigUint64Array(stored.buffer as ArrayBuffer, stored.byteOffset, stored.length);
    default:
      return stored;
  }
}

function halves(stored: Uint8Array): Float32Array {
  const aligned = stored.byteOffset % 2 === 0 ? stored : stored.slice();
  return float32OfHalf(new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2));
}

/** Times of a zone are exact where their clocks are, and NaT stays NaT. @throws DataServiceError unsupported */
function timeForm(physical: number, unitNs: bigint, zone: string | undefined, of: FormOf): CellForm {
  const ofStored: CellForm["ofStored"] = (stored, memory, rowOf) =>
    shown(nanoseconds(stored, physical, unitNs, memory, { ...of, rowOf }), zone, of);
  return {
    type: "datetime",
    ofStored,
    ofDictionary(stored) {
      try {
        return ofStored(stored, undefined, (i) => i);
      } catch {
        return undefined; // a row that has it says which it is
      }
    },
  };
}

function nanoseconds(
  stored: FixedCells,
  physical: number,
  unitNs: bigint,
  memory: PageMemory | undefined,
  of: TimesOf,
): BigInt64Array {
  if (physical === INT96) return int96Times(stored as Uint8Array, of);
  const times = physical === INT32 ? asInt64(stored as Int32Array) : (stored as BigInt64Array);
  if (unitNs === 1n || !memory || physical !== INT64) return toNanoseconds(times, unitNs, of);
  // Scaled in place: what is beyond 64 bits is found, and told, in a second look at them.
  const at = memory.room(times.byteLength);
  const scaled = memory.cells(times, at, times.length);
  scaled.set(times);
  return memory.loops.scale64(at, times.length, unitNs) ? scaled : toNanoseconds(times, unitNs, of);
}

/** What the clocks of a zone show. @throws DataServiceError unsupported (there is none of that name) */
export function shown(times: BigInt64Array, zone: string | undefined, of: FormOf): BigInt64Array {
  if (zone === undefined) return times;
  const values = utcToWallClock(times, zone);
  if (values) return values;
  throw new DataServiceError(
    "unsupported",
    `${of.label}: its time zone "${zone}" is not known here; write it with tz_localize(None)`,
    { path: of.label },
  );
}
