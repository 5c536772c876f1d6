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
  readonly grid: Int32Array;
  readonly sessionCount: number;
  readonly length: number;
  readonly fill: SequenceFill;
  /** The instrument and the grid's session of each sample. */
  readonly codes: Int32Array;
  readonly sessions: Int32Array;
}

/** Fills `out` with the windows of some samples, sample by sample and step by step; NaN where a step has no row. */
export function gatherWindows(source: GatherSource, samples: Uint32Array, out: Cells): void {
  const grid = new WindowGrid(source.grid, source.sessionCount);
  const { length, fill, parts } = source;
  const rows = new Int32Array(length);
  let total = 0;
  for (const part of parts) total += part.width;
  for (let i = 0, at = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    grid.window(source.codes[sample]!, source.sessions[sample]!, length, fill, rows);
    for (let k = 0; k < length; k++, at += total) {
      if (rows[k]! < 0) out.fill(Number.NaN, at, at + total);
      else putRow(parts, rows[k]!, out, at);
    }
  }
}

function putRow(parts: readonly GatherPart[], row: number, out: Cells, first: number): void {
  let at = first;
  for (const { cells, width, rows } of parts) {
    const from = (rows ? rows[row]! : row) * width;
    if (cells instanceof Float32Array && out instanceof Float32Array) copy32(cells, from, out, at, width);
    else for (let c = 0; c < width; c++) out[at + c] = cells[from + c]!;
    at += width;
  }
}

/** A loop of its own, since one that has seen one array type stays specialised to it. */
function copy32(cells: Float32Array, from: number, out: Float32Array, at: number, width: number): void {
  for (let c = 0; c < width; c++) out[at + c] = cells[from + c]!;
}
