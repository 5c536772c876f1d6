import { bytesOf } from "../../columns/cells.js";
import { endOfRun } from "../../columns/row-runs.js";
import type { ColumnBlock, ColumnData, ColumnSource, ColumnType } from "../../columns/table.js";
import type { ByteFile } from "../../files/byte-file.js";
import { lowerBound } from "../../search.js";
import { copyRows, pickRoom } from "./copy-rows.js";
import { columnOf, type Field, type Rows, sinkFor } from "./field.js";
import { isWorthAThread, isWorthVectors, readInThreads } from "./load/threaded-read.js";
import { checkRows, type RowStore } from "./row-store.js";

/** The last rows read are kept up to this size, so that a second column of the same rows needs no second read. */
const KEPT_BYTES = 4 << 20;

/** All rows of a slab are read where these are at most so many a row asked for: nothing is then asked row by row. */
const DENSE_ROWS = 32;

/** Columns whose cells lie together in rows of bytes: a block of a fixed frame, or the rows of a table. */
export class RecordBlock implements ColumnBlock {
  private readonly store: RowStore;
  private readonly file: ByteFile;
  private keptRange:
    | { readonly first: number; readonly last: number; readonly bytes: Uint8Array }
    | undefined;
  private keptRows: { readonly rows: Uint32Array; readonly bytes: Uint8Array } | undefined;

  constructor(store: RowStore, file: ByteFile) {
    this.store = store;
    this.file = file;
  }

  get rowCount(): number {
    return this.store.rowCount;
  }

  column(field: Field): ColumnSource {
    return new RecordColumn(this, field);
  }

  read(
    columns: readonly ColumnSource[],
    first: number,
    last: number,
    onRows?: (rows: number) => void,
    meanwhile?: () => void,
  ): ColumnData[] {
    return this.readFields(
      columns.map((column) => (column as RecordColumn).field),
      first,
      last,
      onRows,
      meanwhile,
    );
  }

  readFields(
    fields: readonly Field[],
    first: number,
    last: number,
    onRows?: (rows: number) => void,
    meanwhile?: () => void,
  ): ColumnData[] {
    const { store } = this;
    const { rowBytes, slabRows, inFile } = store;
    checkRows(first, last, store.rowCount, this.file); // the worker reads without `store`
    const of: Rows = { label: this.file.label, rowOf: (i) => first + i };
    const bytes = (last - first) * rowBytes;
    if (inFile && isWorthVectors(fields, bytes)) {
      const session: RowStore["session"] = (use, room) => store.session(use, room);
      const threads = { worker: isWorthAThread(bytes) };
      const values = readInThreads(inFile, session, fields, [first, last], onRows, meanwhile, threads);
      return fields.map((field, i) => columnOf(values[i]!, field, of));
    }
    meanwhile?.();
    const sinks = fields.map((field) => sinkFor(field, rowBytes, last - first, of));
    if (last > first) {
      this.slabs(
        first,
        last,
        (rows, from, count) => {
          for (const sink of sinks) sink.take(rows, count, from - first);
          onRows?.(from + count - first);
        },
        slabRows,
      );
    }
    return sinks.map((sink) => sink.finish());
  }

  gather(field: Field, rows: Uint32Array): ColumnData {
    const { rowBytes } = this.store;
    const sink = sinkFor(field, rowBytes, rows.length, { label: this.file.label, rowOf: (i) => rows[i]! });
    const batch = Math.max(1, Math.floor(KEPT_BYTES / rowBytes));
    if (rows.length <= batch) {
      if (rows.length > 0) sink.take(this.picked(rows), rows.length, 0);
      return sink.finish();
    }
    const bytes = new Uint8Array(batch * rowBytes);
    for (let at = 0; at < rows.length; at += batch) {
      const part = rows.subarray(at, at + batch);
      this.pick(part, bytes);
      sink.take(bytes, part.length, at);
    }
    return sink.finish();
  }

  /** Hands over the rows [first, last) piece by piece; a range that is small enough is kept. */
  private slabs(
    first: number,
    last: number,
    take: (rows: Uint8Array, from: number, count: number) => void,
    slabRows: number,
  ): void {
    const { rowBytes } = this.store;
    const kept = this.keptRange;
    if (kept && first >= kept.first && last <= kept.last) {
      this.file.check();
      const isAll = first === kept.first && last === kept.last;
      const [from, to] = [(first - kept.first) * rowBytes, (last - kept.first) * rowBytes];
      take(isAll ? kept.bytes : kept.bytes.slice(from, to), first, last - first);
      return;
    }
    this.store.session((read) => {
      if ((last - first) * rowBytes <= KEPT_BYTES) {
        const bytes = read(first, last);
        this.keptRange = { first, last, bytes };
        take(bytes, first, last - first);
        return;
      }
      for (let from = first; from < last; ) {
        // Slabs end at multiples of their size, which are the ends of chunks where there are any.
        const to = Math.min(last, (Math.floor(from / slabRows) + 1) * slabRows);
        take(read(from, to), from, to - from);
        from = to;
      }
    });
  }

  /** The bytes of `rows` one after another; the last few asked for are kept. */
  private picked(rows: Uint32Array): Uint8Array {
    if (this.keptRows && isSame(this.keptRows.rows, rows)) {
      this.file.check();
      return this.keptRows.bytes;
    }
    const bytes = new Uint8Array(rows.length * this.store.rowBytes);
    this.pick(rows, bytes);
    this.keptRows = { rows: rows.slice(), bytes };
    return bytes;
  }

  /** Reads rows that are near each other in one go, and those between them along. */
  private pick(rows: Uint32Array, into: Uint8Array): void {
    const { rowBytes, gapRows, inFile } = this.store;
    const own = inFile && pickRoom(rowBytes);
    const most = own?.rows ?? this.store.slabRows;
    this.store.session((read) => {
      for (let i = 0; i < rows.length; ) {
        const first = rows[i]!;
        const inReach = lowerBound(rows, first + most, i + 1, Math.min(i + most, rows.length));
        const isDense = rows[inReach - 1]! - first < (inReach - i) * Math.min(DENSE_ROWS, gapRows);
        const j = isDense ? inReach : endOfRun(rows, i, inReach, gapRows + 1);
        const bytes = read(first, rows[j - 1]! + 1);
        copyRows(bytes, rowBytes, rows.subarray(i, j), first, into, i);
        i = j;
      }
    }, own?.room);
  }
}

/** Whether both hold the same rows: each column of a window asks by a view of its own. */
function isSame(a: Uint32Array, b: Uint32Array): boolean {
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

class RecordColumn implements ColumnSource {
  readonly block: RecordBlock;
  readonly field: Field;

  constructor(block: RecordBlock, field: Field) {
    this.block = block;
    this.field = field;
  }

  get type(): ColumnType {
    return this.field.type;
  }

  get length(): number {
    return this.block.rowCount;
  }

  read(first: number, last: number): ColumnData {
    return this.block.readFields([this.field], first, last)[0]!;
  }

  gather(rows: Uint32Array): ColumnData {
    return this.block.gather(this.field, rows);
  }
}
