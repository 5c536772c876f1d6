/** How cells lie in a file (parquet.thrift, `Type`). */
export const BOOLEAN = 0;
export const INT32 = 1;
export const INT64 = 2;
export const INT96 = 3;
export const FLOAT = 4;
export const DOUBLE = 5;
export const BYTE_ARRAY = 6;
export const FIXED_BYTES = 7;

/** Bytes of a cell; 0 where that depends on the cell or the column, or where it has a bit. */
export const PHYSICAL_BYTES: readonly number[] = [0, 4, 8, 12, 4, 8, 0, 0];
