import { closeSync, ftruncateSync, openSync } from "node:fs";
import { bytesOf } from "../../columns/cells.js";
import type { NumericArray } from "../../columns/table.js";
import { DataServiceError } from "../../errors.js";
import { writeWhole } from "../../files/whole-bytes.js";
import { METADATA, type PlacedTensor, placeTensors, safetensorsHeader, type TensorLayout } from "./header.js";

/**
 * Writes a `.safetensors` file (what `safetensors.torch.load_file` reads) whose tensors are filled bit by bit, one after
 * another or side by side. Their shapes are known before; nothing is held in memory.
 */
export class SafetensorsWriter {
  readonly #path: string;
  readonly #fd: number;
  readonly #placed: ReadonlyMap<string, PlacedTensor>;
  readonly #dataAt: number;
  /** Where each tensor goes on, counted as its place is. */
  readonly #next: Map<string, number>;

  /**
   * @param metadata texts that the file keeps beside the tensors
   * @throws DataServiceError bad-request: a tensor called `__metadata__`
   */
  constructor(
    path: string,
    tensors: Readonly<Record<string, TensorLayout>>,
    metadata: Readonly<Record<string, string>> = {},
  ) {
    if (Object.hasOwn(tensors, METADATA)) {
      const problem = `${path}: ${METADATA} is the name under which the format keeps its texts; call the tensor something else`;
      throw new DataServiceError("bad-request", problem, { path, field: METADATA });
    }
    this.#path = path;
    this.#placed = placeTensors(tensors);
    this.#next = new Map(Array.from(this.#placed, ([name, { first }]) => [name, first]));
    const header = safetensorsHeader(this.#placed, metadata);
    this.#dataAt = header.length;
    this.#fd = openSync(path, "w");
    writeWhole(this.#fd, header, 0);
  }

  /** The next numbers of a tensor in row-major order, in its type's own array. @throws DataServiceError bad-request */
  write(name: string, values: NumericArray): void {
    const at = this.#next.get(name);
    if (at === undefined || at + values.byteLength > this.#placed.get(name)!.last) {
      const problem = `${this.#path}: ${at === undefined ? "no tensor is" : "more numbers than its shape has for the tensor"} called "${name}"; give its shape when the file is begun`;
      throw new DataServiceError("bad-request", problem, { path: this.#path, field: name });
    }
    writeWhole(this.#fd, bytesOf(values), this.#dataAt + at);
    this.#next.set(name, at + values.byteLength);
  }

  /** Ends the file. @throws DataServiceError bad-request where a tensor is not whole */
  finish(): void {
    for (const [name, { last }] of this.#placed) {
      const missing = last - this.#next.get(name)!;
      if (missing === 0) continue;
      const problem = `${this.#path}: ${missing} bytes of the tensor "${name}" were not written; write as many numbers as its shape has`;
      throw new DataServiceError("bad-request", problem, { path: this.#path, field: name });
    }
    const end = Math.max(0, ...Array.from(this.#placed.values(), ({ last }) => last));
    ftruncateSync(this.#fd, this.#dataAt + end);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
