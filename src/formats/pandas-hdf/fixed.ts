import { MemoryColumn } from "../../columns/memory-column.js";
import { RefusedColumn } from "../../columns/refused-column.js";
import { CELL_BYTES, type ColumnSource, type FileTable, type TableRequest } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { fieldNames, selectFields } from "../../names/field.js";
import { pickledNames } from "../pickle/attribute.js";
import { type PickledCell, pickledArray } from "../pickle/pickled-array.js";
import { type AxisName, pairName, readAxisNames, type StoredArray, storedArray } from "./array.js";
import { columnTypeOf, datetimeUnitNs, type Field } from "./field.js";
import { flatRowCount, isFlatIndex, readFlatKeys } from "./flat-keys.js";
import type { H5Structure } from "./h5-structure.js";
import { H5T } from "./h5-types.js";
import { flatFrame, readLevelKeys } from "./level-keys.js";
import { objectColumn } from "./object-column.js";
import { RecordBlock } from "./record-block.js";
import { openRowStore } from "./row-store.js";
import { columnZone, storedZone } from "./zone.js";

/** The name pandas gives the column of an unnamed series. */
export const UNNAMED = "data";

/**
 * A frame of pandas' fixed format. Its columns of one dtype lie in one block, row after row.
 * Source: pandas `BlockManagerFixed` in pandas/io/pytables.py.
 */
export function openFixedFrame(h5file: H5Structure, key: string, request: TableRequest): FileTable {
  const { label } = h5file.file;
  const levels = isFlatIndex(h5file, key, "axis1")
    ? undefined
    : readLevelKeys(h5file, key, "axis1", request.keyNames);
  const rowCount = levels?.rowCount ?? flatRowCount(h5file, key, "axis1");
  const blockCount = h5file.attribute(key, "nblocks");
  if (typeof blockCount !== "number" || !(blockCount >= 0 && blockCount <= 10_000)) {
    throw h5file.corrupt(`"${key.slice(1)}" does not say how many blocks it has`);
  }
  // A frame without columns has a pickled axis.
  const axis = blockCount === 0 ? [] : readAxisNames(h5file, key, "axis0");
  const names = fieldNames(axis);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) throw repeatedName(label, repeated);
  const nameOf = new Map(axis.map((parts, i) => [partsKey(parts), names[i]!]));
  const opened = new Map<string, () => ColumnSource>();
  const blockOf = new Map<string, number>();
  for (let b = 0; b < blockCount; b++) {
    for (const [name, open] of openBlock(h5file, key, b, rowCount, nameOf)) {
      if (opened.has(name)) throw repeatedName(label, name);
      opened.set(name, open);
      blockOf.set(name, b);
    }
  }
  const missing = names.find((name) => !opened.has(name));
  if (missing !== undefined || opened.size !== names.length) {
    throw h5file.corrupt(`its blocks do not hold the columns that it lists`);
  }
  const groups = new Map<string, string>();
  for (const [i, { group }] of axis.entries()) if (group !== undefined) groups.set(names[i]!, group);
  const inOrder = new Map(names.map((name) => [name, opened.get(name)!]));
  const zoneOf = (name: string) =>
    storedZone(h5file.attribute(`${key}/block${blockOf.get(name)}_values`, "tz"), label);
  const flat = levels ? undefined : readFlatKeys(h5file, key, inOrder, request.keyNames ?? {}, zoneOf);
  const keys = levels ?? flat?.keys;
  if (!keys) throw flatFrame(h5file, key, axis);
  for (const name of flat?.taken ?? []) inOrder.delete(name);
  return {
    label,
    keys,
    columns: chooseColumns(inOrder, request, { label, rows: keys.rowCount, groups }),
    keyNames: keys.keyNames,
    groups: groups.size > 0 ? groups : undefined,
  };
}

