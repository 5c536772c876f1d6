import { DataServiceError } from "../../errors.js";
import type { ByteFile } from "../../files/byte-file.js";

/** What is wrong with the bytes of a Parquet file; `faultless` makes an error of ours of it. */
export class ParquetFault extends Error {
  constructor(
    /** A sentence about "it": the file, or a column of it. */
    readonly what: string,
    readonly code: "corrupt" | "unsupported" | "over-budget" = "corrupt",
  ) {
    super(what);
  }
}

const ADVICE = {
  corrupt: "write the file again",
  unsupported: "write it again with another compression or encoding",
  "over-budget": "ask for fewer columns or sessions, or give the process more memory",
} as const;

/** What V8 says where there is no memory for a typed array. */
const NO_ROOM = "Array buffer allocation failed";

/**
 * Runs `use`, which reads the file. What is wrong with its bytes becomes an error that names the file and, where it
 * concerns one alone, the column; a file that has changed meanwhile is told as changed.
 * @throws DataServiceError corrupt, unsupported, over-budget, changed
 */
export function faultless<T>(file: ByteFile, column: string | undefined, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    const fault = asFault(cause);
    if (!fault) throw cause;
    file.check(); // what changes says nothing of either version
    const what =
      column === undefined ? `not a whole Parquet file: ${fault.what}` : `column "${column}": ${fault.what}`;
    const details = { path: file.label, ...(column !== undefined && { field: column }) };
    throw new DataServiceError(fault.code, `${file.label}: ${what}; ${ADVICE[fault.code]}`, details, cause);
  }
}

function asFault(cause: unknown): ParquetFault | undefined {
  if (cause instanceof ParquetFault) return cause;
  if (!(cause instanceof RangeError)) return undefined;
  if (cause.message !== NO_ROOM) return undefined;
  return new ParquetFault("it takes more memory to read than there is", "over-budget");
}
