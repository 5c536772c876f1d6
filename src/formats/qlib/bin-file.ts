import { DataServiceError } from "../../errors.js";
import { ByteFile } from "../../files/byte-file.js";

/**
 * `features/<code>/<field>.<freq>.bin`: little-endian float32, the first being the calendar position of the
 * second (qlib's FileFeatureStorage). Holds the positions [first, last).
 */
export class QlibBinFile {
  readonly first: number;
  readonly last: number;
  /** How many of its values lie behind the end of the calendar, and are left out as qlib does. */
  readonly beyond: number;
  readonly #file: ByteFile;

  /** @throws DataServiceError corrupt */
  constructor(path: string, calendarLength: number) {
    this.#file = ByteFile.of(path);
    const { size } = this.#file;
    if (size < 4 || size % 4 !== 0) {
      throw damaged(path, `it has ${size} bytes, which is no whole number of float32 values`);
    }
    this.first = new DataView(this.#file.read(0, 4).buffer).getFloat32(0, true);
    const last = this.first + size / 4 - 1;
    this.last = Math.min(last, calendarLength);
    this.beyond = last - this.last;
    if (!Number.isInteger(this.first) || this.first < 0 || this.first > calendarLength) {
      throw damaged(
        path,
        `it holds ${size / 4 - 1} values from position ${this.first} of a calendar of ${calendarLength} sessions`,
      );
    }
  }

  /** The values at the calendar positions [from, to), which must lie in [first, last). */
  read(from: number, to: number): Float32Array {
    const bytes = this.#file.read(4 + 4 * (from - this.first), 4 + 4 * (to - this.first));
    return new Float32Array(bytes.buffer, bytes.byteOffset, to - from);
  }
}

function damaged(path: string, what: string): DataServiceError {
  return new DataServiceError("corrupt", `${path}: not a qlib field: ${what}; write the folder again`, {
    path,
  });
}
