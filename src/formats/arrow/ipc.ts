import type { RefusedColumn } from "../../columns/refused-column.js";
import type { FileTable, TableRequest } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { ByteFile } from "../../files/byte-file.js";
import { type BufferRange, FileRange } from "../../files/file-range.js";
import type { KeyNames } from "../../names/key-columns.js";
import {
  chooseColumns,
  groupsOf,
  type LayoutColumn,
  layOut,
  parsePandasMetadata,
} from "../pandas-metadata.js";
import { refusedType } from "../refused-type.js";
import { type LevelCopy, refuseOtherLevels } from "../repeated-levels.js";
import { type ArrowChunk, ArrowColumn, type ArrowField, columnTypeOf, minimumBytes } from "./column.js";
import { DecompressedBuffers } from "./decompressed-buffers.js";
import { EntryCells } from "./dictionary.js";
import { CompressedRange, readCompression } from "./ipc-buffer.js";
import type { FlatTable } from "./ipc-flatbuffer.js";
import { corrupt, damaged, type IpcMessage, readMessages } from "./ipc-message.js";
import { type IpcField, readSchema } from "./ipc-schema.js";
import { arrowKeys, keyKind } from "./keys.js";

/**
 * An Arrow IPC file (Feather v2) or stream. Opening reads the metadata, the dictionaries and the keys; a column
 * stays in the file and is read by byte ranges, without decoding where it is not compressed; else by record batches.
 * @throws DataServiceError not-found, corrupt, unsupported, flat-index, unknown-field; reads: corrupt, changed
 */
export async function openArrowIpc(path: string, request: TableRequest): Promise<FileTable> {
  return readArrowIpc(ByteFile.of(path), request);
}

/** `openArrowIpc` on an open byte file. */
function readArrowIpc(file: ByteFile, request: ArrowRequest): FileTable {
  const { label } = file;
  const { datetime, instrument, columns, groups, metadata, copies, keyNames } = readArrowColumns(
    file,
    request,
  );
  const keys = arrowKeys(datetime, instrument, metadata);
  refuseOtherLevels(keys, copies, label);
  return { label, keys, columns, groups, keyNames };
}

/** What can be asked of an Arrow table. */
export type ArrowRequest = Pick<TableRequest, "columns" | "keyNames">;

/** The key columns and the others, of which nothing has been read yet but the dictionaries. */
export interface ArrowColumns {
  readonly datetime: ArrowColumn;
  readonly instrument: ArrowColumn;
  readonly columns: ReadonlyMap<string, ArrowColumn | RefusedColumn>;
  /** Levels of the index that have the name of a key. */
  readonly copies: readonly LevelCopy[];
  readonly keyNames: KeyNames;
  readonly groups: ReadonlyMap<string, string> | undefined;
  /** Of the schema. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The columns of an Arrow file or stream. @throws DataServiceError as `openArrowIpc` */
export function readArrowColumns(file: ByteFile, request: ArrowRequest): ArrowColumns {
  const { label } = file;
  const { schema: header, messages } = readMessages(file);
  const schema = damaged(label, () => readSchema(header, label));
  const byName = new Map<string, number>();
  for (const [i, field] of schema.fields.entries()) if (!byName.has(field.name)) byName.set(field.name, i);
  const pandas = parsePandasMetadata(schema.metadata.get("pandas"));
  const names = schema.fields.map((field) => field.name);
  const layout = layOut(
    names,
    (name) => keyKind(schema.fields[byName.get(name)!]!.storage),
    (name) => schema.fields[byName.get(name)!]!.typeName,
    pandas,
    label,
    request.keyNames,
  );
  const chosen = chooseColumns(layout.columns, request.columns, label);
  const fieldOf = (name: string) => schema.fields[byName.get(name)!]!;
  const isRefused = ({ field, opaque }: LayoutColumn) =>
    opaque !== undefined || fieldOf(field).storage === undefined;
  const read = chosen.filter((column) => !isRefused(column));
  const copied = layout.repeats.map(({ field }) => field);
  const wanted = [layout.datetime, layout.instrument, ...copied, ...read.map((column) => column.field)];
  const batches = new BatchReader(
    file,
    schema.fields,
    wanted.map((name) => byName.get(name)!),
  );
  damaged(label, () => {
    for (const message of messages) batches.add(message);
  });
  const [datetime, instrument, ...others] = batches.columns();
  const copies = layout.repeats.map(({ of }, i) => ({ of, cells: others[i]! }));
  const sources = new Map(read.map(({ name }, i) => [name, others[copies.length + i]!]));
  const columnOf = ({ name, field, opaque }: LayoutColumn) =>
    sources.get(name) ?? refusedType(label, name, opaque ?? fieldOf(field).typeName, datetime!.length);
  return {
    datetime: datetime!,
    instrument: instrument!,
    columns: new Map(chosen.map((column) => [column.name, columnOf(column)])),
    copies,
    keyNames: layout.keyNames,
    groups: groupsOf(chosen),
    metadata: schema.metadata,
  };
}

interface Wanted {
  readonly field: ArrowField;
  /**
   * Its first field node and its first buffer within a record batch, besides those that views before it point into:
   * their number is another in each batch, which tells it for each of `views` fields before.
   */
  readonly node: number;
  readonly buffer: number;
  readonly views: number;
  readonly dictionaryId?: number | undefined;
  readonly chunks: ArrowChunk[];
}

interface Dictionary {
  readonly entries: (string | null)[];
  /** In place of `entries` where they are not text. */
  readonly cells: EntryCells | undefined;
  /** The storage of its entries. */
  readonly field: ArrowField;
  first: number;
}

/** Collects the chunks of the wanted fields from record batches, and the dictionaries they need. */
class BatchReader {
  readonly #wanted: Wanted[];
  readonly #dictionaries = new Map<number, Dictionary>();
  readonly #kept = new DecompressedBuffers();
  readonly #nodeCount: number;
  readonly #viewCount: number;

