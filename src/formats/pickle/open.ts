import { MemoryColumn } from "../../columns/memory-column.js";
import type { ColumnSource, FileTable, LevelCodes, NumericArray, TableRequest } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { fieldNames, selectFields } from "../../names/field.js";
import { stackAdvice } from "../key-advice.js";
import { NotReadable, type PickledFrame, pandasFrame } from "./pandas-frame.js";
import type { Level, PandasIndex } from "./pandas-index.js";
import { readPickleFile } from "./read-file.js";
import type { PickleValue } from "./values.js";

/**
 * A pickled frame or series with a MultiIndex of times and names, in either order. It is read into memory as a whole.
 * @throws DataServiceError flat-index, unsupported, corrupt, unknown-field, and what `readPickleFile` throws
 */
export function openPickle(path: string, request: TableRequest): FileTable {
  const frame = frameOf(readPickleFile(path), path);
  if (!frame) {
    throw new DataServiceError(
      "flat-index",
      `${path}: the pickle holds no DataFrame or Series; openPickle gives what it holds`,
      { path },
    );
  }
  const table = keyedTable(frame, path);
  if (table)
    return request.columns === undefined ? table : { ...table, columns: chosen(table, request.columns) };
  throw new DataServiceError(
    "flat-index",
    `${path}: the frame has no index of a time and a name; openPickle gives it as an Arrow table, or in pandas: ${stackAdvice([])}`,
    { path },
  );
}

/** @throws DataServiceError unsupported where it is a frame with something that is not read */
export function frameOf(value: PickleValue, path: string): PickledFrame | undefined {
  try {
    return pandasFrame(value);
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error;
    throw new DataServiceError(
      "unsupported",
      `${path}: the pickled frame has ${error.message}; in pandas, write it with to_parquet`,
      { path },
    );
  }
}

/** A frame by its keys; undefined where its index is not one of times and names. */
export function keyedTable(frame: PickledFrame, path: string): FileTable | undefined {
  const { index } = frame;
  if (!index.codes || index.levels.length !== 2) return undefined;
  const at = index.levels.findIndex(({ labels }) => labels.kind === "datetime");
  const times = index.levels[at]?.labels;
  const names = index.levels[1 - at]?.labels;
  if (times?.kind !== "datetime" || names?.kind !== "plain") return undefined;
  const instruments = names.cells.map((cell) => (typeof cell === "string" ? cell : null));
  if (instruments.includes(null)) return undefined;
  const [datetimeCodes, instrumentCodes] = [codesOf(index, at), codesOf(index, 1 - at)];
  return {
    label: path,
    keys: {
      rowCount: index.length,
      datetimes: times.ns,
      instruments,
      readDatetimeCodes: (first, last) => datetimeCodes.subarray(first, last),
      readInstrumentCodes: (first, last) => instrumentCodes.subarray(first, last),
    },
    ...columnsOf(frame, path),
  };
}

function codesOf({ codes }: PandasIndex, level: number): LevelCodes {
  const own = codes![level]! as NumericArray;
  return own instanceof BigInt64Array ? Int32Array.from(own, Number) : (own as LevelCodes);
}

/** The columns of a frame by their names, those of two parts with their groups. @throws DataServiceError unsupported */
export function columnsOf({ columns }: PickledFrame, path: string): Pick<FileTable, "columns" | "groups"> {
  const parts = columns.map(({ label }) => ({
    name: String(label.at(-1)),
    group: label.length === 2 ? String(label[0]) : undefined,
  }));
  const names = fieldNames(parts);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) {
    const problem = `${path}: two columns have the name "${repeated}"; rename one of them in pandas`;
    throw new DataServiceError("unsupported", problem, { path, field: repeated });
  }
  const sources = columns.map(({ type, values }) => new MemoryColumn(type, { values }));
  const grouped = parts.flatMap(({ group }, i): [string, string][] => (group ? [[names[i]!, group]] : []));
  return {
    columns: new Map(names.map((name, i) => [name, sources[i]!])),
    ...(grouped.length > 0 && { groups: new Map(grouped) }),
  };
}

function chosen({ columns, groups, label }: FileTable, asked: readonly string[]): Map<string, ColumnSource> {
  const own = selectFields(asked, columns, groups, label).values();
  return new Map(Array.from(own, (name) => [name, columns.get(name)!]));
}

/** The levels of an index as columns, one cell a row. */
export function indexColumns(index: PandasIndex): Map<string, ColumnSource> {
  const columns = new Map<string, ColumnSource>();
  for (const [i, level] of index.levels.entries()) {
    const name = level.name ?? (index.levels.length === 1 ? "index" : `level_${i}`); // as pandas' reset_index calls them
    columns.set(name, levelColumn(level, index, i));
  }
  return columns;
}

function levelColumn({ labels }: Level, { codes, length }: PandasIndex, level: number): ColumnSource {
  const placeOf = (row: number) => (codes ? Number(codes[level]![row]) : row);
  const rows = Array.from({ length }, (_, row) => placeOf(row));
  if (labels.kind === "datetime") {
    const values = BigInt64Array.from(rows, (place) => labels.ns[place] ?? NAT);
    return new MemoryColumn("datetime", { values });
  }
  const cells = rows.map((place) => labels.cells[place] ?? null);
  if (cells.every((cell) => typeof cell === "number")) {
    return new MemoryColumn("float64", { values: Float64Array.from(cells as number[]) });
  }
  return new MemoryColumn("string", { values: cells.map((cell) => (cell === null ? null : String(cell))) });
}

const NAT = -(2n ** 63n);
