import { CompactReader, TRUE } from "./compact-reader.js";
import { ParquetFault } from "./fault.js";

/** What stands before a page (parquet.thrift, `PageHeader`). */
export interface PageHeader {
  readonly kind: "data" | "data-2" | "dictionary" | "other";
  /** Bytes of the page, decompressed, and as it lies in the file. */
  readonly wholeBytes: number;
  readonly storedBytes: number;
  readonly checksum: number | undefined;
  /** Rows, or entries of a dictionary. */
  readonly values: number;
  readonly encoding: number;
  /** Of its definition levels, on a page of the first version. */
  readonly levelEncoding: number;
  /** Of a page of the second version: rows without a cell, bytes of its levels, and whether the rest is compressed. */
  readonly nulls: number;
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly isCompressed: boolean;
}

const KINDS = ["data", "other", "dictionary", "data-2"] as const;
/** The numbers of their own headers. */
const [DATA, DICTIONARY, DATA_2] = [5, 7, 8];

/**
 * The header at the beginning of `bytes`, and its length.
 * @throws ParquetFault corrupt; EndOfBytes where it does not end within them
 */
export function readPageHeader(bytes: Uint8Array): { header: PageHeader; length: number } {
  const reader = new CompactReader(bytes);
  const header = {
    ...{ type: -1, wholeBytes: -1, storedBytes: -1, values: -1, encoding: -1, levelEncoding: 3 },
    ...{ nulls: -1, definitionBytes: 0, repetitionBytes: 0, isCompressed: true },
  };
  let checksum: number | undefined;
  const own = (of: number) =>
    reader.fields((field, type) => {
      if (field === 1) header.values = reader.number();
      else if (field === (of === DATA_2 ? 4 : 2)) header.encoding = reader.number();
      else if (of === DATA && field === 3) header.levelEncoding = reader.number();
      else if (of === DATA_2 && field === 2) header.nulls = reader.number();
      else if (of === DATA_2 && field === 5) header.definitionBytes = reader.number();
      else if (of === DATA_2 && field === 6) header.repetitionBytes = reader.number();
      else {
        if (of === DATA_2 && field === 7) header.isCompressed = type === TRUE;
        return false;
      }
      return true;
    });
  reader.fields((field) => {
    if (field === 1) header.type = reader.number();
    else if (field === 2) header.wholeBytes = reader.number();
    else if (field === 3) header.storedBytes = reader.number();
    else if (field === 4) checksum = reader.number();
    else if (field === DATA || field === DICTIONARY || field === DATA_2) own(field);
    else return false;
    return true;
  });
  const kind = KINDS[header.type];
  const sizes = [header.wholeBytes, header.storedBytes, header.definitionBytes, header.repetitionBytes];
  if (kind === undefined || sizes.some((size) => size < 0) || (kind !== "other" && header.values < 0)) {
    throw new ParquetFault("it has a page whose header makes no sense");
  }
  return { header: { ...header, kind, checksum }, length: reader.at };
}
