import type { SortedKeys } from "../../../columns/table.js";
import { lastPart } from "../../../names/field.js";
import { wallClockToUtc } from "../../../time.js";
import { H5T } from "../h5-types.js";
import { type H5Writer, TYPES } from "./h5-writer.js";

/**
 * Writes the column names of a frame, or of one of its blocks: plain names, or (group, name) pairs where any of
 * them has a group.
 */
export function writeAxis(
  writer: H5Writer,
  key: string,
  axis: string,
  names: readonly string[],
  groups: ReadonlyMap<string, string> | undefined,
): void {
  if (groups === undefined || groups.size === 0) {
    writer.attribute(key, `${axis}_variety`, "regular");
    writeLevel(writer, `${key}/${axis}`, undefined, names);
    return;
  }
  writer.attribute(key, `${axis}_variety`, "multi");
  writer.attribute(key, `${axis}_nlevels`, 2);
  const own = names.map((name) => groups.get(name) ?? "");
  const parts = [own, names.map((name, i) => lastPart(name, own[i]!))];
  for (const [i, part] of parts.entries()) {
    const level = [...new Set(part)];
    const codes = Int32Array.from(part, (text) => level.indexOf(text));
    writeLevel(writer, `${key}/${axis}_level${i}`, undefined, level);
    writeArray(
      writer,
      `${key}/${axis}_label${i}`,
      TYPES.int32,
      new Uint8Array(codes.buffer),
      names.length,
      "int32",
    );
  }
}

/**
 * Writes the level of the sessions. With a zone they are UTC times, which pandas shows by that zone's clocks: it reads
 * such a level of a MultiIndex (`HDFStore._get_index_factory`), although it writes none.
 */
export function writeSessions(writer: H5Writer, path: string, { datetimes, timezone }: SortedKeys): void {
  const utc = timezone === undefined ? undefined : wallClockToUtc(datetimes, timezone);
  writeLevel(writer, path, "datetime", utc ?? datetimes);
  if (utc === undefined || timezone === undefined) return;
  writer.attribute(path, "index_class", "datetime");
  writer.attribute(path, "tz", timezone);
}

/** Writes a level: times as int64 nanoseconds, texts as UTF-8 of fixed width. */
export function writeLevel(
  writer: H5Writer,
  path: string,
  name: string | undefined,
  values: BigInt64Array | readonly string[],
): void {
  if (values instanceof BigInt64Array) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    writeArray(writer, path, TYPES.int64, bytes, values.length, "int64");
    // pandas 1 knows no other kind; pandas 2 takes this one for nanoseconds.
    writer.attribute(path, "kind", "datetime64");
  } else {
    const { bytes, width } = fixedWidth(values);
    const type = { type: H5T.string, size: width, signed: false };
    writeArray(writer, path, type, bytes, values.length, `S${width}`);
    writer.attribute(path, "kind", "string");
  }
  if (name !== undefined) writer.attribute(path, "name", name);
}

function writeArray(
  writer: H5Writer,
  path: string,
  type: { readonly type: number; readonly size: number; readonly signed: boolean },
  bytes: Uint8Array,
  length: number,
  emptyType: string,
): void {
  if (length > 0) writer.dataset(path, type, [length], bytes);
  else {
    // PyTables cannot store an array without rows: one cell stands for it.
    writer.dataset(path, TYPES.float64, [1], new Uint8Array(8));
    writer.attribute(path, "shape", [0]);
    writer.attribute(path, "value_type", emptyType);
  }
  writer.attribute(path, "CLASS", "ARRAY");
  writer.attribute(path, "VERSION", "2.4");
  writer.attribute(path, "FLAVOR", "numpy");
  writer.attribute(path, "transposed", length > 0 ? 1 : 0);
}

function fixedWidth(texts: readonly string[]): { bytes: Uint8Array; width: number } {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const width = encoded.reduce((most, { byteLength }) => Math.max(most, byteLength), 1);
  const bytes = new Uint8Array(width * texts.length);
  for (const [i, text] of encoded.entries()) bytes.set(text, i * width);
  return { bytes, width };
}
