import { DataServiceError } from "../../errors.js";
import { checkKeys, type RequestKeys } from "../../names/request-keys.js";
import { announceSharedMemory } from "../../shared-memory.js";
import type { Cells, CellsType } from "../frame/block.js";
import { type GatherSource, gatherWindows } from "./gather.js";
import { GatherThread } from "./gather-thread.js";
import { type BatchOrder, planBatches } from "./plan-batches.js";

/** How samples are put into batches. */
export interface BatchOptions extends BatchOrder {
  /** How many batches a second thread gathers ahead; none when omitted, and each is gathered when it is asked for. */
  readonly prefetch?: number | undefined;
  /** Whether batches are put into the same memory again, so that one must be used before the next is asked for. */
  readonly reuse?: boolean | undefined;
  /** A weight for each row of the segment, in the order of (datetime, instrument), as `timeWeights` gives them. */
  readonly weights?: Float64Array | undefined;
}

const KEYS: RequestKeys<BatchOptions> = {
  size: true,
  seed: true,
  dropLast: true,
  prefetch: true,
  reuse: true,
  weights: true,
};

/** Samples that a model takes in one step. */
export interface Batch {
  /** The samples, by their numbers; `keyAt` gives the key of each. */
  readonly samples: Uint32Array;
  /** `[samples, length, columns]`, row-major. */
  readonly windows: Cells;
  readonly shape: readonly [samples: number, length: number, columns: number];
  /** The labels of each sample, `[samples, labels]`; undefined where the view has none. */
  readonly labels: Cells | undefined;
  readonly weights: Float64Array | undefined;
}

/** What batches are gathered from. */
export interface BatchSource {
  readonly source: GatherSource;
  readonly type: CellsType;
  readonly width: number;
  readonly labels: ((samples: Uint32Array) => Cells) | undefined;
  /** The row of the segment that a sample is. */
  readonly rowOf: (sample: number) => number;
  readonly rowCount: number;
}

const MOST_AHEAD = 64;

/** @throws DataServiceError bad-request, thread-failed */
export async function* gatherBatches(
  from: BatchSource,
  options: BatchOptions,
): AsyncGenerator<Batch, void, undefined> {
  checkKeys(options, KEYS, "batches");
  const { prefetch = 0, reuse = false, weights } = options;
  if (!(Number.isInteger(prefetch) && prefetch >= 0 && prefetch <= MOST_AHEAD)) {
    const problem = `batches: prefetch ${String(prefetch)} is not a number of batches from 0 to ${MOST_AHEAD}`;
    throw new DataServiceError("bad-request", problem, { field: "prefetch" });
  }
  if (weights && weights.length !== from.rowCount) {
    const problem = `batches: ${weights.length} weights for ${from.rowCount} rows of the segment; give one for each`;
    throw new DataServiceError("bad-request", problem, { field: "weights", count: weights.length });
  }
  const batches = planBatches(from.source.sessions, options);
  const most = batches.reduce((size, batch) => Math.max(size, batch.length), 0);
  const perSample = from.source.length * from.width;
  const rooms = new Rooms(from.type, most * perSample, reuse ? prefetch + 1 : 0);
  const made = (samples: Uint32Array, windows: Cells): Batch => ({
    samples,
    windows: windows.subarray(0, samples.length * perSample),
    shape: [samples.length, from.source.length, from.width],
    labels: from.labels?.(samples),
    weights: weights && Float64Array.from(samples, (sample) => weights[from.rowOf(sample)]!),
  });
  if (prefetch === 0) {
    for (const samples of batches) {
      const room = rooms.next();
      gatherWindows(from.source, samples, room);
      yield made(samples, room);
    }
    return;
  }
  const thread = await GatherThread.start(from.source);
  try {
    const asked: { readonly samples: Uint32Array; readonly room: Cells; readonly ready: Promise<void> }[] =
      [];
    for (let next = 0; next < batches.length || asked.length > 0; ) {
      while (next < batches.length && asked.length < prefetch) {
        const [samples, room] = [batches[next++]!, rooms.next()];
        asked.push({ samples, room, ready: thread.gather(samples, room) });
      }
      const { samples, room, ready } = asked.shift()!;
      await ready;
      yield made(samples, room);
    }
  } finally {
    await thread.stop();
  }
}

/** Memory for batches that both threads see: new for each, or some in turn. */
class Rooms {
  readonly #type: CellsType;
  readonly #length: number;
  readonly #own: Cells[] = [];
  readonly #most: number;
  #next = 0;

  constructor(type: CellsType, length: number, most: number) {
    this.#type = type;
    this.#length = length;
    this.#most = most;
  }

  next(): Cells {
    if (this.#most === 0 || this.#own.length < this.#most) {
      const bytes = this.#length * (this.#type === "float32" ? 4 : 8);
      announceSharedMemory(bytes);
      const memory = new SharedArrayBuffer(bytes);
      const room = this.#type === "float32" ? new Float32Array(memory) : new Float64Array(memory);
      if (this.#most > 0) this.#own.push(room);
      return room;
    }
    return this.#own[this.#next++ % this.#most]!;
  }
}
