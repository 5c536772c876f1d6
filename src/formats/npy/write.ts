import { floatsOf, isNumeric } from "../../columns/floats.js";
import { layRows32, layRows64 } from "../../columns/row-major.js";
import type { ColumnSource, Progress, WritableTable } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { yieldToEventLoop } from "../../files/yield-to-event-loop.js";
import { NpyWriter } from "./npy-writer.js";

const SLAB_ROWS = 1 << 14;

/**
 * Writes the columns as a matrix, rows × columns: float32 where all are float32, else float64; missing cells are NaN,
 * booleans 1 and 0. The keys and the names of the columns have no place in it.
 * @throws DataServiceError unsupported (text, datetimes)
 */
export async function writeNpy(
  path: string,
  { keys, columns }: WritableTable,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  for (const [name, source] of columns) refuseText(path, name, source);
  const sources = [...columns.values()];
  const is32 = sources.every(({ type }) => type === "float32");
  const writer = new NpyWriter(path, is32 ? "float32" : "float64", [sources.length]);
  try {
    const totalRows = keys.rowCount;
    for (let first = 0; first < totalRows; first += SLAB_ROWS) {
      const rows = Math.min(first + SLAB_ROWS, totalRows);
      writer.write(matrixOf(sources, first, rows, is32));
      onProgress?.({ rows, totalRows });
      await yieldToEventLoop();
    }
    writer.finish();
  } finally {
    writer.close();
  }
}

function matrixOf(
  sources: readonly ColumnSource[],
  first: number,
  last: number,
  is32: boolean,
): Float32Array | Float64Array {
  const slab = sources.map((source) => floatsOf(source.type, source.read(first, last)));
  const size = sources.length * (last - first);
  if (is32) {
    const out = new Float32Array(size);
    layRows32(slab as Float32Array[], out, 0);
    return out;
  }
  const out = new Float64Array(size);
  layRows64(
    slab.map((cells) => (cells instanceof Float64Array ? cells : new Float64Array(cells))),
    out,
    0,
  );
  return out;
}

function refuseText(path: string, name: string, { type }: ColumnSource): void {
  if (isNumeric(type)) return;
  const problem = `${path}: column "${name}" is ${type}, and a .npy matrix holds numbers; leave the column out, or write .parquet or .arrow`;
  throw new DataServiceError("unsupported", problem, { path, field: name });
}
