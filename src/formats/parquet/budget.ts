import { ParquetFault } from "./fault.js";

/** Bytes that reading any file may take, and as many times its own size. */
const READING_BYTES = 2 ** 29;
const READING_TIMES = 64;

/**
 * Refuses what a file claims to hold where that is out of all proportion to its size: runs of one number make millions of
 * rows of a few bytes.
 * @throws ParquetFault over-budget
 */
export function checkBudget(bytes: number, fileBytes: number, what: string): void {
  const most = READING_BYTES + READING_TIMES * fileBytes;
  if (bytes <= most) return;
  const mega = (count: number) => `${Math.round(count / 1e6).toLocaleString("en")} MB`;
  const limit = `${mega(most)} are allowed for a file of ${mega(fileBytes)}`;
  throw new ParquetFault(`${what} would take ${mega(bytes)}, and ${limit}`, "over-budget");
}
