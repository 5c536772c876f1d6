import {
  CELL_BYTES,
  type ColumnSource,
  type FileTable,
  type RowKeys,
  type TableRequest,
} from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { findKeys, type KeyField as KeyCandidate } from "../../names/key-columns.js";
import { listAttribute } from "./array.js";
import { categoriesOf, isCategory } from "./categories.js";
import { type CodeType, columnTypeOf, datetimeUnitNs, type Field, type TextField } from "./field.js";
import { chooseColumns, repeatedName, UNNAMED } from "./fixed.js";
import type { H5Structure } from "./h5-structure.js";
import { type H5Member, H5T, type H5TypeInfo } from "./h5-types.js";
import { flatAdvice, flatIndex } from "./level-keys.js";
import { RecordBlock } from "./record-block.js";
import { openRowStore } from "./row-store.js";
import { type KeyField, scanKeys } from "./table-keys.js";
import { textDecoder } from "./text-encoding.js";
import { columnZone, storedZone } from "./zone.js";

/** What pandas names the one column of a series without a name in table format. */
const SERIES_VALUES = "values";

/**
 * A frame or series of pandas' table format: one record a row, in which the index levels, the data columns and
 * the blocks of other columns are fields. Its keys are read and numbered in one pass over the records, when they are
 * first asked for: who wants the names of the columns alone does not pay for it.
 * Source: pandas `AppendableMultiFrameTable` in pandas/io/pytables.py.
 */
export function openAppendable(h5file: H5Structure, key: string, request: TableRequest): FileTable {
  const { file } = h5file;
  const path = `${key}/table`;
  const dataset = h5file.dataset(path);
  const members = dataset.compound_type?.members;
  if (!members || dataset.shape.length !== 1) throw h5file.corrupt(`${path} is not a table of records`);
  const levels = listAttribute(h5file, key, "levels");
  if (!levels || levels.length < 2) throw flatTable(h5file, key, levels);
  const keyFields = levels.map((name) => keyField(h5file, key, path, members, name));
  const index = keyFields.map((field): KeyCandidate => {
    return { field: field.name, name: field.name, kind: field.unitNs === undefined ? "name" : "time" };
  });
  const found =
    levels.length === 2 || request.keyNames?.datetime
      ? findKeys(index, index, request.keyNames ?? {}, file.label)
      : undefined;
  const fieldOf = (own: KeyCandidate | undefined) => keyFields.find(({ name }) => name === own?.field);
  const [time, instrument] = [fieldOf(found?.datetime), fieldOf(found?.instrument)];
  if (!time || !instrument) throw flatTable(h5file, key, levels);
  const store = openRowStore(h5file, dataset);
  const block = new RecordBlock(store, file);
  const opened = new Map<string, () => ColumnSource>();
  for (const member of members) {
    if (member.name === "index" || levels.includes(member.name)) continue;
    for (const { name, open } of memberColumns(h5file, path, member)) {
      if (opened.has(name)) throw repeatedName(file.label, name);
      opened.set(name, () => block.column(open()));
    }
  }
  const { label } = file;
  const columns = chooseColumns(inOrder(opened, h5file, key, levels), request, {
    label,
    rows: store.rowCount,
  });
  let keys: RowKeys | undefined;
  return {
    label,
    get keys() {
      keys ??= scanKeys(store, time, instrument, label);
      return keys;
    },
    columns,
    keyNames: { datetime: time.name, instrument: instrument.name },
  };
}

/**
 * The columns in the order of the frame; blocks are in the order of dtypes. pandas reads by the names that the frame
 * lists: where those of the blocks are others, one of the two is damaged.
 */
function inOrder(
  opened: Map<string, () => ColumnSource>,
  h5file: H5Structure,
  key: string,
  levels: readonly string[],
) {
  const axes = h5file.attribute(key, "non_index_axes");
  const axis = Array.isArray(axes) && Array.isArray(axes[0]) ? axes[0][1] : undefined;
  if (!Array.isArray(axis)) throw h5file.corrupt(`"${key.slice(1)}" lists no columns in non_index_axes`);
  const names = new Set(axis.map(String));
  for (const level of levels) if (!opened.has(level)) names.delete(level);
  const lacking = [...names].find((name) => !opened.has(name));
  const more = [...opened.keys()].find((name) => !names.has(name));
  if (lacking !== undefined || more !== undefined) {
    const what =
      lacking === undefined
        ? `a column "${more}" that the frame lacks`
        : `no column "${lacking}" of the frame`;
    throw h5file.corrupt(`${key}/table has ${what}`);
  }
  const isSeries = h5file.text(key, "pandas_type") === "series_table";
  return new Map(
    [...names].map(
      (name) => [isSeries && name === SERIES_VALUES ? UNNAMED : name, opened.get(name)!] as const,
    ),
  );
}

