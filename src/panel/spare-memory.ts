import { freemem, totalmem } from "node:os";

/** What needs no question, which takes 50 µs. */
const SMALL_BYTES = 1 << 20;
/** The share of the machine's memory, or of what the process may have of it, that is left to others. */
const LEFT = 1 / 4;

/**
 * Whether so many bytes may be spent on what could be made again: they leave a quarter of the memory free. In a container
 * its limits count.
 */
export function canSpare(bytes: number): boolean {
  if (bytes <= SMALL_BYTES) return true;
  // Node 20.13 and later know the container's limits; where there is none, `constrainedMemory` is huge or 0.
  const total = Math.min(totalmem(), process.constrainedMemory?.() || Number.POSITIVE_INFINITY);
  const free = process.availableMemory?.() ?? freemem();
  return free - bytes >= total * LEFT;
}
