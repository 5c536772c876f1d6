import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { DataServiceError } from "../../errors.js";

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

// Types of the compact protocol; a bool is its type.
const [TRUE, FALSE, BYTE, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT] = [1, 2, 3, 6, 7, 8, 9, 10, 11, 12];

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

/** Goes through a struct of Thrift's compact protocol. */
class CompactReader {
  #at = 0;
  constructor(readonly bytes: Buffer) {}

  #byte(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) throw new RangeError("the footer of a Parquet file ends too early");
    return byte;
  }

  /** Hands out each field, with its type and where its header stands; those that `take` leaves (false) are passed over. */
  fields(take: (field: number, type: number, at: number) => boolean): void {
    for (let field = 0; ; ) {
      const at = this.#at;
      const header = this.#byte();
      if (header === 0) return;
      const step = header >> 4;
      field = step === 0 ? this.#zigzag() : field + step;
      const type = header & 15;
      if (!take(field, type, at)) this.#pass(type);
    }
  }

  listSize(): number {
    const size = this.#byte() >> 4;
    return size === 15 ? this.#varint() : size;
  }

  text(): string {
    const length = this.#varint();
    this.#at += length;
    return this.bytes.toString("utf8", this.#at - length, this.#at);
  }

  #pass(type: number): void {
    if (type === BYTE) this.#at++;
    else if (type > BYTE && type <= I64!) this.#varint();
    else if (type === DOUBLE) this.#at += 8;
    else if (type === BINARY) this.text();
    else if (type === LIST || type === SET) this.#passList();
    else if (type === STRUCT) this.fields(() => false);
    else if (type === MAP) this.#passMap();
  }

  #passList(): void {
    const type = this.bytes[this.#at]! & 15;
    const size = this.listSize();
    for (let i = 0; i < size; i++) this.#passItem(type);
  }

  #passMap(): void {
    const size = this.#varint();
    if (size === 0) return;
    const types = this.#byte();
    for (let i = 0; i < size; i++) {
      this.#passItem(types >> 4);
      this.#passItem(types & 15);
    }
  }

  /** In a list or map a bool is a byte. */
  #passItem(type: number): void {
    if (type === TRUE || type === FALSE) this.#at++;
    else this.#pass(type);
  }

  #zigzag(): number {
    const value = this.#varint();
    return value & 1 ? -(value + 1) / 2 : value / 2;
  }

  #varint(): number {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
}
