import type { ByteFile } from "../files/byte-file.js";
import { type BufferRange, FileRange } from "../files/file-range.js";
import { type ArrowChunk, ArrowColumn, type ArrowField, type Storage } from "../formats/arrow/column.js";

/** Where a buffer lies in its file: its first byte, and how many there are. */
type Place = readonly [start: number, bytes: number];

type TimeStorage = Storage & { kind: "time" };

/** An uncompressed column of an Arrow file in a form that JSON holds: its field, and where its chunks lie. */
export interface ColumnLayout {
  readonly name: string;
  /** Nanoseconds of a time unit are text. */
  readonly storage:
    | Exclude<Storage, { kind: "time" }>
    | (Omit<TimeStorage, "unitNs"> & { readonly unitNs: string });
  readonly chunks: readonly {
    readonly length: number;
    readonly values: Place;
    readonly validity?: Place | undefined;
    readonly offsets?: Place | undefined;
  }[];
}

/** The layout of a column as `readArrowColumns` gives it; of a dictionary's the codes. */
export function layoutOf({ field: { name, storage }, chunks }: ArrowColumn): ColumnLayout {
  return {
    name,
    storage: storage.kind === "time" ? { ...storage, unitNs: String(storage.unitNs) } : storage,
    chunks: chunks.map(({ length, values, validity, offsets }) => ({
      length,
      values: placeOf(values),
      validity: validity && placeOf(validity),
      offsets: offsets && placeOf(offsets),
    })),
  };
}

function placeOf(range: BufferRange): Place {
  if (range instanceof FileRange) return [range.start, range.byteLength];
  throw new TypeError("a buffer that is compressed has no place of its own");
}

/**
 * The column of a layout in `file`; nothing is read yet, and each read checks that it lies inside the file.
 * @param dictionary of a column of codes: its entries, one dictionary for all chunks
 */
export function columnOf(
  { name, storage, chunks }: ColumnLayout,
  file: ByteFile,
  dictionary?: ArrowField["dictionary"],
): ArrowColumn {
  const field: ArrowField = {
    name,
    storage: storage.kind === "time" ? { ...storage, unitNs: BigInt(storage.unitNs) } : storage,
    dictionary,
  };
  const entries = dictionary && { first: 0, count: dictionary.entries.length };
  const rangeOf = (place: Place | undefined) => place && new FileRange(file, place[0], place[1]);
  const own = chunks.map(
    ({ length, values, validity, offsets }): ArrowChunk => ({
      length,
      offset: 0,
      validityOffset: 0,
      entries,
      values: new FileRange(file, values[0], values[1]),
      validity: rangeOf(validity),
      offsets: rangeOf(offsets),
    }),
  );
  return new ArrowColumn(field, own, file.label);
}
