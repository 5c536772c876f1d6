import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { DataServiceError } from "../../errors.js";
import { CompactReader, FALSE, TRUE } from "./compact-reader.js";

/** The length of the footer and `PAR1` end a Parquet file. */
const TAIL_BYTES = 8;

/**
 * Says in the footer of a Parquet file that a column of timestamps holds UTC times (`isAdjustedToUTC`), which DuckDB
 * writes for microseconds alone. It is one bit in place of another: the file keeps its length.
 * Source: parquet.thrift, `SchemaElement.logicalType.TIMESTAMP`, in Thrift's compact protocol.
 * @throws DataServiceError unsupported (the column is no timestamp without a zone)
 */
export function markAdjustedToUtc(path: string, column: string): void {
  const fd = openSync(path, "r+");
  try {
    const { size } = fstatSync(fd);
    const tail = Buffer.alloc(TAIL_BYTES);
    readSync(fd, tail, 0, TAIL_BYTES, size - TAIL_BYTES);
    const begin = size - TAIL_BYTES - tail.readUInt32LE(0);
    const footer = Buffer.alloc(size - TAIL_BYTES - begin);
    readSync(fd, footer, 0, footer.length, begin);
    const at = flagOf(footer, column);
    if (at === undefined) {
      throw new DataServiceError("unsupported", `${path}: "${column}" is no timestamp without a zone`, {
        path,
        field: column,
      });
    }
    writeSync(fd, Buffer.of((footer[at]! & 0xf0) | TRUE), 0, 1, begin + at);
  } finally {
    closeSync(fd);
  }
}

// Numbers of fields in parquet.thrift.
const SCHEMA = 2;
const NAME = 4;
const LOGICAL_TYPE = 10;
const TIMESTAMP = 8;
const IS_ADJUSTED = 1;

/** Where the flag of a column of timestamps stands, if it is false. */
function flagOf(footer: Buffer, column: string): number | undefined {
  const reader = new CompactReader(footer);
  let flag: number | undefined;
  reader.fields((field) => {
    if (field !== SCHEMA) return false;
    const elements = reader.listSize();
    for (let i = 0; i < elements; i++) {
      let [name, own] = ["", undefined as number | undefined];
      reader.fields((part) => {
        if (part === NAME) name = reader.text();
        else if (part === LOGICAL_TYPE) own = timestampFlag(reader);
        else return false;
        return true;
      });
      if (name === column) flag = own;
    }
    return true;
  });
  return flag;
}

function timestampFlag(reader: CompactReader): number | undefined {
  let flag: number | undefined;
  reader.fields((kind) => {
    if (kind !== TIMESTAMP) return false;
    reader.fields((field, type, at) => {
      if (field === IS_ADJUSTED && type === FALSE) flag = at;
      return false;
    });
    return true;
  });
  return flag;
}
