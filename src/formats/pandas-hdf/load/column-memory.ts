import { type SharedSimdMemory, sharedMemory } from "../../../simd/load.js";

/** Where the cells of a column lie in a row, and how many bytes each has. */
export interface CellPlace {
  readonly offset: number;
  readonly width: number;
}

/** Columns whose cells are adjacent in a row and of one width: `apart` bytes from one to the next in memory. */
export interface ColumnRun extends CellPlace {
  readonly count: number;
  /** Where the first column begins. */
  readonly at: number;
  readonly apart: number;
}

/** A memory that holds columns, and for each thread room for the rows it takes apart. */
export interface ColumnMemory {
  readonly memory: SharedSimdMemory;
  /** Where each thread's room begins. */
  readonly rooms: readonly number[];
  readonly runs: readonly ColumnRun[];
}

/** Columns in memories, and the cells of each as bytes in the order they were asked for. */
export interface ColumnsInMemory {
  readonly memories: readonly ColumnMemory[];
  readonly cells: readonly Uint8Array[];
}

/** The main thread's and a worker's. */
const ROOMS = 2;
/** As much as WebAssembly addresses. */
const MOST_BYTES = 2 ** 32;
/** Between columns, so that their cells of one row do not meet in one set of the processor's cache. */
const GAP = 64;

/**
 * Memory for columns of `rowCount` cells that WebAssembly instances of several threads write to, with rooms of
 * `roomBytes`: one, or as many as have to be for all columns to fit. Undefined for cells of other widths than 4 and 8,
 * where a column alone does not fit, and where there is no such memory.
 */
export function columnsInMemory(
  places: readonly CellPlace[],
  rowCount: number,
  roomBytes: number,
  mostBytes = MOST_BYTES,
): ColumnsInMemory | undefined {
  if (!places.every(({ width }) => width === 4 || width === 8)) return undefined;
  const room = align(roomBytes) + GAP;
  const rooms = Array.from({ length: ROOMS }, (_, thread) => thread * room);
  const cells = new Array<Uint8Array>(places.length);
  const memories: ColumnMemory[] = [];
  const order = places.map((_, i) => i).sort((a, b) => places[a]!.offset - places[b]!.offset);
  for (let next = 0; next < order.length; ) {
    const held: { i: number; place: CellPlace; at: number }[] = [];
    let end = ROOMS * room;
    for (; next < order.length; next++) {
      const i = order[next]!;
      const place = places[i]!;
      const after = end + apartOf(place, rowCount);
      if (after > mostBytes) break;
      held.push({ i, place, at: end });
      end = after;
    }
    const memory = held.length > 0 ? sharedMemory(end) : undefined;
    if (!memory) return undefined;
    for (const { i, place, at } of held) {
      cells[i] = new Uint8Array(memory.buffer, at, rowCount * place.width);
    }
    memories.push({ memory, rooms, runs: runsOf(held, rowCount) });
  }
  return { memories, cells };
}

/** Columns in the order of their cells, which is also that of where they begin. */
function runsOf(held: readonly { place: CellPlace; at: number }[], rowCount: number): ColumnRun[] {
  const runs: ColumnRun[] = [];
  for (const { place, at } of held) {
    const { offset, width } = place;
    const last = runs.at(-1);
    if (last && last.width === width && last.offset + last.count * width === offset) {
      runs[runs.length - 1] = { ...last, count: last.count + 1 };
    } else {
      runs.push({ offset, width, count: 1, at, apart: apartOf(place, rowCount) });
    }
  }
  return runs;
}

function apartOf({ width }: CellPlace, rowCount: number): number {
  return align(rowCount * width) + GAP;
}

function align(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
