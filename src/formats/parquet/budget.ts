import { ParquetFault } from "./fault.js";

/** Bytes that the cells of any file may take, and as many times its own size. */
const READING_BYTES = 2 ** 29;
const READING_TIMES = 64;

/** What reading a file may take: runs of one number make millions of rows, of any number of columns, of a few bytes. */
export class ReadingBudget {
  readonly #most: number;
  #taken = 0;

  constructor(readonly fileBytes: number) {
    this.#most = READING_BYTES + READING_TIMES * fileBytes;
  }

  /** Counts what is made room for and stays. @throws ParquetFault over-budget, and then it is not counted */
  take(bytes: number, what: string): void {
    this.check(this.#taken + bytes, this.#taken > 0 ? `${what}, with what has been read before,` : what);
    this.#taken += bytes;
  }

  /** Refuses what is out of all proportion to the file. @throws ParquetFault over-budget */
  check(bytes: number, what: string): void {
    if (bytes <= this.#most) return;
    const limit = `${mega(this.#most)} are allowed for a file of ${mega(this.fileBytes)}`;
    throw new ParquetFault(`${what} would take ${mega(bytes)}, and ${limit}`, "over-budget");
  }
}

function mega(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: bytes < 1e7 ? 1 : 0 })} MB`;
}