  constructor(
    readonly file: ByteFile,
    fields: readonly IpcField[],
    wanted: readonly number[],
  ) {
    const [nodes, buffers, views] = [[0], [0], [0]];
    for (const [i, field] of fields.entries()) {
      nodes.push(nodes[i]! + field.nodes);
      buffers.push(buffers[i]! + field.buffers);
      views.push(views[i]! + field.variadic);
    }
    this.#nodeCount = nodes[fields.length]!;
    this.#viewCount = views[fields.length]!;
    this.#wanted = wanted.map((i) => ({
      field: this.#arrowField(fields[i]!),
      node: nodes[i]!,
      buffer: buffers[i]!,
      views: views[i]!,
      dictionaryId: fields[i]!.dictionary?.id,
      chunks: [],
    }));
  }

  add(message: IpcMessage): void {
    if (message.kind === "dictionary") this.#addDictionary(message);
    else if (message.kind === "batch") this.#addBatch(message);
  }

  columns(): ArrowColumn[] {
    return this.#wanted.map(({ field, chunks }) => new ArrowColumn(field, chunks, this.file.label));
  }

  #arrowField(field: IpcField): ArrowField {
    const { name, storage, dictionary } = field;
    if (!storage) {
      throw new DataServiceError(
        "unsupported",
        `${this.file.label}: column "${name}" has the Arrow type ${field.typeName}, which a panel cannot hold; leave it out with columns, or write it as numbers, times or text`,
        {
          path: this.file.label,
          field: name,
          advice: { code: "leave-out-column", words: "leave it out with columns" },
        },
      );
    }
    if (!dictionary) return { name, storage };
    let known = this.#dictionaries.get(dictionary.id);
    const type = columnTypeOf(storage);
    if (known && columnTypeOf(known.field.storage) !== type) {
      throw corrupt(
        this.file.label,
        `columns "${known.field.name}" and "${name}" of two types share a dictionary`,
      );
    }
    if (!known) {
      const cells = type === "string" ? undefined : new EntryCells(type);
      known = { entries: [], cells, field: { name, storage }, first: 0 };
      this.#dictionaries.set(dictionary.id, known);
    }
    const { entries, cells } = known;
    return { name, storage, dictionary: { codeType: dictionary.codeType, entries, cells } };
  }

  #addDictionary(message: IpcMessage): void {
    const dictionary = this.#dictionaries.get(message.header.size(0));
    if (!dictionary) return; // of a field that is not asked for
    const batch = message.header.table(1);
    if (!batch) throw corrupt(this.file.label, "a dictionary has no entries");
    const buffers = this.#buffers(batch, message);
    const length = batch.size(0);
    const chunk = this.#chunk(dictionary.field, length, batch.structs(1, 2), 0, buffers, 0, buffers.length);
    if (!message.header.bool(2)) dictionary.first = sizeOf(dictionary);
    if (length === 0) return;
    const data = new ArrowColumn(dictionary.field, [chunk], this.file.label).read(0, length);
    if (dictionary.cells) dictionary.cells.add(data);
    else for (const entry of data.values as (string | null)[]) dictionary.entries.push(entry);
  }

  #addBatch(message: IpcMessage): void {
    const { header: batch } = message;
    const length = batch.size(0);
    const nodes = batch.structs(1, 2);
    if (nodes.length !== 2 * this.#nodeCount) {
      throw corrupt(
        this.file.label,
        `a record batch has ${nodes.length / 2} nodes for ${this.#nodeCount} fields`,
      );
    }
    if (length === 0) return;
    const buffers = this.#buffers(batch, message);
    const moved = this.#movedBy(batch, buffers.length);
    for (const { field, node, buffer, views, dictionaryId, chunks } of this.#wanted) {
      const first = buffer + moved[views]!;
      const next = buffer + 2 + (moved[views + 1] ?? 0);
      const chunk = this.#chunk(field, length, nodes, node, buffers, first, next);
      const dictionary = dictionaryId === undefined ? undefined : this.#dictionaries.get(dictionaryId)!;
      const entries = dictionary && {
        first: dictionary.first,
        count: sizeOf(dictionary) - dictionary.first,
      };
      chunks.push(entries ? { ...chunk, entries } : chunk);
    }
  }

  /** By how many buffers those of a field move, by the number of fields with views before it. */
  #movedBy(batch: FlatTable, bufferCount: number): number[] {
    const moved = [0];
    if (this.#viewCount === 0) return moved;
    const counts = batch.structs(4, 1);
    if (counts.length !== this.#viewCount) {
      throw corrupt(
        this.file.label,
        `a record batch tells the buffers of ${counts.length} view columns of ${this.#viewCount}`,
      );
    }
    for (const [i, count] of counts.entries()) moved.push(moved[i]! + count);
    if (moved.at(-1)! > bufferCount) {
      throw corrupt(this.file.label, `its views have ${moved.at(-1)} buffers of ${bufferCount}`);
    }
    return moved;
  }

  #buffers(batch: FlatTable, message: IpcMessage): BufferRange[] {
    const codec = readCompression(batch, this.file.label);
    const words = batch.structs(2, 2);
    return Array.from({ length: words.length / 2 }, (_, i) => {
      const [offset, length] = [words[2 * i]!, words[2 * i + 1]!];
      if (offset + length > message.bodyLength) {
        throw corrupt(
          this.file.label,
          `a buffer ends at byte ${offset + length} of a body of ${message.bodyLength}`,
        );
      }
      const range = new FileRange(this.file, message.bodyStart + offset, length);
      return codec && length > 0
        ? new CompressedRange(range, codec, this.file.label, this.#kept, message.bodyStart)
        : range;
    });
  }

  #chunk(
    field: ArrowField,
    length: number,
    nodes: Float64Array,
    node: number,
    buffers: readonly BufferRange[],
    first: number,
    /** Of views: the buffer behind those that they point into. */
    next: number,
  ): ArrowChunk {
    const [nodeLength, nullCount] = [nodes[2 * node], nodes[2 * node + 1]!];
    if (nodeLength !== length) {
      throw corrupt(this.file.label, `column "${field.name}" has ${nodeLength} of ${length} rows`);
    }
    if (field.storage.kind === "null") return { length, offset: 0, validityOffset: 0, values: NO_BYTES };
    const [validity, second, third] = [buffers[first], buffers[first + 1], buffers[first + 2]];
    const text = field.storage.kind === "text" && !field.dictionary;
    if (!validity || !second || (text && !third)) {
      throw corrupt(this.file.label, `column "${field.name}" has too few buffers`);
    }
    const least = minimumBytes(field, length);
    if (length > 0 && second.byteLength < least) {
      throw corrupt(
        this.file.label,
        `column "${field.name}" has ${second.byteLength} bytes for ${length} rows`,
      );
    }
    return {
      length,
      offset: 0,
      validityOffset: 0,
      validity: nullCount > 0 && validity.byteLength > 0 ? validity : undefined,
      values: text ? third! : second,
      offsets: text ? second : undefined,
      texts: field.storage.kind === "views" ? buffers.slice(first + 2, next) : undefined,
    };
  }
}

function sizeOf({ entries, cells }: Dictionary): number {
  return cells ? cells.count : entries.length;
}

const NO_BYTES: BufferRange = { byteLength: 0, read: () => new Uint8Array(0) };
