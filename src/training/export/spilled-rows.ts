import { closeSync, openSync, readSync } from "node:fs";
import { bytesOf } from "../../columns/cells.js";
import { writeWhole } from "../../files/whole-bytes.js";
import type { Cells, CellsType } from "../frame/block.js";
import type { RowsSource } from "./rows-source.js";

/** Rows moved at a time. */
const SLAB_ROWS = 1 << 12;

/** Some columns of a matrix in a file of their own. */
interface Spill {
  readonly fd: number;
  readonly width: number;
}

/**
 * A matrix whose columns come some at a time, and lie in a file for each such part until rows are asked for: then the parts
 * are put side by side, a few rows at a time.
 */
export class SpilledRows implements RowsSource {
  readonly names: string[] = [];
  readonly type: CellsType;
  readonly rowCount: number;
  readonly #path: string;
  readonly #spills: Spill[] = [];

  /** @param path the beginning of the files' names */
  constructor(path: string, { type, rowCount }: Pick<RowsSource, "type" | "rowCount">) {
    this.#path = path;
    this.type = type;
    this.rowCount = rowCount;
  }

  /** Writes further columns behind those there are. */
  add(part: RowsSource): void {
    const fd = openSync(`${this.#path}.${this.#spills.length}`, "w+");
    this.#spills.push({ fd, width: part.names.length });
    this.names.push(...part.names);
    for (let first = 0; first < this.rowCount; first += SLAB_ROWS) {
      writeWhole(fd, bytesOf(part.rows(first, Math.min(this.rowCount, first + SLAB_ROWS))), null);
    }
  }

  rows(first: number, last: number): Cells {
    const width = this.names.length;
    const out = this.#cells((last - first) * width);
    let column = 0;
    for (const { fd, width: own } of this.#spills) {
      const cells = this.#cells((last - first) * own);
      readWhole(fd, bytesOf(cells), first * own * cells.BYTES_PER_ELEMENT);
      for (let row = 0, from = 0, at = column; row < last - first; row++, from += own, at += width) {
        for (let c = 0; c < own; c++) out[at + c] = cells[from + c]!;
      }
      column += own;
    }
    return out;
  }

  close(): void {
    for (const { fd } of this.#spills) closeSync(fd);
  }

  #cells(length: number): Cells {
    return this.type === "float32" ? new Float32Array(length) : new Float64Array(length);
  }
}

function readWhole(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    const got = readSync(fd, bytes, done, bytes.length - done, position + done);
    if (got === 0) throw new RangeError("a file that was just written is shorter than it was");
    done += got;
  }
}
