import { bytesOf } from "../../../columns/cells.js";
import { CELL_BYTES } from "../../../columns/table.js";
import { unmaskedCells } from "../../unmasked.js";
import type { BlockPlan } from "./plan.js";

/** The rows [first, last) of a block as pandas stores them: row after row, the columns side by side. */
export function interleave(block: BlockPlan, first: number, last: number, into: Uint8Array): Uint8Array {
  const width = CELL_BYTES[block.type];
  const rowBytes = width * block.sources.length;
  const rows = into.subarray(0, (last - first) * rowBytes);
  for (const [item, source] of block.sources.entries()) {
    const cells = bytesOf(unmaskedCells(source, block.type, first, last));
    if (block.sources.length === 1) rows.set(cells);
    else placeCells(cells, width, rows, rowBytes, item * width);
  }
  return rows;
}

function placeCells(
  cells: Uint8Array,
  width: number,
  rows: Uint8Array,
  rowBytes: number,
  offset: number,
): void {
  if (width === 4) place32(words(cells), words(rows), rowBytes >> 2, offset >> 2);
  else if (width === 8) place64(words(cells), words(rows), rowBytes >> 2, offset >> 2);
  else {
    const count = cells.byteLength / width;
    for (let i = 0, to = offset; i < count; i++, to += rowBytes) {
      for (let b = 0; b < width; b++) rows[to + b] = cells[i * width + b]!;
    }
  }
}

function words(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}

function place32(cells: Uint32Array, rows: Uint32Array, stride: number, first: number): void {
  for (let i = 0, to = first; i < cells.length; i++, to += stride) rows[to] = cells[i]!;
}

function place64(cells: Uint32Array, rows: Uint32Array, stride: number, first: number): void {
  for (let i = 0, to = first; i < cells.length; i += 2, to += stride) {
    rows[to] = cells[i]!;
    rows[to + 1] = cells[i + 1]!;
  }
}
