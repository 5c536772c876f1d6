/** What went wrong, for programs; the message says the same for people. */
export type ErrorCode =
  | "not-found" // no such file or folder
  | "is-directory" // a file was expected
  | "read-failed" // it is there, but the system does not let it be read
  | "unknown-format" // the bytes are none of the formats we read
  | "corrupt" // truncated or damaged, or it contradicts itself
  | "unsupported" // whole, but laid out or compressed in a way we cannot read
  | "unknown-key" // the HDF5 file holds no such pandas object
  | "flat-index" // a table without the (datetime, instrument) key
  | "duplicate-keys" // a (datetime, instrument) pair stands more than once
  | "missing-keys" // rows without a datetime or an instrument
  | "unknown-field"
  | "unknown-instrument"
  | "unknown-session"
  | "unknown-frequency"
  | "ambiguous-field" // two files of a snapshot have it
  | "column-conflict" // a join would give two columns of one name
  | "zone-conflict" // times with a zone would stand beside times without one
  | "bad-request" // an argument that cannot be meant
  | "bad-expression" // a factor expression that does not parse or bind
  | "over-budget" // it would need more memory than allowed
  | "max-loss" // a join lost more rows than allowed
  | "changed" // the file is no longer the one that was opened
  | "write-failed"
  | "sql"
  | "thread-failed" // a worker thread did not start, or ended before its work was done
  | "timeout" // it took longer than allowed
  | "busy" // another process is at the same work
  | "cancelled"; // the caller's signal said to stop

/** What an error or a note says to do, where a caller of functions does it otherwise than, say, a command line. */
export type AdviceCode =
  | "skip-unknown" // leave out instruments that are not there
  | "set-on-conflict" // choose what becomes of columns of one name
  | "max-loss" // the share of rows a join may lose
  | "target-freq" // the bars of a qlib folder that is written
  | "name-label" // say that a column is a label
  | "leave-out-column" // read without a column
  | "select-others" // write without a column
  | "fill-gaps" // what carrying values forward leaves
  | "leave-adjust-out"
  | "time-limit"
  | "memory-limit"
  | "give-values" // to the parameters of a query
  | "fewer-threads"
  | "no-benchmark" // compare a backtest with nothing
  | "open-folder" // open a folder of files as a snapshot
  | "choose-base" // choose the panel whose rows a window has
  | "list-fields"
  | "times"; // how a time may be given

/** What to do, for edges that say it in their own words in place of `words`, which stand in the message. */
export interface Advice {
  readonly code: AdviceCode;
  readonly words: string;
}

/** What an error concerns. Only the entries that apply are set. */
export interface ErrorDetails {
  /** The file or folder, as the caller named it. */
  readonly path?: string;
  /** The key inside an HDF5 file. */
  readonly key?: string;
  /** The column or dataset. */
  readonly field?: string;
  readonly instrument?: string;
  /** The row, byte or character where the problem is; counts from 0. */
  readonly position?: number;
  /** How many rows, keys or bytes are affected. */
  readonly count?: number;
  /** What there is instead (keys, fields, instruments, frequencies), or the first few of what is wrong. */
  readonly found?: readonly string[];
  /** The nearest known name. */
  readonly suggestion?: string;
  readonly advice?: Advice;
}

/** What tables that are not in a file are called, where errors would name the file. */
export const IN_MEMORY = {
  panel: "this panel",
  columns: "these columns",
  arrowTable: "this Arrow table",
  sqlResult: "the query's result",
  basePanel: "the base panel",
} as const;
const NO_FILES: ReadonlySet<string> = new Set(Object.values(IN_MEMORY));

/** The `path` of an error about the table that is called `label`: none where it is not in a file. */
export function pathOf(label: string): Pick<ErrorDetails, "path"> {
  return NO_FILES.has(label) ? {} : { path: label };
}

/**
 * The one error class of this library. The message says what was asked for, what was found and what to do; `code` and
 * `details` say the same to programs; `cause` holds the underlying error, if there is one.
 */
export class DataServiceError extends Error {
  override readonly name = "DataServiceError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}
