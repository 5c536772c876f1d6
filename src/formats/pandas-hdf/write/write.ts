import { CELL_BYTES, type Progress, type SortedKeys, type WritableTable } from "../../../columns/table.js";
import { yieldToEventLoop } from "../../../files/yield-to-event-loop.js";
import { refuseMissing, refuseMissingNames, refuseNul } from "../../storable-names.js";
import type { UnmaskedType } from "../../unmasked.js";
import { loadH5 } from "../library/h5-library.js";
import { writeAxis, writeLevel, writeSessions } from "./axis.js";
import { interleave } from "./block.js";
import {
  createH5File,
  fillFile,
  type H5PlainType,
  type H5Writer,
  type Reserved,
  TYPES,
} from "./h5-writer.js";
import { type BlockPlan, planBlocks, WRITE_ROWS } from "./plan.js";

/** What pandas stores for a missing text, and reads as one. Source: `_unconvert_string_array`. */
const PANDAS_MISSING = "nan";

/** The key that pandas' readers of daily_pv.h5 ask for. */
const KEY = "/data";

/**
 * Writes a table as a frame of pandas' fixed format under the key `data`, which pandas 1 and 2 read back with
 * the same index and dtypes, and the index's zone. Values go straight to the file, a slab of rows at a time. Whole
 * numbers and bools with missing cells become float64 with NaN, as in pandas: true and false are then 1 and 0.
 * @throws DataServiceError unsupported (text columns; names that would not be read back; missing cells beside whole numbers beyond 2^53), write-failed
 */
export async function writePandasHdf(
  path: string,
  table: WritableTable,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  refuseNul(path, table);
  refuseMissing(path, table, [PANDAS_MISSING]);
  refuseMissingNames(path, table, PANDAS_MISSING);
  const blocks = planBlocks(path, table);
  const h5 = await loadH5();
  const places = createH5File(h5, path, (writer) => writeStructure(writer, table, blocks));
  const { keys } = table;
  if (keys.rowCount === 0) return;
  await fillFile(path, async (write) => {
    for (const [b, { type }] of blocks.entries()) {
      // A bool array is a bit field of 8 bits to PyTables; libhdf5's binding can only create integers.
      if (type === "bool") write(BITFIELD, places.get(blockPath(b))!.typePosition);
    }
    const buffers = blocks.map(
      ({ type, names }) => new Uint8Array(WRITE_ROWS * names.length * CELL_BYTES[type]),
    );
    const sessions = sessionCodes(keys);
    for (let first = 0; first < keys.rowCount; first += WRITE_ROWS) {
      const last = Math.min(first + WRITE_ROWS, keys.rowCount);
      writeCodes(write, places, 0, keys.sessionCount, first, sessions(first, last));
      writeCodes(write, places, 1, keys.instruments.length, first, keys.codesOf(first, last));
      for (const [b, block] of blocks.entries()) {
        const rows = interleave(block, first, last, buffers[b]!);
        const rowBytes = block.names.length * CELL_BYTES[block.type];
        write(rows, places.get(blockPath(b))!.position + first * rowBytes);
      }
      onProgress?.({ rows: last, totalRows: keys.rowCount });
      await yieldToEventLoop();
    }
  });
}

type Write = (bytes: Uint8Array, position: number) => void;

/** Version 1 of the datatype message, class 4. */
const BITFIELD = Uint8Array.of(0x14);

const ARRAY_ATTRIBUTES = { CLASS: "ARRAY", VERSION: "2.4", FLAVOR: "numpy" };

function blockPath(block: number): string {
  return `${KEY}/block${block}_values`;
}

