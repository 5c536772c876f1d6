import { freemem, totalmem } from "node:os";

/** Bytes that are granted between two questions: one takes 50 µs. */
const UNASKED = 1 << 20;
/** The share of the machine's memory, or of a container's, that the process may have; and of the machine's, that is left free. */
const [OWN, FREE] = [1 / 2, 1 / 8];

let granted = 0;

/**
 * Whether so many bytes may be spent on what could be made again: while the process has less than half of the memory that
 * it may have, and an eighth of the machine's is free. Only macOS is not asked what is free: its answer leaves out what
 * it would free at once.
 */
export function canSpare(bytes: number): boolean {
  granted += bytes;
  if (granted < UNASKED) return true;
  // Of a process without a limit, `constrainedMemory` is huge or 0.
  const most = OWN * Math.min(totalmem(), process.constrainedMemory?.() || Number.POSITIVE_INFINITY);
  const isFree = process.platform === "darwin" || freemem() - bytes >= FREE * totalmem();
  const can = isFree && process.memoryUsage.rss() + bytes <= most;
  granted = can ? 0 : UNASKED; // then the next is asked for too
  return can;
}