/** A series of pandas' fixed format: one column, `data` where it has no name. */
export function openFixedSeries(h5file: H5Structure, key: string, request: TableRequest): FileTable {
  const { label } = h5file.file;
  const keys = readLevelKeys(h5file, key, "index", request.keyNames);
  const { name, group } = seriesName(h5file, key);
  const groups = group === undefined ? undefined : new Map([[name, group]]);
  const opened = blockColumns(h5file, `${key}/values`, [name], keys.rowCount);
  const columns = chooseColumns(opened, request, { label, rows: keys.rowCount, groups });
  return { label, keys, columns, groups, keyNames: keys.keyNames };
}

function seriesName(h5file: H5Structure, key: string): AxisName {
  const stored = h5file.attribute(key, "name") ?? UNNAMED;
  if (typeof stored === "string" || typeof stored === "number") return { name: String(stored) };
  const parts = pickledNames(stored);
  if (parts?.length === 2) return pairName(parts[0]!, parts[1]!);
  throw new DataServiceError(
    "unsupported",
    `${h5file.file.label}: the series "${key.slice(1)}" is named by ${parts ? `${parts.length} parts` : "a Python object"}; only text, a number or two parts, (group, name), can be read: rename it in pandas`,
    { path: h5file.file.label, key: key.slice(1) },
  );
}

/**
 * Opens the columns asked for, in the order asked for; all when none are. Others are never looked at. One that cannot be
 * read is refused when it is.
 */
export function chooseColumns(
  opened: ReadonlyMap<string, () => ColumnSource>,
  request: TableRequest,
  { label, rows, groups }: { label: string; rows: number; groups?: ReadonlyMap<string, string> | undefined },
): Map<string, ColumnSource> {
  const asked = request.columns && selectFields(request.columns, opened, groups, label).values();
  return new Map(Array.from(asked ?? opened.keys(), (name) => [name, orRefused(opened.get(name)!, rows)]));
}

function orRefused(open: () => ColumnSource, rows: number): ColumnSource {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof DataServiceError) || error.code !== "unsupported") throw error;
    return new RefusedColumn("string", rows, error);
  }
}

export function repeatedName(label: string, name: string): DataServiceError {
  return new DataServiceError(
    "unsupported",
    `${label}: two columns have the name "${name}"; rename one of them in pandas`,
    { path: label, field: name },
  );
}

function partsKey({ group, name }: AxisName): string {
  return JSON.stringify([group, name]);
}

function openBlock(
  h5file: H5Structure,
  key: string,
  block: number,
  rowCount: number,
  nameOf: ReadonlyMap<string, string>,
): ReadonlyMap<string, () => ColumnSource> {
  const items = readAxisNames(h5file, key, `block${block}_items`);
  const names = items.map((parts) => nameOf.get(partsKey(parts)) ?? parts.name);
  return blockColumns(h5file, `${key}/block${block}_values`, names, rowCount);
}

/** The columns of a block; its array is looked at when the first of them is opened. */
function blockColumns(
  h5file: H5Structure,
  path: string,
  names: readonly string[],
  rowCount: number,
): Map<string, () => ColumnSource> {
  const { file } = h5file;
  let stored: { readonly array: StoredArray; readonly valueType: string | undefined } | undefined;
  let block: RecordBlock | undefined;
  let cells: readonly PickledCell[] | undefined;
  const open = (name: string, item: number): ColumnSource => {
    stored ??= { array: storedArray(h5file, path), valueType: h5file.text(path, "value_type") };
    const { array, valueType } = stored;
    if (array.type === H5T.vlen) {
      if (rowCount === 0) return NO_TEXTS; // the array that pandas pickles then has its columns as rows
      cells ??= blockCells(h5file, array, name, names.length, rowCount);
      const own = Array.from({ length: rowCount }, (_, row) => cells![row * names.length + item]);
      const column = objectColumn(own);
      if (!column) throw notDecodable(file.label, name, array, valueType);
      return column;
    }
    const unitNs = datetimeUnitNs(valueType);
    const type = array.isEmpty
      ? emptyType(valueType)
      : unitNs === undefined
        ? columnTypeOf(array)
        : "datetime";
    if (type === undefined || (valueType !== undefined && unitNs === undefined && !array.isEmpty)) {
      throw notDecodable(file.label, name, array, valueType);
    }
    if (array.isEmpty !== (rowCount === 0)) throw rowMismatch(h5file, array, rowCount);
    if (type === "string") return NO_TEXTS;
    const timezone = columnZone(storedZone(h5file.attribute(path, "tz"), file.label), file.label);
    if (!array.isEmpty) checkShape(h5file, array, names.length, rowCount);
    block ??= new RecordBlock(array.isEmpty ? NO_ROWS : openRowStore(h5file, array), file);
    const field: Field = { name, type, offset: item * CELL_BYTES[type], ...(unitNs && { unitNs, timezone }) };
    return block.column(field);
  };
  return new Map(names.map((name, item) => [name, () => open(name, item)]));
}