function keyField(
  h5file: H5Structure,
  key: string,
  path: string,
  members: readonly H5Member[],
  name: string,
): KeyField {
  const member = members.find((field) => field.name === name);
  if (!member) throw h5file.corrupt(`${path} has no field for the index level "${name}"`);
  const { offset, size } = member;
  if (isCategory(h5file, path, name))
    return { name, offset, size, categories: categoriesOf(h5file, key, name) };
  const unitNs = datetimeUnitNs(h5file.text(path, `${name}_dtype`));
  const isInteger = member.type === H5T.integer && member.littleEndian;
  if (unitNs !== undefined && isInteger && size === 8) {
    return { name, offset, size, unitNs, timezone: timezoneOf(h5file, key, name) };
  }
  if (unitNs === undefined && member.type === H5T.string)
    return { name, offset, size, text: textField(h5file, key, size) };
  if (unitNs === undefined && isInteger) return { name, offset, size };
  throw unsupportedField(h5file, path, name, name, member);
}

/**
 * `info` is a dict of dicts: what pandas keeps about each field of the records, its time zone among it. Where it cannot be
 * read nobody can tell whether the times are in UTC.
 */
function timezoneOf(h5file: H5Structure, key: string, field: string): string | undefined {
  const info = h5file.attribute(key, "info");
  const about = info instanceof Map ? (info.get(field) ?? new Map()) : undefined;
  if (!(about instanceof Map)) {
    throw h5file.corrupt(`the attribute info of "${key.slice(1)}", which tells time zones, cannot be read`);
  }
  return storedZone(about.get("tz"), h5file.file.label);
}

function textField(h5file: H5Structure, key: string, width: number): TextField {
  return {
    width,
    decode: textDecoder(h5file, key),
    missingText: h5file.text(key, "nan_rep") ?? "nan",
  };
}

interface MemberColumn {
  readonly name: string;
  open(): Field;
}

/** The columns that a field of the record holds: one, or those of a block. */
function memberColumns(h5file: H5Structure, path: string, member: H5Member): MemberColumn[] {
  const cell: H5TypeInfo = member.type === H5T.array ? member.array_type! : member;
  const count = Math.floor(member.size / cell.size);
  const names = listAttribute(h5file, path, `${member.name}_kind`);
  if (names?.length !== count) {
    throw new DataServiceError(
      "unsupported",
      `${h5file.file.label}: the ${count} columns of ${member.name} in ${path} do not have plain names; write the table again with text column names`,
      { path: h5file.file.label, field: member.name },
    );
  }
  return names.map((name, i) => ({
    name,
    open: () => memberField(h5file, path, member, cell, name, member.offset + i * cell.size),
  }));
}

function memberField(
  h5file: H5Structure,
  path: string,
  member: H5Member,
  cell: H5TypeInfo,
  name: string,
  offset: number,
): Field {
  const key = path.slice(0, -"/table".length);
  const dtype = h5file.text(path, `${member.name}_dtype`);
  const unitNs = datetimeUnitNs(dtype);
  if (dtype?.startsWith("timedelta")) throw unsupportedField(h5file, path, name, member.name, cell);
  if (isCategory(h5file, path, member.name)) {
    const type = columnTypeOf(cell);
    if (!type || !isCodeType(type)) throw unsupportedField(h5file, path, name, member.name, cell);
    const texts = categoriesOf(h5file, key, member.name);
    return { name, type: "string", offset, categories: { texts, type } };
  }
  if (cell.type === H5T.string && !cell.vlen) {
    return { name, type: "string", offset, text: textField(h5file, key, cell.size) };
  }
  const type = unitNs === undefined ? columnTypeOf(cell) : "datetime";
  if (type === undefined || CELL_BYTES[type] !== cell.size)
    throw unsupportedField(h5file, path, name, member.name, cell);
  if (unitNs === undefined) return { name, type, offset };
  const timezone = columnZone(timezoneOf(h5file, key, member.name), h5file.file.label);
  return { name, type, offset, unitNs, timezone };
}

function isCodeType(type: string): type is CodeType {
  return /^int(?:8|16|32|64)$/.test(type);
}

function unsupportedField(
  h5file: H5Structure,
  path: string,
  name: string,
  field: string,
  cell: H5TypeInfo,
): DataServiceError {
  const dtype = isCategory(h5file, path, field)
    ? "category"
    : (h5file.text(path, `${field}_dtype`) ?? `HDF5 class ${cell.type}`);
  return new DataServiceError(
    "unsupported",
    `${h5file.file.label}: "${name}" in ${path} holds values of the type ${dtype}, which cannot be read; write it as numbers, text or datetime64, or as Parquet`,
    { path: h5file.file.label, field: name },
  );
}

function flatTable(
  h5file: H5Structure,
  key: string,
  levels: readonly string[] | undefined,
): DataServiceError {
  const { label } = h5file.file;
  if (levels) {
    const has = `an index of ${levels.length} levels (${levels.join(", ")})`;
    const extra = levels.filter((name) => name !== "datetime" && name !== "instrument");
    return flatIndex(label, key.slice(1), has, `df.reset_index(${JSON.stringify(extra)})`);
  }
  return flatIndex(
    label,
    key.slice(1),
    "a flat index",
    flatAdvice(h5file.text(`${key}/table`, "index_kind"), []),
  );
}
