import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { NumericArray } from "../../columns/table.js";
import { yieldToEventLoop } from "../../files/yield-to-event-loop.js";
import { NpyWriter } from "../../formats/npy/npy-writer.js";
import type { TensorLayout } from "../../formats/safetensors/header.js";
import { SafetensorsWriter } from "../../formats/safetensors/safetensors-writer.js";
import { writeTable } from "../../formats/write.js";
import type { PanelIndex } from "../../keys/panel-index.js";
import { setOwn } from "../../names/set-own.js";
import { Panel } from "../../panel/panel.js";
import { columnsOfRows, type RowsSource } from "./rows-source.js";

/** The formats a training set is written in. */
export type ExportFormat = "npy" | "safetensors" | "parquet" | "arrow";
export const EXPORT_FORMATS: readonly ExportFormat[] = ["npy", "safetensors", "parquet", "arrow"];

/** What is written of a segment. */
export interface SegmentRows {
  readonly name: string;
  readonly index: PanelIndex;
  /** By group, such as "feature" and "label". */
  readonly groups: ReadonlyMap<string, RowsSource>;
  /** Rows of windows: `[samples, length]`, −1 where a step has no row. */
  readonly windows: { readonly rows: Int32Array; readonly length: number } | undefined;
  /** What its windows show otherwise than it happened. */
  readonly notes: readonly string[];
}

/** Rows written at a time. */
const SLAB_ROWS = 1 << 14;

type OnRows = (rows: number) => void;

/** Writes a segment into `folder`. @returns the files, from the folder on */
export async function writeSegment(
  folder: string,
  segment: SegmentRows,
  format: ExportFormat,
  onRows: OnRows,
): Promise<string[]> {
  if (format === "npy") return writeNpyFiles(folder, segment, onRows);
  if (format === "safetensors") return writeSafetensors(folder, segment, onRows);
  return writeColumns(folder, segment, format, onRows);
}

/** `NAME/feature.npy`, `NAME/label.npy` …, and the keys of the rows. */
async function writeNpyFiles(folder: string, segment: SegmentRows, onRows: OnRows): Promise<string[]> {
  mkdirSync(join(folder, segment.name));
  const files: string[] = [];
  for (const [group, source] of segment.groups) {
    const file = join(segment.name, `${group}.npy`);
    const writer = new NpyWriter(join(folder, file), source.type, [source.names.length]);
    try {
      for await (const cells of slabs(source, group === "feature" ? onRows : undefined)) writer.write(cells);
      writer.finish();
    } finally {
      writer.close();
    }
    files.push(file);
  }
  for (const [name, { values, shape, type }] of keyTensors(segment)) {
    const file = join(segment.name, `${name}.npy`);
    const writer = new NpyWriter(join(folder, file), type, shape.slice(1));
    try {
      writer.write(values);
      writer.finish();
    } finally {
      writer.close();
    }
    files.push(file);
  }
  return files;
}

async function writeSafetensors(folder: string, segment: SegmentRows, onRows: OnRows): Promise<string[]> {
  const file = `${segment.name}.safetensors`;
  const keys = keyTensors(segment);
  const layouts: Record<string, TensorLayout> = {};
  for (const [group, { type, rowCount, names }] of segment.groups)
    setOwn(layouts, group, { type, shape: [rowCount, names.length] });
  for (const [name, { type, shape }] of keys) layouts[name] = { type, shape };
  const names = Object.fromEntries(
    [...segment.groups].map(([group, own]) => [`${group}_names`, JSON.stringify(own.names)]),
  );
  const instruments = JSON.stringify(segment.index.instruments);
  const writer = new SafetensorsWriter(join(folder, file), layouts, { ...names, instruments });
  try {
    for (const [name, { values }] of keys) writer.write(name, values);
    for (const [group, source] of segment.groups) {
      for await (const cells of slabs(source, group === "feature" ? onRows : undefined))
        writer.write(group, cells);
    }
    writer.finish();
  } finally {
    writer.close();
  }
  return [file];
}

/** One table, its columns in their groups, as pandas' two-level columns. */
async function writeColumns(
  folder: string,
  segment: SegmentRows,
  format: "parquet" | "arrow",
  onRows: OnRows,
): Promise<string[]> {
  const columns = new Map(
    [...segment.groups].flatMap(([group, source]) =>
      [...columnsOfRows(source)].map(
        ([name, column]) =>
          [
            segment.groups.size > 1 && isTwice(segment, name) ? `${group}/${name}` : name,
            { group, column },
          ] as const,
      ),
    ),
  );
  const groups = new Map([...columns].map(([name, { group }]) => [name, group]));
  const panel = new Panel(segment.index, new Map([...columns].map(([name, { column }]) => [name, column])), {
    groups,
  });
  const file = `${segment.name}.${format}`;
  await writeTable(join(folder, file), panel.table(), { onProgress: ({ rows }) => onRows(rows) });
  const files = [file];
  if (segment.windows) {
    const { rows, length } = segment.windows;
    const writer = new NpyWriter(join(folder, `${segment.name}.windows.npy`), "int32", [length]);
    try {
      writer.write(rows);
      writer.finish();
    } finally {
      writer.close();
    }
    files.push(`${segment.name}.windows.npy`);
  }
  return files;
}

function isTwice({ groups }: SegmentRows, name: string): boolean {
  return [...groups.values()].filter(({ names }) => names.includes(name)).length > 1;
}

async function* slabs(source: RowsSource, onRows: OnRows | undefined): AsyncGenerator<NumericArray> {
  for (let first = 0; first < source.rowCount; first += SLAB_ROWS) {
    const last = Math.min(first + SLAB_ROWS, source.rowCount);
    yield source.rows(first, last);
    onRows?.(last);
    await yieldToEventLoop();
  }
}

interface KeyTensor extends TensorLayout {
  readonly values: NumericArray;
}

/** The datetime of each row in nanoseconds from 1970, its place in the list of instruments, and windows. */
function keyTensors({ index, windows }: SegmentRows): Map<string, KeyTensor> {
  const datetime = new BigInt64Array(index.rowCount);
  for (let s = 0; s < index.sessionCount; s++)
    datetime.fill(index.datetimes[s]!, index.startOf(s), index.startOf(s + 1));
  const tensors = new Map<string, KeyTensor>([
    ["datetime", { type: "int64", shape: [index.rowCount], values: datetime }],
    ["instrument", { type: "int32", shape: [index.rowCount], values: index.codesOf(0, index.rowCount) }],
  ]);
  if (windows) {
    const { rows, length } = windows;
    tensors.set("windows", { type: "int32", shape: [rows.length / length, length], values: rows });
  }
  return tensors;
}
