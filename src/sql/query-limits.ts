import { totalmem } from "node:os";
import { DataServiceError } from "../errors.js";

/** How long a query may take, and how much memory. */
export interface QueryLimits {
  /** Stops the query when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds the query may take, including the time to read its panels; no limit when omitted. */
  readonly timeoutMs?: number | undefined;
  /**
   * Bytes DuckDB may use; when omitted, half of what the process may have. Sorts, joins and groupings that need more go
   * to files in the system's temporary folder. The columns of the panels are not counted.
   */
  readonly memoryLimit?: number | undefined;
}

/** The least that a query can do with, for each of DuckDB's threads. */
export const LEAST_BYTES = 1 << 24;

/** Half of the machine's memory, or of the container's where that is less. */
function defaultMemory(): number {
  const allowed = process.constrainedMemory();
  return Math.floor((allowed > 0 ? Math.min(allowed, totalmem()) : totalmem()) / 2);
}

/** DuckDB's setting for a limit. @throws DataServiceError bad-request */
export function memorySetting({ memoryLimit = defaultMemory() }: QueryLimits): { memory_limit: string } {
  if (!(memoryLimit >= LEAST_BYTES && memoryLimit < Number.POSITIVE_INFINITY)) {
    throw new DataServiceError(
      "bad-request",
      `memoryLimit: ${memoryLimit} is not a number of bytes from ${LEAST_BYTES} on`,
    );
  }
  return { memory_limit: `${Math.floor(memoryLimit)}B` };
}

/** Longest time a timer of Node takes. */
export const LONGEST_MS = 2 ** 31 - 1;
/** An interrupt that comes between two statements of DuckDB is lost on it, so that it is said again. */
const SAY_AGAIN_MS = 20;

/** The end of a query's time: its timeout or the caller's signal, whichever comes first. */
export class Deadline {
  readonly #timeoutMs: number | undefined;
  readonly #timeout: AbortSignal | undefined;
  readonly #signal: AbortSignal | undefined;

  /** @throws DataServiceError bad-request */
  constructor({ signal, timeoutMs }: QueryLimits) {
    if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= LONGEST_MS)) {
      throw new DataServiceError(
        "bad-request",
        `timeoutMs: ${timeoutMs} is not a number of milliseconds above 0 and up to ${LONGEST_MS}`,
      );
    }
    this.#timeoutMs = timeoutMs;
    this.#timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(Math.ceil(timeoutMs));
    this.#signal = signal;
  }

  /** Why the query must stop, where it must. */
  get error(): DataServiceError | undefined {
    if (this.#signal?.aborted) {
      const said = "sql: the query was stopped by its signal";
      return new DataServiceError("cancelled", said, {}, this.#signal.reason);
    }
    if (!this.#timeout?.aborted) return undefined;
    return new DataServiceError(
      "timeout",
      `sql: the query took longer than the ${this.#timeoutMs} ms of timeoutMs and was stopped; give it more time, or fewer rows`,
      { advice: { code: "time-limit", words: "ms of timeoutMs" } },
      this.#timeout.reason,
    );
  }

  /** @throws DataServiceError timeout, cancelled */
  check(): void {
    const { error } = this;
    if (error) throw error;
  }

  /** Runs `use`, and calls `interrupt` again and again from the deadline on until it ends. */
  async during<T>(interrupt: () => void, use: () => Promise<T>): Promise<T> {
    this.check();
    let again: NodeJS.Timeout | undefined;
    const stop = (): void => {
      interrupt();
      again ??= setInterval(interrupt, SAY_AGAIN_MS);
    };
    const signals = [this.#signal, this.#timeout].filter((signal) => signal !== undefined);
    for (const signal of signals) signal.addEventListener("abort", stop, { once: true });
    try {
      return await use();
    } catch (error) {
      throw this.error ?? error;
    } finally {
      clearInterval(again);
      for (const signal of signals) signal.removeEventListener("abort", stop);
    }
  }
}
