import type { Cells } from "../frame/block.js";
import { type SequenceFill, WindowGrid } from "./window-grid.js";

/** A matrix whose rows stand side by side with others' in a window's step. */
export interface GatherPart {
  readonly cells: Cells;
  readonly width: number;
  /** The row of the matrix of each row of the grid; the same where undefined. */
  readonly rows: Uint32Array | undefined;
}

/** What windows are gathered from; it can be sent to another thread. */
export interface GatherSource {
  readonly parts: readonly GatherPart[];
  /** As in `WindowGrid`; of parts laid out by instrument, the row in these. */
  readonly grid: Int32Array;
  /** Whether the parts are laid out by instrument, so that a window without a gap is one run of cells. */
  readonly isByInstrument: boolean;
  readonly sessionCount: number;
  readonly length: number;
  readonly fill: SequenceFill;
  /** The instrument and the grid's session of each sample. */
  readonly codes: Int32Array;
  readonly sessions: Int32Array;
}

/** Fills `out` with the windows of some samples, sample by sample and step by step; NaN where a step has no row. */
export function gatherWindows(source: GatherSource, samples: Uint32Array, out: Cells): void {
  if (source.parts.length === 1 && source.isByInstrument) {
    gatherRuns(source, samples, out);
    return;
  }
  const grid = new WindowGrid(source.grid, source.sessionCount);
  const { length, fill, parts } = source;
  const steps = new Int32Array(length);
  let total = 0;
  for (const part of parts) total += part.width;
  let first = 0;
  for (const { cells, width, rows } of parts) {
    const move = moverOf(cells, width, out, first, total);
    for (let i = 0, at = first; i < samples.length; i++) {
      const sample = samples[i]!;
      grid.window(source.codes[sample]!, source.sessions[sample]!, length, fill, steps);
      for (let k = 0; k < length; k++, at += total) {
        const row = steps[k]!;
        if (row < 0) out.fill(Number.NaN, at, at + width);
        else move((rows ? rows[row]! : row) * width, at);
      }
    }
    first += width;
  }
}

/** The same where a window without a gap is one run of cells. */
function gatherRuns(source: GatherSource, samples: Uint32Array, out: Cells): void {
  const { length, fill, parts, codes, sessions, sessionCount } = source;
  const { cells, width } = parts[0]!;
  const places = source.grid;
  const grid = new WindowGrid(places, sessionCount);
  const steps = new Int32Array(length);
  const size = length * width;
  for (let i = 0, at = 0; i < samples.length; i++, at += size) {
    const [code, session] = [codes[samples[i]!]!, sessions[samples[i]!]!];
    const end = code * sessionCount + session;
    const last = places[end]!;
    // Places rise by one from row to row of an instrument: where both ends fit, nothing lies between.
    if (session >= length - 1 && last >= length - 1 && places[end - length + 1] === last - length + 1) {
      out.set(cells.subarray((last - length + 1) * width, (last + 1) * width), at);
      continue;
    }
    grid.window(code, session, length, fill, steps);
    for (let k = 0; k < length; k++) {
      const [row, to] = [steps[k]!, at + k * width];
      if (row < 0) out.fill(Number.NaN, to, to + width);
      else out.set(cells.subarray(row * width, (row + 1) * width), to);
    }
  }
}

/** Sessions laid out together: what one instrument has in them is one run of memory, and read while it is in the cache. */
const SESSIONS_AT_ONCE = 16;

/** A grid whose rows are numbered one instrument after another. */
export function placesByInstrument(grid: Int32Array): Int32Array {
  const places = new Int32Array(new SharedArrayBuffer(grid.byteLength));
  for (let at = 0, place = 0; at < grid.length; at++) places[at] = grid[at]! >= 0 ? place++ : -1;
  return places;
}

/** A matrix laid out again, one instrument's rows after another's: as much memory again. */
export function layByInstrument(
  { cells, width, rows }: GatherPart,
  grid: Int32Array,
  places: Int32Array,
  sessionCount: number,
  room: Cells,
): GatherPart {
  const instruments = grid.length / sessionCount;
  const move = moverOf(cells, width, room, 0, width);
  for (let first = 0; first < sessionCount; first += SESSIONS_AT_ONCE) {
    const last = Math.min(sessionCount, first + SESSIONS_AT_ONCE);
    for (let code = 0; code < instruments; code++) {
      for (let s = first; s < last; s++) {
        const at = code * sessionCount + s;
        const row = grid[at]!;
        if (row >= 0) move((rows ? rows[row]! : row) * width, places[at]! * width);
      }
    }
  }
  return { cells: room, width, rows: undefined };
}

/** Copies a row of cells from one place to another. */
type Mover = (from: number, to: number) => void;

/**
 * Rows of float32 that begin at even places are moved as float64, two cells at a time: NaN as numpy and this library write it
 * is none of float64's.
 */
function moverOf(cells: Cells, width: number, out: Cells, first: number, total: number): Mover {
  const both32 = cells instanceof Float32Array && out instanceof Float32Array;
  const isEven = width % 2 === 0 && first % 2 === 0 && total % 2 === 0;
  if (both32 && isEven && cells.byteOffset % 8 === 0 && out.byteOffset % 8 === 0) {
    const [pairs, outPairs] = [pairsOf(cells), pairsOf(out)];
    return (from, to) => copyPairs(pairs, from / 2, outPairs, to / 2, width / 2);
  }
  if (both32) return (from, to) => copyCells(cells, from, out, to, width);
  return (from, to) => {
    for (let c = 0; c < width; c++) out[to + c] = cells[from + c]!;
  };
}

function pairsOf({ buffer, byteOffset, length }: Float32Array): Float64Array {
  return new Float64Array(buffer, byteOffset, length >> 1);
}

// Loops of their own, since one that has seen one array type stays specialised to it.
function copyPairs(from: Float64Array, first: number, to: Float64Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) to[at + i] = from[first + i]!;
}

function copyCells(from: Float32Array, first: number, to: Float32Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) to[at + i] = from[first + i]!;
}
