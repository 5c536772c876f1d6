import type { KeyNames } from "../names/key-columns.js";
import type { Column } from "./column.js";

/** The types a column can have. `bool` is one byte per cell; `datetime` is epoch nanoseconds, wall clock. */
export type ColumnType =
  | "float32"
  | "float64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool"
  | "datetime"
  | "string";

/** The typed arrays that cells of numbers, booleans and times lie in. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** A missing string is null. */
export type ColumnValues = NumericArray | (string | null)[];

/** The class of the values of a column of each type: `ValuesByType["float32"]` is Float32Array. */
export interface ValuesByType {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint8: Uint8Array;
  readonly uint16: Uint16Array;
  readonly uint32: Uint32Array;
  readonly uint64: BigUint64Array;
  readonly bool: Uint8Array;
  readonly datetime: BigInt64Array;
  readonly string: (string | null)[];
}

/** Bytes of one cell; strings count their pointer. */
export const CELL_BYTES: Readonly<Record<ColumnType, number>> = {
  float32: 4,
  float64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
  datetime: 8,
  string: 8,
};

/** The cells of some rows of a column. */
export interface ColumnData {
  readonly values: ColumnValues;
  /**
   * One byte per row, 1 where the cell is present; absent when no cell is missing. Floats mark missing cells with NaN
   * and strings with null instead. Bytes rather than bits, so that a window can share the mask from any row on.
   */
  readonly mask?: Uint8Array | undefined;
}

/**
 * Where a column's cells come from: memory, or a file read on demand. Row ranges are half-open: [first, last). What is
 * read may share memory with the source; callers must not write to it.
 * @throws DataServiceError corrupt, changed: never a partial or a guessed result
 */
export interface ColumnSource {
  readonly type: ColumnType;
  readonly length: number;
  /** The cells of the rows [first, last). */
  read(first: number, last: number): ColumnData;
  /** The cells of `rows`, which are row numbers in strictly ascending order. */
  gather(rows: Uint32Array): ColumnData;
  /**
   * Set where reading all cells reads another column whole, as beside the rows of another panel: `load` reads these first,
   * together. @internal
   */
  readonly readsWhole?: Column | undefined;
  /** Why its cells cannot be read, where it holds what a panel cannot. @internal */
  readonly refusal?: string | undefined;
  /** Set where several columns lie together in a file, so that one pass can read them all. @internal */
  readonly block?: ColumnBlock | undefined;
}

/** Columns that lie together in a file, such as one block of a pandas HDF5 frame. */
export interface ColumnBlock {
  /**
   * The cells of some of its columns in the rows [first, last), in the order of `columns`, in one pass. `meanwhile` is
   * run before this thread reads anything itself: threads that help have begun by then.
   */
  read(
    columns: readonly ColumnSource[],
    first: number,
    last: number,
    onRows?: (rows: number) => void,
    meanwhile?: () => void,
  ): ColumnData[];
}

/** One level code a row, as a file holds them; a negative code is a missing key. */
export type LevelCodes = Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;

/** The keys of a table's rows in the file's row order: two levels, and a code a row into each. */
export interface RowKeys {
  readonly rowCount: number;
  /** The datetime level, epoch nanoseconds, in any order; entries may be unused, repeated or NaT. */
  readonly datetimes: BigInt64Array;
  /** The instrument level, in any order; entries may be unused or repeated; null is a missing name. */
  readonly instruments: readonly (string | null)[];
  /**
   * The datetime codes of the rows [first, last); may share memory that the next call of it, or the next gathering of a
   * column's cells, overwrites, for any table.
   */
  readDatetimeCodes(first: number, last: number): LevelCodes;
  /** The instrument codes of the rows [first, last); may share such memory as well, but not that of datetime codes. */
  readInstrumentCodes(first: number, last: number): LevelCodes;
  /** Keeps a file open for the reads of `use`; without it, each opens it and looks whether it is the same one. */
  session?<T>(use: () => T): T;
  /** The zone whose wall clock the datetimes show, where the file named one. */
  readonly timezone?: string | undefined;
}

/** What a format gives: the keys, and a source for each column asked for, all in the file's row order. */
export interface FileTable {
  /** How errors and print-outs name it: the path as the caller gave it. */
  readonly label: string;
  readonly keys: RowKeys;
  /** By the file's own names, in the file's order (or the order asked for); each as long as `keys.rowCount`. */
  readonly columns: ReadonlyMap<string, ColumnSource>;
  /** The group of a column that had a two-part name, such as `feature` of `("feature", "mom_10d")`. */
  readonly groups?: ReadonlyMap<string, string> | undefined;
  /** What its keys are called in the file, where they are not `datetime` and `instrument`. */
  readonly keyNames?: KeyNames | undefined;
  /** The files that it lies in, and the row at which each begins, with the row count; for errors. */
  readonly parts?: { readonly paths: readonly string[]; readonly starts: readonly number[] } | undefined;
  /** What the caller should know about how it was read. */
  readonly notes?: readonly string[] | undefined;
}

/** The progress of a load that takes seconds. */
export interface Progress {
  readonly rows: number;
  readonly totalRows: number;
}

/** What to read of a file. Formats may use it to read less; rows outside [startNs, endNs] may still come. */
export interface TableRequest {
  /** The key inside an HDF5 file, `data` by default. */
  readonly key?: string | undefined;
  /** The columns that are the keys, where they are not to be found by their names. */
  readonly keyNames?: KeyNames | undefined;
  /** Column names, with or without `$`; all when omitted. @see resolveField */
  readonly columns?: readonly string[] | undefined;
  /** First datetime wanted, inclusive, epoch nanoseconds. */
  readonly startNs?: bigint | undefined;
  /** Last datetime wanted, inclusive, epoch nanoseconds. */
  readonly endNs?: bigint | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The keys of a table to write: sorted, without repeats, sessions in CSR form. A PanelIndex is one. */
export interface SortedKeys {
  readonly rowCount: number;
  readonly sessionCount: number;
  /** Strictly ascending, epoch nanoseconds. */
  readonly datetimes: BigInt64Array;
  /** Strictly ascending; some may have no row. */
  readonly instruments: readonly string[];
  readonly timezone?: string | undefined;
  /** The first row of a session; `startOf(sessionCount)` is the row count. */
  startOf(session: number): number;
  /** The instrument codes of the rows [first, last), ascending within a session. */
  codesOf(first: number, last: number): Int32Array;
}

/** What a writer takes; it reads the columns by row ranges, so that they need never be in memory as a whole. */
export interface WritableTable {
  readonly keys: SortedKeys;
  readonly columns: ReadonlyMap<string, ColumnSource>;
  readonly groups?: ReadonlyMap<string, string> | undefined;
}
