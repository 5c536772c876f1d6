import { closeSync, openSync } from "node:fs";
import { bytesOf } from "../../columns/cells.js";
import type { NumericArray } from "../../columns/table.js";
import { writeWhole } from "../../files/whole-bytes.js";
import { sizeOf, type TensorType } from "../tensor.js";
import { npyHeader } from "./header.js";

/**
 * Writes a `.npy` file row by row, whose number need not be known before: what `numpy.load` reads, also with
 * `mmap_mode="r"`. Holds nothing in memory.
 */
export class NpyWriter {
  readonly #fd: number;
  readonly #type: TensorType;
  readonly #rowShape: readonly number[];
  #numbers = 0;

  /** @param rowShape the axes after the first: none for a vector, `[columns]` for a matrix, `[steps, features]` … */
  constructor(path: string, type: TensorType, rowShape: readonly number[] = []) {
    this.#type = type;
    this.#rowShape = rowShape;
    this.#fd = openSync(path, "w");
    writeWhole(this.#fd, npyHeader(type, [0, ...rowShape]), null);
  }

  /** The next numbers in row-major order, in the type's own array; rows may be cut anywhere. */
  write(values: NumericArray): void {
    writeWhole(this.#fd, bytesOf(values), null);
    this.#numbers += values.length;
  }

  /** Ends the file: only then does its header tell the rows. Gives how many there are. */
  finish(): number {
    const rows = this.#numbers === 0 ? 0 : this.#numbers / sizeOf(this.#rowShape);
    if (!Number.isInteger(rows)) {
      throw new RangeError(`${this.#numbers} numbers are no whole rows of ${this.#rowShape.join(" × ")}`);
    }
    writeWhole(this.#fd, npyHeader(this.#type, [rows, ...this.#rowShape]), 0);
    return rows;
  }

  close(): void {
    closeSync(this.#fd);
  }
}
