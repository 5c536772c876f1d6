import { DataServiceError } from "../../errors.js";
import { shuffle } from "./seeded-order.js";

/** How many samples a batch has, and in which order they come. */
export interface BatchOrder {
  /** Samples of a batch; or "session": all samples of a session (qlib's DailyBatchSampler). */
  readonly size: number | "session";
  /** Shuffles the samples, or with "session" the sessions, in an order that this number determines. */
  readonly seed?: number | undefined;
  /** Whether a last batch of fewer samples is left out. */
  readonly dropLast?: boolean | undefined;
}

/**
 * The samples of each batch.
 * @param sessions the session of each sample, as a number that rises with time
 * @throws DataServiceError bad-request
 */
export function planBatches(
  sessions: Int32Array,
  { size, seed, dropLast = false }: BatchOrder,
): Uint32Array[] {
  const samples = Uint32Array.from(sessions.keys());
  if (size === "session") {
    const own = new Map<number, number[]>();
    for (const sample of samples) {
      const session = sessions[sample]!;
      const there = own.get(session);
      if (there) there.push(sample);
      else own.set(session, [sample]);
    }
    const order = Uint32Array.from(own.keys()).sort();
    if (seed !== undefined) shuffle(order, seed);
    return Array.from(order, (session) => Uint32Array.from(own.get(session)!));
  }
  if (!(Number.isInteger(size) && size > 0)) {
    const problem = `batches: size ${String(size)} is not a number of samples; give one, or "session"`;
    throw new DataServiceError("bad-request", problem, { field: "size" });
  }
  if (seed !== undefined) shuffle(samples, seed);
  const batches: Uint32Array[] = [];
  for (let first = 0; first < samples.length; first += size) {
    const batch = samples.subarray(first, first + size);
    if (batch.length === size || !dropLast) batches.push(batch);
  }
  return batches;
}
