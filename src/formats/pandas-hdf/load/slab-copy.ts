import { instantiate, type SharedSimdMemory } from "../../../simd/load.js";
import { cellCopier } from "../cell-copy.js";
import type { CellPlace, ColumnMemory, ColumnRun } from "./column-memory.js";

/** A column's cells in rows of bytes, and where they go. */
export interface CellsOfRows extends CellPlace {
  readonly cells: Uint8Array;
}

/** Takes slabs of rows apart into columns. */
export interface SlabCopier {
  /** Room for a slab; rows that lie here are not copied before they are taken apart. */
  readonly room: Uint8Array;
  /** The cells of `count` rows of bytes become those of the columns from `at` on. */
  copy(rows: Uint8Array, count: number, at: number): void;
}

export function plainCopier(rowBytes: number, mostRows: number, columns: readonly CellsOfRows[]): SlabCopier {
  const loops = columns.map(({ offset, width, cells }) => {
    const copy = cellCopier(rowBytes, offset, width);
    return (rows: Uint8Array, count: number, at: number) => copy(rows, count, cells, at);
  });
  return {
    room: new Uint8Array(mostRows * rowBytes),
    copy: (rows, count, at) => {
      for (const loop of loops) loop(rows, count, at);
    },
  };
}

/** `assembly/cells.ts`. */
interface CellLoops {
  readonly take32: Take;
  readonly take64: Take;
}
type Take = (
  rows: number,
  rowBytes: number,
  count: number,
  cells: number,
  into: number,
  apart: number,
) => void;

/**
 * With the processor's vectors, for columns that lie where they work: rows are read beside the columns and turned into
 * them in one step, where loops in JavaScript take several times as long. Undefined where these loops cannot be had: a
 * processor without such vectors, or a package without its files.
 */
export function vectorCopier(
  rowBytes: number,
  mostRows: number,
  memories: readonly ColumnMemory[],
  whose: number,
): SlabCopier | undefined {
  const parts: { readonly room: Uint8Array; readonly loops: readonly (ColumnRun & { take: Take })[] }[] = [];
  for (const { memory, rooms, runs } of memories) {
    const cells = loadLoops(memory);
    if (!cells) return undefined;
    const loops = runs.map((run) => ({ ...run, take: run.width === 4 ? cells.take32 : cells.take64 }));
    parts.push({ loops, room: new Uint8Array(memory.buffer, rooms[whose], mostRows * rowBytes) });
  }
  return {
    room: parts[0]!.room,
    copy(rows, count, first) {
      for (const { room, loops } of parts) {
        const isThere = rows.buffer === room.buffer && rows.byteOffset === room.byteOffset;
        if (!isThere) room.set(rows.subarray(0, count * rowBytes));
        for (const { offset, width, count: cells, at, apart, take } of loops) {
          take(room.byteOffset + offset, rowBytes, count, cells, at + first * width, apart);
        }
      }
    },
  };
}

function loadLoops(memory: SharedSimdMemory): CellLoops | undefined {
  try {
    return instantiate<CellLoops>("cells", memory);
  } catch {
    return undefined;
  }
}
