import { datetimesOf } from "../../columns/key-columns.js";
import type { Progress, WritableTable } from "../../columns/table.js";
import { yieldToEventLoop } from "../../files/yield-to-event-loop.js";
import { type UnmaskedFormat, type UnmaskedType, unmaskedCells, unmaskedType } from "../unmasked.js";
import type { TensorLayout } from "./header.js";
import { SafetensorsWriter } from "./safetensors-writer.js";

const FORMAT: UnmaskedFormat = { name: "a .safetensors file", text: "cannot hold" };
const SLAB_ROWS = 1 << 16;

/**
 * Writes each column as a vector of its own name, beside `datetime` (int64, epoch nanoseconds) and `instrument` (int32,
 * positions in the JSON list `instruments` of the file's metadata). Missing cells are NaN, missing times numpy's NaT, and
 * whole numbers of which some are missing are float64.
 * @throws DataServiceError unsupported (text; whole numbers that float64 would round)
 */
export async function writeSafetensors(
  path: string,
  { keys, columns }: WritableTable,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  const shape = [keys.rowCount];
  const types = new Map<string, UnmaskedType>();
  for (const [name, source] of columns) types.set(name, unmaskedType(path, name, source, FORMAT));
  const tensors: [string, TensorLayout][] = Array.from(types, ([name, type]) => {
    return [name, { type: type === "datetime" ? "int64" : type, shape }];
  });
  const writer = new SafetensorsWriter(
    path,
    Object.fromEntries([
      ["datetime", { type: "int64", shape }],
      ["instrument", { type: "int32", shape }],
      ...tensors,
    ]),
    {
      instruments: JSON.stringify(keys.instruments),
      ...(keys.timezone !== undefined && { timezone: keys.timezone }),
    },
  );
  try {
    const totalRows = keys.rowCount;
    for (let first = 0; first < totalRows; first += SLAB_ROWS) {
      const rows = Math.min(first + SLAB_ROWS, totalRows);
      writer.write("datetime", datetimesOf(keys, first, rows));
      writer.write("instrument", keys.codesOf(first, rows));
      for (const [name, type] of types) {
        writer.write(name, unmaskedCells(columns.get(name)!, type, first, rows));
      }
      onProgress?.({ rows, totalRows });
      await yieldToEventLoop();
    }
    writer.finish();
  } finally {
    writer.close();
  }
}