/** The cells of a block that pandas pickled, row after row. */
function blockCells(
  h5file: H5Structure,
  array: StoredArray,
  name: string,
  items: number,
  rowCount: number,
): readonly PickledCell[] {
  const pickled = pickledArray(h5file.object(array));
  if (!pickled) throw notDecodable(h5file.file.label, name, array, undefined);
  checkShape(h5file, { ...array, shape: pickled.shape }, items, rowCount);
  return pickled.cells;
}

const NO_TEXTS = new MemoryColumn("string", { values: [] });

const NO_ROWS = {
  rowCount: 0,
  rowBytes: 1,
  slabRows: 1,
  gapRows: 0,
  session: <T>(use: (read: () => Uint8Array) => T): T => use(() => new Uint8Array(0)),
};

/** The type of an empty column, which only an attribute tells. */
function emptyType(valueType: string | undefined) {
  if (datetimeUnitNs(valueType) !== undefined) return "datetime";
  if (valueType === "object" || valueType === "str") return "string";
  return valueType !== undefined && valueType in CELL_BYTES
    ? (valueType as keyof typeof CELL_BYTES)
    : undefined;
}

function checkShape(h5file: H5Structure, array: StoredArray, items: number, rowCount: number): void {
  const [rows, cells = 1] = array.shape;
  if (rows !== rowCount || cells !== items || array.shape.length > 2)
    throw rowMismatch(h5file, array, rowCount);
  if (array.shape.length === 2 && !isTrue(h5file.attribute(array.path, "transposed"))) {
    throw new DataServiceError(
      "unsupported",
      `${h5file.file.label}: ${array.path} is not stored row by row, as pandas does; write it again with pandas' to_hdf`,
      { path: h5file.file.label, field: array.path },
    );
  }
}

function isTrue(value: unknown): boolean {
  return value === 1 || value === -1 || value === true;
}

function rowMismatch(h5file: H5Structure, array: StoredArray, rowCount: number): Error {
  const shape = array.isEmpty ? "no rows" : `the shape ${array.shape.join(" x ")}`;
  return h5file.corrupt(`${array.path} has ${shape}, but the index has ${rowCount} rows`);
}

function notDecodable(
  label: string,
  name: string,
  array: StoredArray,
  valueType: string | undefined,
): DataServiceError {
  const dtype = valueType ?? (array.type === H5T.float && array.size === 2 ? "float16" : undefined);
  const [what, instead] =
    array.type === H5T.vlen
      ? [
          "pickled Python objects that are neither all text, nor all numbers, nor all times",
          `in pandas, df["${name}"] = df["${name}"].astype(str) before writing it`,
        ]
      : [
          `values of ${dtype ? `the type ${dtype}` : `HDF5 type class ${array.type}, ${array.size} bytes each`}`,
          'write the table with format="table" or as Parquet',
        ];
  return new DataServiceError(
    "unsupported",
    `${label}: column "${name}" holds ${what}, which cannot be read; ask for other columns, or ${instead}`,
    { path: label, field: name },
  );
}