/** Everything but the codes and the values, for which it reserves room. */
export function writeStructure(writer: H5Writer, table: WritableTable, blocks: readonly BlockPlan[]): void {
  const { keys, columns, groups } = table;
  const attributes = (
    path: string,
    values: Readonly<Record<string, string | number | readonly number[]>>,
  ) => {
    for (const [name, value] of Object.entries(values)) writer.attribute(path, name, value);
  };
  attributes("/", { CLASS: "GROUP", VERSION: "1.0", PYTABLES_FORMAT_VERSION: "2.1" });
  writer.group(KEY);
  attributes(KEY, {
    CLASS: "GROUP",
    VERSION: "1.0",
    pandas_type: "frame",
    pandas_version: "0.15.2",
    encoding: "UTF-8",
    errors: "strict",
    ndim: 2,
    nblocks: blocks.length,
    axis1_variety: "multi",
    axis1_nlevels: 2,
  });
  writeAxis(writer, KEY, "axis0", [...columns.keys()], groups);
  writeSessions(writer, `${KEY}/axis1_level0`, keys);
  writeLevel(writer, `${KEY}/axis1_level1`, "instrument", keys.instruments);
  for (const [i, levelSize] of [keys.sessionCount, keys.instruments.length].entries()) {
    const type = codeType(levelSize);
    reserve(writer, `${KEY}/axis1_label${i}`, TYPES[type], [keys.rowCount], type);
  }
  for (const [b, { type, names }] of blocks.entries()) {
    writeAxis(writer, KEY, `block${b}_items`, names, groups);
    reserve(writer, blockPath(b), plainType(type), [keys.rowCount, names.length], valueType(type));
    if (type === "datetime" && keys.rowCount > 0) writer.attribute(blockPath(b), "value_type", "datetime64");
  }
}

/** PyTables cannot store an array without rows: one cell stands for it, and attributes tell what it should be. */
function reserve(
  writer: H5Writer,
  path: string,
  type: H5PlainType,
  shape: readonly number[],
  emptyType: string,
): void {
  const isEmpty = shape[0] === 0;
  if (isEmpty) {
    writer.dataset(
      path,
      TYPES.float64,
      shape.map(() => 1),
      new Uint8Array(8),
    );
    writer.attribute(path, "value_type", emptyType);
    writer.attribute(path, "shape", [...shape].reverse());
  } else writer.reserve(path, type, shape);
  for (const [name, value] of Object.entries(ARRAY_ATTRIBUTES)) writer.attribute(path, name, value);
  writer.attribute(path, "transposed", isEmpty ? 0 : 1);
}

function plainType(type: UnmaskedType): H5PlainType {
  if (type === "bool") return TYPES.uint8;
  return type === "datetime" ? TYPES.int64 : TYPES[type];
}

function valueType(type: UnmaskedType): string {
  return type === "datetime" ? "datetime64[ns]" : type;
}

/** The smallest type for codes of a level. Source: pandas `coerce_indexer_dtype`. */
function codeType(levelSize: number): "int8" | "int16" | "int32" {
  if (levelSize < 127) return "int8";
  return levelSize < 32_767 ? "int16" : "int32";
}

function writeCodes(
  write: Write,
  places: ReadonlyMap<string, Reserved>,
  level: number,
  levelSize: number,
  first: number,
  codes: Int32Array,
): void {
  const type = codeType(levelSize);
  const { position } = places.get(`${KEY}/axis1_label${level}`)!;
  const stored = type === "int8" ? Int8Array.from(codes) : type === "int16" ? Int16Array.from(codes) : codes;
  const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  write(bytes, position + first * TYPES[type].size);
}

/** The session of each row, from where the sessions begin; to be asked in ascending order. */
function sessionCodes(keys: SortedKeys): (first: number, last: number) => Int32Array {
  let session = 0;
  return (first, last) => {
    const codes = new Int32Array(last - first);
    for (let row = first; row < last; ) {
      while (keys.startOf(session + 1) <= row) session++;
      const end = Math.min(last, keys.startOf(session + 1));
      codes.fill(session, row - first, end - first);
      row = end;
    }
    return codes;
  };
}
